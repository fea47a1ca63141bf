"""Named templates of a chart, `define` and `include`: what they write is put where a template includes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from textwrap import dedent, indent

from ecolint.parsers.trees.scalars import Pieces
from ecolint.parsers.trees.templates import Lookup, judged
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.sieve.document_glance import may_be_judged
from ecolint.source import Fragment, Unreadable

FOLDER = "/templates/"
HELPERS = ".tpl"
MOST_FILES = 20
MOST_PARTS = 200
"""Actions of one template that are looked at; later ones are left as they are."""
LONGEST = 10_000
"""Characters of a named template that is read."""
LINE_LIMIT = 200
"""Characters before an action in which its line is expected to begin."""
ACTION = re.compile(
    r"\{\{-?\s{0,200}(?P<word>[a-z]+)\b(?P<rest>[^{}\"]{0,2000}(?:\"[^\"\n]{0,200}\"[^{}\"]{0,200}){0,20})\}\}"
)
OPENING = frozenset(("if", "range", "with", "define", "block"))
NAMED = re.compile(r"\s+\"([^\"\n]+)\"")
INCLUDE = re.compile(
    r"\{\{-?\s{0,200}(?:include|template)\s+\"(?P<name>[^\"\n]{1,200})\"\s+[.$]\s*"
    r"(?:\|\s*n?indent\s+(?P<indent>\d{1,2})\s*)?(?:\|\s*(?:quote|trim)\s*)?-?\}\}"
)
IMAGE = re.compile(r"[ \t]*(?:-[ \t]+)?image:[ \t]*[\"']?\Z")
SILENT = re.compile(r"\{\{-?\s{0,200}(?:/\*.{0,2000}?\*/\s*|\$\w+\s*:?=[^{}]{0,2000})-?\}\}", re.DOTALL)
"""Comments, and variables that are only used in the text itself."""
PRINTF = re.compile(r"\{\{-?\s{0,200}printf\s+\"(?P<text>[^\"\n]{0,200})\"(?P<given>[^{}\"]{0,2000})\}\}")
GIVEN = re.compile(r"\(([^()]{0,400})\)|([.$][\w.]+)")
FIELD = re.compile(r"%[sdv]")


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with what it includes; `parts` are the characters that come from elsewhere, and from where."""

    text: Fragment
    parts: tuple[tuple[int, int, str], ...]


def filled(fragment: Fragment, path: str, repository: Repository, lookup: Lookup | None) -> Filled | None:
    """The text of a chart's template with the named templates in it that may be judged, or that name an image; None
    where there is none. Of what they write under conditions that counts which the values of the chart meet."""
    root, folder, _ = f"/{path}".rpartition(FOLDER)
    if not folder or INCLUDE.search(fragment.text) is None:
        return None
    below = f"{root}{FOLDER}".strip("/")
    known: Mapping[str, tuple[str, str]] = repository.remembered(
        ("named templates", below), partial(_defined, below, repository)
    )
    pieces = Pieces(fragment)
    parts: list[tuple[int, int, str]] = []
    at = length = 0
    for found in islice(INCLUDE.finditer(fragment.text), MOST_PARTS):
        body, file = known.get(found["name"], ("", ""))
        written = _written(_chosen(body, lookup), found, fragment.text)
        if not written:
            continue
        pieces.cut(at, found.start())
        pieces.put(written, found.start(), found.end())
        length += found.start() - at
        parts.append((length, length + len(written), f"{found['name']} in {file}"))
        length += len(written)
        at = found.end()
    pieces.cut(at, len(fragment))
    return Filled(pieces.done(), tuple(parts)) if parts else None


def _written(body: str, found: re.Match[str], text: str) -> str:
    """What an action writes of a named template; nothing where that is of no account, or not told by the text."""
    line = text.rfind("\n", max(0, found.start() - LINE_LIMIT), found.start()) + 1
    if "#" in text[line : found.start()]:
        return ""
    tells = may_be_judged(body.encode("utf-8", "replace"))
    if found["indent"]:
        return "\n" + indent(body, " " * int(found["indent"])) if tells else ""
    names_image = IMAGE.match(text, line, found.start()) is not None
    return body if (tells or names_image) and "\n" not in body else ""


def _chosen(body: str, lookup: Lookup | None) -> str:
    """A text without what is not known to be written."""
    written: list[str] = []
    taken: list[tuple[bool, bool]] = []
    at = 0
    for action in ACTION.finditer(body):
        word = action["word"]
        if word not in OPENING and word not in ("else", "end"):
            continue
        if all(now for now, _ in taken):
            written.append(body[at : action.start()].rstrip())
        at = action.end()
        if word in OPENING:
            yes, no = judged(action["rest"].strip(" -"), lookup) if word == "if" else ("", "")
            taken.append((yes is None, no is None))
        elif taken:
            _, otherwise = taken.pop()
            if word == "else":
                taken.append((otherwise and not action["rest"].strip(" -"), False))
    return "".join((*written, body[at:])).strip("\n")


def _defined(folder: str, repository: Repository) -> dict[str, tuple[str, str]]:
    """Texts of the named templates of a chart, each with its file."""
    found: dict[str, tuple[str, str]] = {}
    for name in [name for name in repository.list(folder) if name.endswith(HELPERS)][:MOST_FILES]:
        source = repository.read(f"{folder}/{name}")
        try:
            text = source.text if source is not None else ""
        except Unreadable:
            continue
        found.update((key, (_plain(body), name)) for key, body in _definitions(text))
    return found


def _definitions(text: str) -> Iterator[tuple[str, str]]:
    open_actions: list[re.Match[str]] = []
    for action in ACTION.finditer(text):
        if action["word"] in OPENING:
            open_actions.append(action)
        elif action["word"] == "end" and open_actions:
            opening = open_actions.pop()
            named = NAMED.match(opening["rest"])
            is_short = action.start() - opening.end() < LONGEST
            if opening["word"] == "define" and named is not None and is_short:
                yield named[1], text[opening.end() : action.start()]


def _plain(body: str) -> str:
    """A text without what writes nothing, and with what `printf` is given in its place."""
    return dedent(PRINTF.sub(_printed, SILENT.sub("", body)).strip("\n")).strip()


def _printed(found: re.Match[str]) -> str:
    given = iter([first or second for first, second in GIVEN.findall(found["given"])])
    return FIELD.sub(lambda _: f"{{{{ {next(given, '$')} }}}}", found["text"])

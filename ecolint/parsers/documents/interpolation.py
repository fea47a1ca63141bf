"""Variables in scalars: `${NAME:-default}`, `$(NAME)`, `${{ env.NAME }}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ecolint.inference import Located
from ecolint.parsers.trees.nodes import Scalar
from ecolint.parsers.trees.passages import Hole, Passage
from ecolint.records import replace
from ecolint.statements import Tree

COMPOSE = re.compile(r"\$(?:\$|(?P<bare>[A-Za-z_]\w*)|\{(?P<name>[A-Za-z_]\w*)(?P<how>:?[-?+])?)")
KUBERNETES = re.compile(r"\$(?:\$|\((?P<name>[A-Za-z_][\w.-]*)\))")
EXPRESSION = re.compile(r"\$\{\{\s*(?P<name>[\w.-]+)\s*\}\}")
BRACES = re.compile(r"\$\{|\}")
DEFAULT_LIMIT = 500
VARIABLE_LIMIT = 10_000
"""Variables in one text; what holds more is unknown."""

Known = Callable[[str], "tuple[str, str] | None"]
"""Text and origin of a variable, None where it is not known."""


def known_in(*trees: Tree) -> Known:
    """Variables that are entries of environments, the first that has one."""

    def find(name: str) -> tuple[str, str] | None:
        for tree in trees:
            entry = tree.get(name)
            if entry is not None:
                origin = f"variable {name}" + (f", {entry.origin}" if entry.origin else "")
                return (str(entry.value), origin) if entry.is_known else None
        return None

    return find


def nothing_known(name: str) -> tuple[str, str] | None:
    return None


def compose(passage: Passage, known: Known) -> Passage:
    """`$NAME`, `${NAME:-default}` and their kin; `$$` is a dollar sign."""
    return passage.filled(_compose_holes(passage.fragment.text, known, 0))


def _compose_holes(text: str, known: Known, depth: int) -> Iterator[Hole]:
    at = 0
    variables = text.count("${")
    if variables > VARIABLE_LIMIT:
        yield Hole(0, len(text), None, "variables")
        return
    closings = _closings(text) if variables else {}
    while (match := COMPOSE.search(text, at)) is not None:
        start, at = match.span()
        name = match["bare"] or match["name"]
        if name is None:
            yield Hole(start, at, "$", "escaped dollar sign")
            continue
        default, how = "", match["how"] or ""
        if match["name"] is not None:
            end = closings.get(start, -1)
            if end < 0:
                continue
            default, at = text[at:end], end + 1
        yield Hole(start, at, *_chosen(name, how, default, known, depth))


def _chosen(name: str, how: str, default: str, known: Known, depth: int) -> tuple[str | None, str]:
    found = known(name)
    if how.endswith("+"):
        return None, f"variable {name}"
    if found is not None and (found[0] or how != ":-"):
        return found
    if not how.endswith("-") or depth > 4:
        return None, f"variable {name}"
    holes = list(_compose_holes(default, known, depth + 1))
    if any(hole.text is None for hole in holes):
        return None, f"variable {name}"
    for hole in reversed(holes):
        default = default[: hole.start] + (hole.text or "") + default[hole.end :]
    return default, f"default of {name}"


def _closings(text: str) -> dict[int, int]:
    """Where each `${` is closed whose default is not too long."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in BRACES.finditer(text):
        if match[0] == "${":
            opened.append(match.start())
        elif opened:
            start = opened.pop()
            if match.start() - start < DEFAULT_LIMIT:
                found[start] = match.start()
    return found


def kubernetes(passage: Passage, environment: Tree) -> Passage:
    """`$(NAME)` of the container's own environment; other names stay as they are, as the cluster leaves them.

    `$$` is a dollar sign.
    """

    def holes() -> Iterator[Hole]:
        for match in KUBERNETES.finditer(passage.fragment.text):
            name = match["name"]
            if name is None:
                yield Hole(*match.span(), "$", "escaped dollar sign")
                continue
            entry = environment.get(name)
            if entry is not None:
                text = str(entry.value) if entry.is_known else None
                yield Hole(*match.span(), text, f"variable {name}")
            elif passage.fragment.text == match[0]:
                yield Hole(*match.span(), None, f"variable {name}")

    return passage.filled(holes())


def expressions(passage: Passage, known: Known) -> Passage:
    """`${{ env.NAME }}` and other expressions that are no more than a name; the rest stays and is opaque."""

    def holes() -> Iterator[Hole]:
        for match in EXPRESSION.finditer(passage.fragment.text):
            found = known(match["name"])
            if found is not None:
                yield Hole(*match.span(), *found)

    return passage.filled(holes())


def image_name(scalar: Scalar | None, fill: Callable[[Passage], Passage] | None = None) -> Located[str]:
    """The image that a scalar names; what of it is known, where registry or tag are not."""
    if scalar is None or scalar.is_null:
        return Located()
    passage = Passage.of(scalar)
    if fill is not None:
        passage = fill(passage)
    return known_image(passage)


def known_image(passage: Passage) -> Located[str]:
    found = passage.located()
    if not passage.unknown:
        return found
    text = passage.fragment.text
    start = max((end for _, end, _ in passage.unknown if "/" in text[end:]), default=0)
    rest = text[start:].lstrip("/") if start else text
    first = min((a for a, _, _ in passage.unknown if a >= start), default=len(text))
    if first < len(text):
        head = text[start:first].lstrip("/") if start else text[:first]
        rest = re.split(r"[:@]", head)[0] if re.search(r"[:@]", head) else ""
    if not rest:
        return found
    return replace(
        found, value=rest, known=type(found.known).DERIVED, origin="the part of the name that is written"
    )

"""A comment that silences one finding, where the file's format lets one stand without changing what it says."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import zip_longest

from ecolint.discovery.kinds import HEAD
from ecolint.extents import Line, of_block_texts
from ecolint.finding import FileReport, Finding
from ecolint.inference import InferenceSetup
from ecolint.parsers.registry import format_of
from ecolint.server.documents import Document, Spot, lines_of
from ecolint.server.linting import Linted
from ecolint.server.notebooks import Notebook
from ecolint.source import Span

IGNORED = re.compile(r"ecolint:\s*ignore\s*\[[^\]]*[^\]\s,]")
"""An ignore, up to the last of its rules."""
OTHER_SIGNS = ("notebook", "markdown")
"""Formats that hold files of several languages."""
YAML = "yaml"
BEHIND_CODE = ("python", "shell", YAML)
"""Formats in which a comment may follow on the same line whoever reads the file."""
ABOUT_SCAN = "ECO9"


def silenced(linted: Linted, finding: Finding) -> Document | None:
    """The document with a comment that silences the finding and nothing else; None where no place for one is
    certain."""
    scope = linted.scope
    if scope is None or finding.rule.startswith(ABOUT_SCAN):
        return None
    for candidate in _candidates(linted.document, finding):
        if not _same_meaning(linted.document, candidate):
            continue
        if _silences(finding, linted.report, scope.report(candidate.data)):
            return candidate
    return None


def _candidates(document: Document, finding: Finding) -> Iterator[Document]:
    kind, sign = _comment(document)
    if not sign:
        return
    comment = f"{sign} ecolint: ignore[{finding.rule}]"
    spot = document.spot(finding.region.span.start)
    lines = lines_of(document.parts[spot.part].text)
    if spot.line >= len(lines):
        return
    body, end = _split(lines[spot.line])
    known = IGNORED.search(body)
    if known is not None:
        yield _with_line(document, spot, f"{body[: known.end()]}, {finding.rule}{body[known.end() :]}{end}")
    elif kind in BEHIND_CODE and not body.endswith("\\"):
        yield _with_line(document, spot, f"{body.rstrip()}  {comment}{end}")
    places = [spot]
    if finding.setup is not None:
        places.append(document.spot(finding.setup.span.start))
    if kind == YAML:
        places.extend(Spot(spot.part, line, "") for line in _text_around(lines, spot.line))
    for place in dict.fromkeys((one.part, one.line) for one in places):
        yield from _above(document, Spot(*place, ""), comment)


def _text_around(lines: list[str], line: int) -> Iterator[int]:
    """Where the text of YAML begins in which a line stands."""
    texts = of_block_texts([Line(number, Span(0, 0), text) for number, text in enumerate(lines)])
    return (first for first, text in texts.begins.items() if line in text)


def _above(document: Document, spot: Spot, comment: str) -> Iterator[Document]:
    """The document with the comment on a line of its own, indented like the line below it."""
    lines = lines_of(document.parts[spot.part].text)
    if spot.line and _split(lines[spot.line - 1])[0].endswith("\\"):
        return
    line = lines[spot.line]
    indent = line[: len(line) - len(line.lstrip())]
    mark = "\ufeff" if not spot.line and line.startswith("\ufeff") else ""
    end = _split(line)[1] or _split(lines[0])[1] or "\n"
    yield _with_line(document, spot, f"{mark}{indent}{comment}{end}{line.removeprefix(mark)}")


def _split(line: str) -> tuple[str, str]:
    body = line.rstrip("\r\n")
    return body, line[len(body) :]


def _with_line(document: Document, spot: Spot, line: str) -> Document:
    lines = lines_of(document.parts[spot.part].text)
    lines[spot.line] = line
    return document.rewritten(spot.part, "".join(lines))


def _comment(document: Document) -> tuple[str, str]:
    """Name of the format and its sign of a comment, empty where it has none."""
    if isinstance(document, Notebook):
        return "python", "#"
    kind = format_of(document.path, document.data[:HEAD])
    if kind is None or kind.name in OTHER_SIGNS:
        return "", ""
    return kind.name, kind.sign


def _same_meaning(before: Document, after: Document) -> bool:
    """Whether the file says the same to every reader of its format, as far as that can be told by reading it."""
    test = _same_cell if isinstance(before, Notebook) else MEANINGS.get(_comment(before)[0])
    if test is None:
        return True
    return all(
        one.text == other.text or test(one.text, other.text)
        for one, other in zip(before.parts, after.parts, strict=True)
    )


@lru_cache(maxsize=2)
def _tree(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _same_python(before: str, after: str) -> bool:
    tree = _tree(before)
    return tree is not None and tree == _tree(after)


def _same_cell(before: str, after: str) -> bool:
    """As of Python; a cell with shell lines or magics is none, and its comments are the same."""
    return _tree(before) == _tree(after)


def _same_yaml(before: str, after: str) -> bool:
    """Whether all scalars are the same, but for lines of scripts that hold nothing but the comment."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def scalars(text: str) -> Iterator[tuple[str, str | None]]:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.ScalarEvent):
                yield event.value, event.style

    try:
        pairs = list(zip_longest(scalars(before), scalars(after)))
    except (yaml.YAMLError, RecursionError):
        return False
    return all(
        one == other or (one is not None and other is not None and _same_script(one, other))
        for one, other in pairs
    )


def _same_script(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    def code(text: str) -> list[str]:
        return [line for line in text.splitlines() if not IGNORED.search(line)]

    return one[1] == other[1] == "|" and code(one[0]) == code(other[0])


MEANINGS: dict[str, Callable[[str, str], bool]] = {"python": _same_python, "yaml": _same_yaml}


def _silences(finding: Finding, before: FileReport, after: FileReport) -> bool:
    """Whether this finding is gone, others at most of the same rule, none is new, and the setups are the same."""
    had, has = (Counter((one.rule, one.message) for one in report.findings) for report in (before, after))
    gone = had - has
    return (
        not has - had
        and gone[finding.rule, finding.message] > 0
        and {rule for rule, _ in gone} == {finding.rule}
        and _values(before) == _values(after)
    )


def _values(report: FileReport) -> list[object]:
    def of(setup: InferenceSetup) -> object:
        return (
            setup.framework,
            setup.context,
            [(name, item.value, item.when) for name, item in setup.located()],
        )

    return [of(found.setup) for found in report.setups]

"""Comments that speak to ecolint: ignores and annotations.

    # ecolint: ignore[ECO001, nf4-below-crossover] until=2027-01-31 -- reason
    # ecolint: ignore-file[ECO004]
    # ecolint: gpu=a800 model=Qwen/Qwen2-7B params=7 context=inference

An ignore holds for findings on its line, and, where it stands alone on its line, for those on the next line
of code. An annotation holds for the setups that begin or stand there, and for the whole file where nothing but
comments is above it.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from ecolint.settings import USES
from ecolint.source import SourceFile, Span
from ecolint.statements import Cell

MARK = b"ecolint:"
DIRECTIVE = re.compile(r"(?P<sign>#|//|--|<!--|;|%|/\*)\s*ecolint:\s*(?P<body>.*)\Z")
IGNORE = re.compile(r"(?P<kind>ignore-file|ignore)\s*\[(?P<rules>[^\]]*)\](?P<rest>.*)\Z")
UNTIL = re.compile(r"\s*\buntil=(\S+)")
CLOSING = {"<!--": "-->", "/*": "*/"}
FENCE = re.compile(r"\s*(```+|~~~+)")
CELL_LINE = re.compile(r"(?:[^\"\\]|\\[^n])*")
PAIR = re.compile(r"([a-z_-]+)=(\"[^\"]*\"|\S+)")
ANNOTATIONS = ("gpu", "model", "params", "context")


@dataclass(frozen=True, slots=True)
class Ignore:
    """An inline ignore. `lines` are the physical lines it holds for, None for the whole file. `fault` says
    why it cannot be used, where it cannot."""

    span: Span
    line: int
    rules: tuple[str, ...]
    lines: frozenset[int] | None
    reason: str = ""
    until: datetime.date | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What an inline comment tells about setups; `lines` as in `Ignore`."""

    span: Span
    line: int
    values: tuple[tuple[str, str], ...]
    lines: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Comments:
    ignores: tuple[Ignore, ...] = ()
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    span: Span
    text: str
    encoding: str = "utf-8"

    @property
    def is_comment(self) -> bool:
        return not self.text.strip() or bool(re.match(r"\s*(?:#|//|--|<!--|;|%|/\*)", self.text))


def read_comments(source: SourceFile, cells: Sequence[Cell] = (), signs: Sequence[str] = ()) -> Comments:
    """All ecolint comments of a file; for notebooks those in code cells.

    `signs` start a comment in the file's format; none stand for any, as in texts of several languages.
    """
    data = source.data if source.encoding[0] == "utf-8" else source.data.replace(b"\0", b"")
    if MARK not in data:
        return Comments()
    ignores: list[Ignore] = []
    annotations: list[Annotation] = []
    strings = _lines_within_strings(source)
    for block in _blocks(source, cells):
        for index, line in enumerate(block):
            match = DIRECTIVE.search(line.text) if "ecolint:" in line.text else None
            if match is None or line.number in strings or (signs and match["sign"] not in signs):
                continue
            lines = _lines_meant(block, index, match.start())
            body = match["body"]
            closing = CLOSING.get(match["sign"])
            if closing and closing in body:
                body = body[: body.index(closing) + len(closing)]
            span = _span(line, match.start(), match.start("body") + len(body.rstrip()))
            body = body.removesuffix(closing or "").strip()
            ignore = IGNORE.match(body)
            if ignore is not None:
                found = _ignore(ignore, span, line.number, lines)
                ignores.append(replace(found, reason=_from_json(found.reason)) if cells else found)
                continue
            values, fault = _annotation(body)
            if fault:
                ignores.append(Ignore(span, line.number, (), frozenset(), fault=fault))
            else:
                whole = all(above.is_comment for above in block[:index]) and block[index].is_comment
                annotations.append(Annotation(span, line.number, values, None if whole else lines))
    return Comments(tuple(ignores), tuple(annotations))


def _blocks(source: SourceFile, cells: Sequence[Cell]) -> Iterator[list[_Line]]:
    if source.path.lower().endswith(".ipynb"):
        for cell in cells:
            bounds = [*cell.line_starts, cell.span.end]
            yield [_cell_line(source, start, end) for start, end in pairwise(bounds) if start < end]
        return
    encoding, mark = source.encoding
    spans = [source.line_span(number) for number in range(1, len(source.line_starts) + 1)]
    spans[0] = Span(min(mark, spans[0].end), spans[0].end)
    yield [
        _Line(number, span, source.line_text(number), encoding) for number, span in enumerate(spans, start=1)
    ]


def _cell_line(source: SourceFile, start: int, end: int) -> _Line:
    """One line of a cell: the raw JSON text up to the escaped line end, or to the end of the string."""
    text = source.cut(Span(start, end))
    match = CELL_LINE.match(text)
    text = match[0].rstrip("\r\n") if match else ""
    return _Line(source.line_of(start), Span(start, start + len(text.encode())), text)


def _lines_within_strings(source: SourceFile) -> frozenset[int]:
    """Lines of a Python file that speak of ecolint, but not in a comment."""
    if not source.path.endswith((".py", ".pyi")):
        return frozenset()
    import io
    import tokenize

    speaking = {
        number
        for number in range(1, len(source.line_starts) + 1)
        if MARK in source.data[slice(*_bounds(source.line_span(number)))]
    }
    try:
        for token in tokenize.tokenize(io.BytesIO(source.data).readline):
            if token.type == tokenize.COMMENT and "ecolint:" in token.string:
                speaking.discard(token.start[0])
    except (tokenize.TokenError, SyntaxError, ValueError):
        return frozenset()
    return frozenset(speaking)


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _from_json(text: str) -> str:
    """Text of a notebook's line without its escapes."""
    try:
        found = json.loads(f'"{text}"')
    except ValueError:
        return text
    return found if isinstance(found, str) else text


def _span(line: _Line, start: int, end: int) -> Span:
    first = line.span.start + len(line.text[:start].encode(line.encoding, "replace"))
    return Span(first, first + len(line.text[start:end].encode(line.encoding, "replace")))


def _lines_meant(block: list[_Line], index: int, column: int) -> frozenset[int]:
    line = block[index]
    if line.text[:column].strip():
        return frozenset((line.number,))
    below = block[index + 1 :]
    following = next((at for at, other in enumerate(below) if not other.is_comment), None)
    if following is None:
        return frozenset((line.number,))
    fence = FENCE.match(below[following].text)
    if fence is None:
        return frozenset((line.number, below[following].number))
    inside = takewhile(lambda other: not other.text.strip().startswith(fence[1]), below[following + 1 :])
    return frozenset((line.number, *(other.number for other in inside)))


def _ignore(match: re.Match[str], span: Span, line: int, lines: frozenset[int]) -> Ignore:
    from ecolint.rules.registry import find, matching, nearest

    words = tuple(word.strip() for word in match["rules"].split(",") if word.strip())
    rest = match["rest"]
    until = None
    fault = "" if words else "names no rule"
    dated = UNTIL.search(rest)
    if dated is not None:
        rest = rest[: dated.start()] + rest[dated.end() :]
        try:
            until = datetime.date.fromisoformat(dated[1])
        except ValueError:
            fault = f"until={dated[1]} is no date of the form YYYY-MM-DD"
    for word in words:
        try:
            matching(word)
        except ValueError:
            fault = f"unknown rule {word!r}{nearest(word)}" if find(word) is None else fault
    reason = rest.strip().removeprefix("--").removeprefix(":").strip()
    return Ignore(span, line, words, None if match["kind"] == "ignore-file" else lines, reason, until, fault)


def _annotation(body: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The pairs of an annotation, or what is wrong with the comment."""
    text = body.split(" -- ", 1)[0]
    pairs = tuple((name, value.strip('"')) for name, value in PAIR.findall(text))
    left = PAIR.sub("", text).strip(" ,;")
    if not pairs or left:
        return (), f"not understood: {body[:60]!r}; write ignore[CODE] or {', '.join(ANNOTATIONS)}"
    for name, value in pairs:
        if name not in ANNOTATIONS:
            return (), f"unknown annotation {name!r}; there are {', '.join(ANNOTATIONS)}"
        if name == "params" and not re.fullmatch(r"\d+(?:\.\d+)?[bB]?", value):
            return (), f"params={value} is no number of billions"
        if name == "gpu":
            from ecolint import evidence

            if fault := evidence.gpu_fault(value):
                return (), fault
        if name == "context" and value not in USES:
            return (), f"context={value} is none of {', '.join(USES)}"
    return pairs, ""

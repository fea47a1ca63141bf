"""Comments that speak to ecolint: ignores and annotations.

    # ecolint: ignore[ECO001, nf4-below-crossover] until=2027-01-31 -- reason
    # ecolint: ignore-file[ECO004]
    # ecolint: gpu=a800 model=Qwen/Qwen2-7B params=7 context=inference

An ignore holds for findings on its line, and, where it stands alone on its line, for those on the next line
of code. In Python that is the next statement, over all its lines, as is the one at whose first or last line an
ignore stands. An annotation holds for the setups that stand there or take a value from there, and for the whole file
where nothing but comments is above it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

from ecolint.discovery.kinds import MODULE_ENDINGS
from ecolint.records import dataclass, replace
from ecolint.settings.keys import USES
from ecolint.sieve.search import MARK
from ecolint.source import SourceFile, Span
from ecolint.statements import Cell

if TYPE_CHECKING:
    import datetime

DIRECTIVE = re.compile(r"(?P<sign>#|//|--|<!--|;|%|/\*)\s*ecolint:\s*(?P<body>.*)")
IGNORE = re.compile(r"(?P<kind>ignore-file|ignore)\s*\[(?P<rules>[^\]]*)\](?P<rest>.*)\Z")
UNTIL = re.compile(r"\buntil=(\S+)")
CLOSING = {"<!--": "-->", "/*": "*/"}
ESCAPED = "surrogateescape"
COMMENT = re.compile(r"\s*(?:#|//|--|<!--|;|%|/\*)")
FENCE = re.compile(r"\s*(```+|~~~+)")
CELL_LINE = re.compile(r"(?:[^\"\\]|\\[^n])*")
PAIR = re.compile(r"(?<![a-z_-])([a-z_-]+)=(\"[^\"]*\"|\S+)")
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
    """A line. Bytes that are not valid UTF-8 are surrogates in its text, so that it measures right."""

    number: int
    span: Span
    text: str
    encoding: str = "utf-8"

    def offset(self, column: int) -> int:
        """Byte offset in the file of a character of the text."""
        errors = ESCAPED if self.encoding == "utf-8" else "replace"
        return min(self.span.start + len(self.text[:column].encode(self.encoding, errors)), self.span.end)

    @property
    def is_comment(self) -> bool:
        return not self.text.strip() or COMMENT.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class _Tokens:
    """What Python's tokens tell of lines, by index: the statements that begin and that end there, and which lines
    have a comment that speaks to ecolint."""

    begins: Mapping[int, range]
    ends: Mapping[int, range]
    speaking: frozenset[int]


class _Block:
    """Lines that stand together: a file's, or a notebook cell's. `python` are their texts as Python, where they are."""

    def __init__(self, lines: Sequence[_Line], python: Callable[[], Sequence[str]] | None = None) -> None:
        self.lines = lines
        self._python = python
        self._fenced: dict[int, range] = {}
        self._meant: dict[range, frozenset[int]] = {}

    @cached_property
    def _tokens(self) -> _Tokens | None:
        return _tokens_of(self._python()) if self._python is not None else None

    @cached_property
    def code(self) -> Sequence[int]:
        """Indices of the lines that are no comments."""
        return [index for index, line in enumerate(self.lines) if not line.is_comment]

    def is_heading(self, index: int) -> bool:
        """Whether nothing but comments stands up to a line."""
        return not self.code or index < self.code[0]

    def is_text(self, index: int) -> bool:
        """Whether a line speaks of ecolint within a string only."""
        return self._tokens is not None and index not in self._tokens.speaking

    def lines_meant(self, index: int, column: int) -> frozenset[int]:
        """Numbers of the lines that a comment at a place holds for."""
        line = self.lines[index]
        place = bisect_right(self.code, index)
        if line.text[:column].strip() or place == len(self.code):
            return self._numbers(self._statement(index, is_behind=True))
        following = self.code[place]
        fence = FENCE.match(self.lines[following].text)
        if fence is not None:
            return self._numbers(self._within_fence(following, fence[1]))
        return self._numbers(self._statement(following)) | {line.number}

    def _within_fence(self, opening: int, sign: str) -> range:
        if opening not in self._fenced:
            below = islice(self.lines, opening + 1, None)
            inside = takewhile(lambda other: not other.text.strip().startswith(sign), below)
            self._fenced[opening] = range(opening + 1, opening + 1 + sum(1 for _ in inside))
        return self._fenced[opening]

    def _statement(self, index: int, *, is_behind: bool = False) -> range:
        """Indices of the lines of the statement that begins at a line, or that ends there in front of a comment."""
        alone = range(index, index + 1)
        if self._tokens is None:
            return alone
        found = self._tokens.begins.get(index)
        return found or (self._tokens.ends.get(index) if is_behind else None) or alone

    def _numbers(self, indices: range) -> frozenset[int]:
        if indices not in self._meant:
            self._meant[indices] = frozenset(self.lines[index].number for index in indices)
        return self._meant[indices]


def read_comments(source: SourceFile, cells: Sequence[Cell] = (), signs: Sequence[str] = ()) -> Comments:
    """All ecolint comments of a file; for notebooks those in code cells.

    `signs` start a comment in the file's format; none stand for any, as in texts of several languages.
    """
    data = source.data if source.encoding[0] == "utf-8" else source.data.replace(b"\0", b"")
    if MARK not in data:
        return Comments()
    ignores: list[Ignore] = []
    annotations: list[Annotation] = []
    for block in _blocks(source, cells):
        for index, line in enumerate(block.lines):
            match = DIRECTIVE.search(line.text) if "ecolint:" in line.text else None
            if match is None or (signs and match["sign"] not in signs) or block.is_text(index):
                continue
            lines = block.lines_meant(index, match.start())
            body = match["body"]
            closing = CLOSING.get(match["sign"])
            if closing and closing in body:
                body = body[: body.index(closing) + len(closing)]
            end = match.start("body") + len(body.rstrip())
            span = Span(line.offset(match.start()), line.offset(end))
            body = _printable(body.removesuffix(closing or "").strip())
            ignore = IGNORE.match(body)
            if ignore is not None:
                found = _ignore(ignore, span, line.number, lines)
                ignores.append(replace(found, reason=_from_json(found.reason)) if cells else found)
                continue
            values, fault = _annotation(body)
            if fault:
                ignores.append(Ignore(span, line.number, (), frozenset(), fault=fault))
            else:
                found_for = None if block.is_heading(index) else lines
                annotations.append(Annotation(span, line.number, values, found_for))
    return Comments(tuple(ignores), tuple(annotations))


def _printable(text: str) -> str:
    """Text with bytes that are not valid UTF-8 replaced."""
    return text if text.isascii() else text.encode("utf-8", ESCAPED).decode("utf-8", "replace")


def _blocks(source: SourceFile, cells: Sequence[Cell]) -> Iterator[_Block]:
    if source.path.lower().endswith(".ipynb"):
        for cell in cells:
            bounds = [*cell.line_starts, cell.span.end]
            found = [_cell_line(source, start, end) for start, end in pairwise(bounds) if start < end]
            yield _Block(found, partial(_from_cell, found))
        return
    encoding, mark = source.encoding
    errors = ESCAPED if encoding == "utf-8" else "replace"
    spans = [source.line_span(number) for number in range(1, len(source.line_starts) + 1)]
    spans[0] = Span(min(mark, spans[0].end), spans[0].end)
    lines = [
        _Line(number, span, source.data[span.start : span.end].decode(encoding, errors), encoding)
        for number, span in enumerate(spans, start=1)
    ]
    is_python = source.path.lower().endswith(MODULE_ENDINGS)
    yield _Block(lines, (lambda: [line.text.rstrip("\r\n") for line in lines]) if is_python else None)


def _cell_line(source: SourceFile, start: int, end: int) -> _Line:
    """One line of a cell: the raw JSON text up to the escaped line end, or to the end of the string."""
    text = source.data[start:end].decode("utf-8", ESCAPED)
    match = CELL_LINE.match(text)
    text = match[0].rstrip("\r\n") if match else ""
    return _Line(source.line_of(start), Span(start, start + len(text.encode("utf-8", ESCAPED))), text)


def _from_cell(lines: Sequence[_Line]) -> Sequence[str]:
    return [_from_json(line.text) for line in lines]


def _tokens_of(lines: Sequence[str]) -> _Tokens | None:
    """None where the lines cannot be told apart into tokens."""
    import io
    import tokenize

    begins, ends, speaking = {}, {}, set()
    first = None
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
            index = token.start[0] - 1
            if token.type == tokenize.COMMENT:
                if "ecolint:" in token.string:
                    speaking.add(index)
            elif token.type == tokenize.NEWLINE:
                if first is not None:
                    begins[first] = ends[index] = range(first, index + 1)
                first = None
            elif first is None and token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
                first = index
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return _Tokens(begins, ends, frozenset(speaking))


def _from_json(text: str) -> str:
    """Text of a notebook's line without its escapes."""
    import json

    try:
        found = json.loads(f'"{text}"')
    except ValueError:
        return text
    return found if isinstance(found, str) else text


def _ignore(match: re.Match[str], span: Span, line: int, lines: frozenset[int]) -> Ignore:
    from ecolint.rules.registry import find, matching, nearest

    words = tuple(word.strip() for word in match["rules"].split(",") if word.strip())
    rest = match["rest"]
    until = None
    fault = "" if words else "names no rule"
    dated = UNTIL.search(rest)
    if dated is not None:
        import datetime

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

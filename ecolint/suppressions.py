"""Comments that speak to ecolint: ignores and annotations.

    # ecolint: ignore[ECO001, nf4-below-crossover] until=2027-01-31 -- reason
    # ecolint: ignore-file[ECO004]
    # ecolint: gpu=a800 model=Qwen/Qwen2-7B params=7 context=inference

An ignore holds for findings on its line, and, where it stands alone on its line, for those on the next line of
code: in Python for the next statement over all its lines, as for the one at whose first or last line an ignore stands,
and in YAML for a block text with the key above it. An annotation holds for the setups that stand there or take a
value from there, and for the whole file where nothing but comments is above it, or in its cell of a notebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ecolint.discovery.kinds import MODULE_ENDINGS
from ecolint.extents import ESCAPED, MARK, SIGNS, Block, Extents, Line, of_block_texts, of_markdown, of_python
from ecolint.records import dataclass
from ecolint.settings.keys import USES
from ecolint.sieve import search
from ecolint.source import SourceFile, Span
from ecolint.statements import Cell, Problem, line_counter

if TYPE_CHECKING:
    import datetime

DIRECTIVE = re.compile(rf"(?P<sign>{'|'.join(map(re.escape, SIGNS))})\s*ecolint:\s*(?P<body>.*)")
IGNORE = re.compile(r"(?P<kind>ignore-file|ignore)\s*\[(?P<rules>[^\]]*)\](?P<rest>.*)\Z")
UNTIL = re.compile(r"\buntil=(\S+)")
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
CLOSING = {"<!--": "-->", "/*": "*/"}
CELL_LINE = re.compile(r"[^\"\\]*(?:\\[^n][^\"\\]*)*")
PAIR = re.compile(r"(?<![a-z_-])([a-z_-]+)=(\"[^\"]*\"|\S+)")
MOST = 1_000
"""Comments of one file that count."""
ANNOTATIONS = ("gpu", "model", "params", "context")
BARE = re.compile(r"(ignore-file|ignore)\b(?!\s*\[)", re.I)
FORMS = f"write ignore[CODE] or ignore-file[CODE], or one of {', '.join(f'{name}=' for name in ANNOTATIONS)}"


@dataclass(frozen=True, slots=True)
class Ignore:
    """An inline ignore. `lines` are the lines it holds for, as `line_counter` counts them, None for the whole file.
    `fault` says why it cannot be used, where it cannot; `unknown` what is wrong with words of it that are no rules."""

    span: Span
    line: int
    rules: tuple[str, ...]
    lines: frozenset[int] | None
    reason: str = ""
    until: datetime.date | None = None
    fault: str = ""
    unknown: str = ""


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
    problems: tuple[Problem, ...] = ()


def read_comments(
    source: SourceFile,
    cells: Sequence[Cell] = (),
    signs: Sequence[str] = (),
    *,
    block_texts: bool = False,
    is_prose: bool = False,
) -> Comments:
    """All ecolint comments of a file; for notebooks those in code cells.

    `signs` start a comment in the file's format; none stand for any, as in texts of several languages. `block_texts`
    says that there may be those of YAML, `is_prose` that code stands in the blocks of Markdown.
    """
    data = source.data if source.encoding[0] == "utf-8" else source.data.replace(b"\0", b"")
    if search.MARK not in data:
        return Comments()
    ignores: list[Ignore] = []
    annotations: list[Annotation] = []
    extents = of_block_texts if block_texts else of_markdown if is_prose else None
    above: list[Block] = []
    for block in _blocks(source, cells, signs, extents):
        for index, line in enumerate(block.lines):
            match = DIRECTIVE.search(line.text) if MARK in line.text else None
            if match is None or (signs and match["sign"] not in signs) or block.is_text(index):
                continue
            if len(ignores) + len(annotations) >= MOST:
                told = f"more than {MOST:,} comments to ecolint; from here on none counts"
                place = source.line_of(line.span.start)
                return Comments(tuple(ignores), tuple(annotations), (Problem(place, told),))
            lines = block.lines_meant(index, match.start())
            place = source.line_of(line.span.start)
            body = match["body"]
            closing = CLOSING.get(match["sign"])
            if closing and closing in body:
                body = body[: body.index(closing) + len(closing)]
            end = match.start("body") + len(body.rstrip())
            span = Span(line.offset(match.start()), line.offset(end))
            body = _printable(body.removesuffix(closing or "").strip())
            body = _from_json(body) if cells else body
            ignore = IGNORE.match(body)
            if ignore is not None:
                ignores.append(_ignore(ignore, span, place, lines))
                continue
            values, fault = _annotation(body)
            if fault:
                ignores.append(Ignore(span, place, (), frozenset(), fault=fault))
            else:
                is_first = not block.has_code or not any(one.has_code for one in above)
                is_heading = is_first and block.is_heading(index)
                found_for = None if is_heading else lines
                annotations.append(Annotation(span, place, values, found_for))
        above.append(block)
    return Comments(tuple(ignores), tuple(annotations))


def _printable(text: str) -> str:
    """Text with bytes that are not valid UTF-8 replaced."""
    return text if text.isascii() else text.encode("utf-8", ESCAPED).decode("utf-8", "replace")


def _blocks(
    source: SourceFile,
    cells: Sequence[Cell],
    signs: Sequence[str],
    extents: Callable[[Sequence[Line]], Extents] | None,
) -> Iterator[Block]:
    if source.path.lower().endswith(".ipynb"):
        number = line_counter(source, cells)
        for cell in cells:
            bounds = [*cell.line_starts, cell.span.end]
            lines = [
                _cell_line(source, number(start), start, end)
                for start, end in pairwise(bounds)
                if start < end
            ]
            yield Block(lines, signs, _of_cell)
        return
    encoding, mark = source.encoding
    errors = ESCAPED if encoding == "utf-8" else "replace"
    spans = [source.line_span(number) for number in range(1, len(source.line_starts) + 1)]
    spans[0] = Span(min(mark, spans[0].end), spans[0].end)
    lines = [
        Line(number, span, source.data[span.start : span.end].decode(encoding, errors), encoding)
        for number, span in enumerate(spans, start=1)
    ]
    is_module = source.path.lower().endswith(MODULE_ENDINGS)
    yield Block(lines, signs, _of_module if is_module else extents)


def _cell_line(source: SourceFile, number: int, start: int, end: int) -> Line:
    """One line of a cell: the raw JSON text up to the escaped line end, or to the end of the string."""
    text = source.data[start:end].decode("utf-8", ESCAPED)
    match = CELL_LINE.match(text)
    text = match[0].rstrip("\r\n") if match else ""
    return Line(number, Span(start, start + len(text.encode("utf-8", ESCAPED))), text)


def _of_module(lines: Sequence[Line]) -> Extents:
    return of_python(line.text.rstrip("\r\n") for line in lines)


def _of_cell(lines: Sequence[Line]) -> Extents:
    return of_python(_from_json(line.text) for line in lines)


def _from_json(text: str) -> str:
    """Text of a notebook's line without its escapes."""
    import json

    try:
        found = json.loads(f'"{text}"')
    except ValueError:
        return text
    return found if isinstance(found, str) else text


def _ignore(match: re.Match[str], span: Span, line: int, lines: frozenset[int]) -> Ignore:
    from ecolint.rules.registry import meant, unknown_rule

    words = tuple(word.strip() for word in match["rules"].split(",") if word.strip())
    rest = match["rest"]
    until = None
    fault = "" if words else "names no rule"
    dated = UNTIL.search(rest)
    if dated is not None:
        import datetime

        rest = rest[: dated.start()] + rest[dated.end() :]
        try:
            until = datetime.date.fromisoformat(dated[1]) if DATE.fullmatch(dated[1]) else None
        except ValueError:
            until = None
        if until is None:
            fault = f"until={dated[1]} is no date of the form YYYY-MM-DD"
    known = tuple(word for word in words if meant(word))
    strange = next((word for word in words if word not in known), "")
    unknown = unknown_rule(strange) if strange else ""
    if not known:
        fault = fault or unknown
    reason = rest.strip().removeprefix("--").removeprefix(":").strip()
    held = None if match["kind"] == "ignore-file" else lines
    return Ignore(span, line, known, held, reason, until, fault, unknown)


def _annotation(body: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The pairs of an annotation, or what is wrong with the comment."""
    text = body.split(" -- ", 1)[0]
    pairs = tuple((name, value.strip('"')) for name, value in PAIR.findall(text))
    left = PAIR.sub("", text).strip(" ,;")
    if bare := BARE.match(text):
        return (), f"{bare[1].lower()} names no rule; write {bare[1].lower()}[CODE]"
    if not pairs or left:
        return (), f"not understood: {body[:60]!r}; {FORMS}"
    for name, value in pairs:
        if name not in ANNOTATIONS:
            return (), f"unknown word {name!r}; {FORMS}"
        if name == "params" and not re.fullmatch(r"\d+(?:\.\d+)?[bB]?", value):
            return (), f"params={value} is no number of billions"
        if name == "gpu":
            from ecolint import evidence

            if fault := evidence.gpu_fault(value):
                return (), fault
        if name == "context" and value not in USES:
            return (), f"context={value} is none of {', '.join(USES)}"
    return pairs, ""

"""The line of source under a finding, with the place of the span in it, fitted to a width."""

from __future__ import annotations

from ecolint.finding import Region
from ecolint.records import dataclass
from ecolint.reporters.escaping import character_width, display_width, visible
from ecolint.source import SourceFile

TAB = "    "
MORE = "…"
LEAST = 20
"""Columns below which a line is not squeezed."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One visible line of a file. The marked text is `text[start:end]`; `offset` and `width` are the columns
    in a terminal that it starts after and takes. `cut` is true where the span goes on in the next line."""

    line: int
    text: str
    start: int
    end: int
    offset: int
    width: int
    cut: bool


def excerpt(source: SourceFile, region: Region, width: int) -> Excerpt | None:
    """The first line of a region in at most `width` columns, None where the file has no such line."""
    if not 1 <= region.line <= len(source.line_starts):
        return None
    raw = source.line_text(region.line)
    start = min(region.column - 1, len(raw))
    one_line = region.end_line <= region.line
    end = min(max(region.end_column - 1, start), len(raw)) if one_line else len(raw.rstrip())
    end = max(start, end)
    width = max(width, LEAST)
    first, last = _window(raw, start, end, width)
    shown_end = min(end, last)
    before = (MORE if raw[:first].strip() else "") + _shown(raw[first:start])
    marked = _shown(raw[start:shown_end])
    after = _shown(raw[shown_end:last].rstrip()) + (MORE if raw[last:].strip() else "")
    return Excerpt(
        line=region.line,
        text=before + marked + after,
        start=len(before),
        end=len(before) + len(marked),
        offset=display_width(before),
        width=max(1, display_width(marked)),
        cut=not one_line,
    )


def _shown(text: str) -> str:
    return visible(text.replace("\t", TAB))


def _columns(character: str) -> int:
    """Columns of one raw character; combining ones count too, so that no line is endless."""
    if " " <= character <= "~":
        return 1
    if character == "\t":
        return len(TAB)
    return max(1, sum(character_width(one) for one in visible(character)))


def _window(raw: str, start: int, end: int, width: int) -> tuple[int, int]:
    """Indices of the part of the line to show: the whole line where it fits, else the span, with as much
    around it as there is room for."""
    text = raw[: max(end, len(raw.rstrip()))]
    if len(raw) <= width and sum(map(_columns, text)) <= width:
        return 0, len(raw)
    room = width - 2 * len(MORE)
    last = start
    while last < end and room >= _columns(raw[last]):
        room -= _columns(raw[last])
        last += 1
    if last < end:
        return start, last
    first = start
    half = room // 2
    while first > 0 and half >= _columns(raw[first - 1]):
        first -= 1
        half -= _columns(raw[first])
        room -= _columns(raw[first])
    while last < len(raw) and room >= _columns(raw[last]):
        room -= _columns(raw[last])
        last += 1
    while first > 0 and room >= _columns(raw[first - 1]):
        first -= 1
        room -= _columns(raw[first])
    return first, last

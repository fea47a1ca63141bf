"""The source under a finding: its first line with the place marked, and a line on either side."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.finding import Region
from ecolint.records import dataclass
from ecolint.reporters.excerpt import excerpt
from ecolint.source import SourceFile

COLUMNS = 160
AROUND = 1


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One visible line of a file in three parts; `marked` is empty beside the finding's own line. `is_cut` is
    true where the marked text goes on in the next line."""

    number: int
    before: str
    marked: str = ""
    after: str = ""
    is_cut: bool = False


def code_lines(source: SourceFile | None, region: Region) -> tuple[CodeLine, ...]:
    """The lines to show; none where the file cannot be read or has no such line."""
    shown = excerpt(source, region, COLUMNS) if source is not None else None
    if source is None or shown is None:
        return ()
    marked = CodeLine(
        shown.line,
        shown.text[: shown.start],
        shown.text[shown.start : shown.end],
        shown.text[shown.end :],
        shown.cut,
    )
    first, last = region.line - AROUND, region.line + AROUND
    return (
        *_plain(source, range(first, region.line)),
        marked,
        *_plain(source, range(region.line + 1, last + 1)),
    )


def _plain(source: SourceFile, numbers: range) -> Iterator[CodeLine]:
    for number in numbers:
        if 1 <= number <= len(source.line_starts):
            nothing = Region(source.line_span(number), number, 1, number, 1)
            shown = excerpt(source, nothing, COLUMNS)
            if shown is not None:
                yield CodeLine(number, shown.text)

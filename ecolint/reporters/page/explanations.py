"""What is said about a finding beyond its place: told in full once, however many findings share it."""

from __future__ import annotations

from ecolint.evidence import Row
from ecolint.finding import Finding
from ecolint.records import dataclass
from ecolint.reporters.brief import PROMISES
from ecolint.reporters.escaping import visible_lines
from ecolint.reporters.quotes import Quote, first_rows, percent, quote, span_of

MOST_ROWS = 3
"""Up to this many rows are quoted in full; the others are named."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The part of a finding that others may share."""

    finding: Finding

    @property
    def key(self) -> object:
        """Equal for explanations that read the same."""
        one, fix = self.finding, self.finding.fix
        return (
            one.details,
            tuple(row.id for row in one.rows),
            one.overhead,
            one.confidence,
            (fix.title, fix.snippet, fix.applicability, fix.price) if fix is not None else None,
            one.boundaries,
            one.questions,
            one.source_note,
        )

    @property
    def is_empty(self) -> bool:
        one = self.finding
        return not (
            one.details
            or one.rows
            or one.overhead
            or one.confidence
            or one.fix
            or one.boundaries
            or one.questions
            or one.source_note
        )

    @property
    def _first(self) -> tuple[Row, ...]:
        return first_rows(self.finding.rows, MOST_ROWS)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(map(quote, self._first))

    @property
    def others(self) -> tuple[Row, ...]:
        """Rows that are only named."""
        return tuple(row for row in self.finding.rows if row not in self._first)

    @property
    def reach(self) -> str:
        """What many rows span."""
        span = span_of(self.finding.rows) if self.others else None
        return f"{percent(span[0])} to {percent(span[1])}" if span else ""

    @property
    def promise(self) -> str:
        return PROMISES[self.finding.fix.applicability] if self.finding.fix is not None else ""

    @property
    def snippet(self) -> tuple[str, ...]:
        fix = self.finding.fix
        return tuple(visible_lines(fix.snippet)) if fix is not None and fix.snippet else ()

    @property
    def unquoted_notes(self) -> frozenset[str]:
        """Notes of rows that the details already hold."""
        return frozenset(
            one.note
            for one in self.quotes
            if any(one.note and one.note in text for text in self.finding.details)
        )

"""What a finding rests on, as labelled sentences in the order that people are told them."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.finding import Finding
from ecolint.reporters.quotes import percent, quote, span_of

MOST_ROWS = 3
"""Rows that are quoted; of more, the range as well."""


def facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """Label and plain text: rows with their conditions, confidence, boundaries, questions, beside the details. The
    label of a text that speaks for itself is empty."""
    span = span_of(finding.rows)
    if len(finding.rows) > MOST_ROWS and span is not None:
        yield "Measured", f"{len(finding.rows)} rows, {percent(span[0])} to {percent(span[1])} energy"
    for one in map(quote, finding.rows[:MOST_ROWS]):
        change = "; ".join(filter(None, (one.start, one.outcome)))
        where = " · ".join((*one.conditions, f"row {one.row.id}", one.link))
        yield "Measured", f"{change}; {where}"
        if one.note and not any(one.note in detail for detail in finding.details):
            yield "Note", one.note
    if finding.confidence is not None:
        yield "Confidence", f"{finding.confidence.glyphs} {finding.confidence.label}"
        for reason in finding.confidence.downgrades:
            yield "One step down", reason
    if finding.source_note:
        yield "", finding.source_note
    for text in finding.boundaries:
        yield "Boundary", text
    for text in finding.questions:
        yield "Tell ecolint", text

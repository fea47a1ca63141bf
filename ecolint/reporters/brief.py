"""A finding in a few sentences, for places that show nothing else: annotations and alerts."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.finding import Applicability, Finding
from ecolint.reporters.escaping import visible
from ecolint.reporters.quotes import percent

PROMISES = {
    Applicability.SAFE: "safe: model output stays the same",
    Applicability.UNSAFE: "unsafe: may change results, memory or latency",
    Applicability.DISPLAY: "advice, not applied automatically",
}
"""What a fix may change, as it stands behind the fix's title."""
FIX_WORDS = {
    Applicability.SAFE: "Fix (safe)",
    Applicability.UNSAFE: f"Fix ({PROMISES[Applicability.UNSAFE]})",
    Applicability.DISPLAY: "Advice",
}


def sentence(text: str) -> str:
    """The text on one visible line, with a full stop."""
    shown = visible(" ".join(text.split()))
    return shown if shown.endswith((".", "!", "?")) else f"{shown}."


def judgement(finding: Finding) -> Iterator[str]:
    """What is wrong, what was measured, how sure that is."""
    yield sentence(finding.message)
    overhead = finding.overhead
    if overhead is not None and overhead.expected_pct is not None:
        yield f"Measured: {percent(overhead.expected_pct)} energy against {visible(overhead.relative_to.upper())}."
    elif overhead is not None and overhead.claim and overhead.claim not in finding.message:
        yield f"Published for this pattern: {sentence(overhead.claim)}"
    if finding.confidence is not None:
        yield f"Confidence: {finding.confidence.glyphs} {finding.confidence.label}."


def sentences(finding: Finding) -> Iterator[str]:
    """The judgement, the remedy and its price, the notebook cell."""
    yield from judgement(finding)
    if finding.source_note:
        yield sentence(finding.source_note)
    if finding.fix is not None:
        yield f"{FIX_WORDS[finding.fix.applicability]}: {sentence(finding.fix.title)}"
        if finding.fix.price:
            yield f"Risk: {sentence(finding.fix.price)}"
    if finding.region.cell is not None:
        yield f"Notebook cell {finding.region.cell + 1}, line {finding.region.cell_line or 1}."

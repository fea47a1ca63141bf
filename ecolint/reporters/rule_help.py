"""The page of a rule as code scanning shows it: its documentation with the measured rows it rests on.

It depends on the rule and the evidence alone, never on what a scan found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ecolint.evidence import Row, select
from ecolint.finding import Level
from ecolint.reporters.quotes import figure, quote
from ecolint.rules.base import Basis, Rule

PRECISIONS_OF = {
    "int8-default-threshold": ("int8_default",),
    "nf4-below-crossover": ("nf4",),
    "fp8-eager": ("fp8_torchao_eager",),
    "int8-below-crossover": ("int8_pure",),
    "nf4-double-quant": ("nf4_dq",),
}
"""Measured precisions that a rule is about, by the rule's name; other rules show no table."""
TABLE_ROWS = 12
ORDER = (
    "What it does",
    "Why it costs energy",
    "Evidence",
    "Example",
    "Use instead",
    "Fix safety",
    "When to ignore",
    "Sources",
)
HIGHEST_CONFIDENCE = {
    Basis.MEASURED: "at best ★★★ direct measured; each finding says how near its rows are",
    Basis.CONVENTION: "engineering convention, not measured",
    Basis.CORRECTNESS: "correctness of the configuration",
    Basis.SCAN: "about the scan itself",
}
PROBLEM_SEVERITY = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}
PRECISION = {
    Basis.MEASURED: "high",
    Basis.CONVENTION: "low",
    Basis.CORRECTNESS: "very-high",
    Basis.SCAN: "very-high",
}
SCREEN_LIMIT = 1024
"""Characters that GitHub takes of a short or full description."""


def short_description(rule: Rule) -> str:
    return _limited(_one_paragraph(rule.summary) or rule.name)


def full_description(rule: Rule) -> str:
    return _limited(_one_paragraph(rule.sections.get("What it does", "")) or short_description(rule))


def help_text(rule: Rule) -> str:
    """The documentation without tables, for viewers that show no Markdown."""
    parts = [rule.summary, *(f"{title}: {text}" for title, text in _sections(rule))]
    return "\n\n".join(part for part in parts if part) or rule.name


def help_markdown(rule: Rule) -> str:
    """The documentation with the measured rows under `Evidence`."""
    parts = [f"# {rule.code} {rule.name}", rule.summary]
    parts.append(f"Level: {rule.level.value}. Confidence: {HIGHEST_CONFIDENCE[rule.basis]}.")
    table = "\n".join(evidence_table(rule))
    titles = [title for title, _ in _sections(rule)]
    for title, text in _sections(rule):
        parts += [f"## {title}", text]
        if title == "Evidence" and table:
            parts.append(table)
    if table and "Evidence" not in titles:
        parts += ["## Evidence", table]
    return "\n\n".join(part for part in parts if part)


def evidence_table(rule: Rule) -> Iterator[str]:
    """Markdown lines of a table of measured rows, from every card and from small to large models.

    Rows that may only be shown with their note are left out where there are sound ones.
    """
    names = PRECISIONS_OF.get(rule.name, ())
    found = [row for name in names for row in select(precision=name)]
    valued = [row for row in found if row.delta_energy_pct is not None]
    shown = _spread([row for row in valued if not row.needs_note] or valued)
    if not shown:
        return
    yield "| GPU | Model | Batch | FP16 | Measured | Energy | Source |"
    yield "|---|---|---|---|---|---|---|"
    for row in shown:
        one = quote(row)
        before = f"{figure(one.before)} {one.unit}" if one.before is not None else "not stated"
        after = f"{figure(one.after)} {one.unit}" if one.after is not None else "not stated"
        batch = row.batch_size if row.batch_size is not None else "not stated"
        yield f"| {row.gpu} | {row.model} | {batch} | {before} | {after} | {one.delta} | {one.link} |"
    yield ""
    for row in shown:
        if row.needs_note:
            yield f"- {row.id} ({row.quality}): {row.note}"
    yield ""
    commands = ", ".join(f"`ecolint evidence --precision {name}`" for name in names)
    yield f"{len(shown)} of {len(found)} rows. All of them, with conditions and notes: {commands}."


def _spread(rows: Iterable[Row]) -> list[Row]:
    """At most `TABLE_ROWS` rows: of every card about as many, evenly over its model sizes, each model at its
    smallest batch size."""
    cards: dict[str, dict[str, Row]] = {}
    for row in sorted(rows, key=lambda one: (one.gpu, one.params_b, one.model, one.batch_size or 0)):
        cards.setdefault(row.gpu, {}).setdefault(row.model, row)
    share = max(1, TABLE_ROWS // max(1, len(cards)))
    chosen = []
    for models in cards.values():
        found = list(models.values())
        step = max(1.0, (len(found) - 1) / max(1, share - 1))
        chosen += [found[round(number * step)] for number in range(min(share, len(found)))]
    return chosen[:TABLE_ROWS]


def _sections(rule: Rule) -> Iterator[tuple[str, str]]:
    known = [title for title in ORDER if title in rule.sections]
    for title in [*known, *(title for title in rule.sections if title not in ORDER)]:
        yield title, rule.sections[title]


def _one_paragraph(text: str) -> str:
    return re.sub(r"\s+", " ", text.split("\n\n")[0]).strip()


def _limited(text: str) -> str:
    return text if len(text) <= SCREEN_LIMIT else text[: SCREEN_LIMIT - 1].rstrip() + "…"

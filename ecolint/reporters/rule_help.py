"""The page of a rule as code scanning shows it: its documentation with the measured rows it rests on.

It depends on the rule and the evidence alone, never on what a scan found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.evidence import Row, select
from ecolint.finding import Level
from ecolint.reporters.quotes import figure, percent, quote
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
    """Markdown lines of a table of measured rows: one row a card and model, at the smallest batch size."""
    found = [row for name in PRECISIONS_OF.get(rule.name, ()) for row in select(precision=name)]
    nearest: dict[tuple[str, str], Row] = {}
    for row in sorted(found, key=lambda one: (one.quality != "ok", one.batch_size or 0)):
        if row.delta_energy_pct is not None:
            nearest.setdefault((row.gpu, row.model), row)
    shown = sorted(nearest.values(), key=lambda one: (one.gpu, one.params_b, one.model))[:TABLE_ROWS]
    if not shown:
        return
    yield "| GPU | Model | Batch | FP16 | Measured | Energy | Source |"
    yield "|---|---|---|---|---|---|---|"
    for row in shown:
        one = quote(row)
        before = f"{figure(one.before)} {one.unit}" if one.before is not None else "not stated"
        after = f"{figure(one.after)} {one.unit}" if one.after is not None else "not stated"
        batch = row.batch_size if row.batch_size is not None else "not stated"
        change = percent(row.delta_energy_pct) if row.delta_energy_pct is not None else ""
        mark = "" if row.quality == "ok" else f" ({row.quality})"
        yield f"| {row.gpu} | {row.model} | {batch} | {before} | {after} | {change}{mark} | {one.link} |"
    if len(found) > len(shown):
        yield ""
        names = " ".join(f"`ecolint evidence --precision {name}`" for name in PRECISIONS_OF[rule.name])
        yield f"{len(shown)} of {len(found)} rows; all with their conditions and notes: {names}."


def _sections(rule: Rule) -> Iterator[tuple[str, str]]:
    known = [title for title in ORDER if title in rule.sections]
    for title in [*known, *(title for title in rule.sections if title not in ORDER)]:
        yield title, rule.sections[title]


def _one_paragraph(text: str) -> str:
    return re.sub(r"\s+", " ", text.split("\n\n")[0]).strip()


def _limited(text: str) -> str:
    return text if len(text) <= SCREEN_LIMIT else text[: SCREEN_LIMIT - 1].rstrip() + "…"

"""Rows in words: figures, conditions and data set, with the band or tag that goes with them."""

from __future__ import annotations

from ecolint import evidence
from ecolint.advice.answer import Quoted, Side
from ecolint.advice.options import Option, baseline_of
from ecolint.advice.precisions import TITLES
from ecolint.advice.sessions import together
from ecolint.advice.situation import CROSS, Situation
from ecolint.advice.wording import amount, energy_of, joules, signed
from ecolint.evidence import DATASET_TAG, Measured, Row
from ecolint.reporters.quotes import ACCOUNTING, source_link

SAME_FIGURE = 1.0
"""Percentage points up to which published and board-power figures count as one."""


def quoted(situation: Situation, row: Row) -> Quoted:
    """A row with what must go with each of its figures in this situation."""
    foreign = situation.architecture is None or row.architecture != situation.architecture
    band = ""
    if not foreign and situation.gpu is not None and not situation.gpu.in_measured_set:
        band = evidence.claims()["unmeasured_gpu_band"].text
    tags = (CROSS if foreign else "", situation.other_size(row), situation.other_batch(row))
    return Quoted(row, baseline_of(row), band, ", ".join(filter(None, tags)))


def quotes_of(situation: Situation, option: Option) -> tuple[Quoted, ...]:
    """The rows about an option: the one that speaks for it first, contrasting ones last."""
    rows = dict.fromkeys(row for row in (option.row, *option.match.quoted, *option.beside) if row)
    return tuple(quoted(situation, row) for row in rows)


def change_words(row: Row) -> str:
    """`-34.5%, -25.1% on board power`."""
    change, gross = row.delta_energy_pct, row.delta_gross_pct
    if change is None:
        return ""
    if gross is None or abs(gross - change) <= SAME_FIGURE:
        return signed(change)
    return f"{signed(change)}, {signed(gross)} on board power"


def figures_of(one: Quoted) -> str:
    """`FP16 71.2 -> 47.0 J/request (-34%)`, as much of it as the row states."""
    row, baseline = one.row, one.baseline
    value, unit = energy_of(row, baseline)
    before = energy_of(baseline, row)[0] if baseline else None
    parts = []
    if value is not None:
        start = f"{TITLES[Measured.FP16]} {_number(before, unit)} -> " if before is not None else ""
        parts.append(f"{start}{joules(value, unit)}")
    if row.delta_energy_pct is not None:
        words = f"({change_words(row)})" if parts else f"{change_words(row)} energy against FP16"
        parts.append(words)
    text = " ".join(parts)
    beside = [text] if text else []
    if row.throughput_tok_s is not None:
        beside.append(amount(row.throughput_tok_s, "tok/s"))
    if row.power_w is not None:
        beside.append(amount(row.power_w, "W"))
    if row.delta_ppl_pct is not None:
        beside.append(f"perplexity {signed(row.delta_ppl_pct)}")
    beside.extend(extra for extra in (one.band, one.tag) if extra)
    return "; ".join(beside) or "no figure"


def _number(value: float, unit: str) -> str:
    return joules(value, unit).removesuffix(f" {unit}")


def line_of(one: Quoted) -> str:
    """`RTX 4090D · Qwen/Qwen2-7B · NF4 · batch 1: FP16 71.2 -> 47.0 J/request (-34%) [row …]`."""
    row = one.row
    batch = f"batch {row.batch_size}" if row.batch_size is not None else "batch size not stated"
    title = TITLES[Measured(row.precision)]
    return f"{row.gpu} · {row.model} · {title} · {batch}: {figures_of(one)} [row {row.id}]"


def dataset_of(row: Row) -> str:
    """The data set of a row, as the seed tags its own."""
    if row.source_id == "seed":
        return DATASET_TAG
    return " · ".join(filter(None, (f"dataset: {source_link(row.source_id)}", row.date)))


def conditions_of(row: Row) -> str:
    """Runs, accounting, software and quality of a row."""
    runs = f"{row.n_runs} run{'s' if row.n_runs != 1 else ''}" if row.n_runs is not None else ""
    quality = "" if row.quality == "ok" else f"quality: {row.quality}"
    return " · ".join(filter(None, (runs, ACCOUNTING.get(row.accounting, ""), row.software, quality)))


def side_of(title: str, one: Quoted | None, change: float | None = None, partner: Row | None = None) -> Side:
    """One side of a comparison, in the unit that the row shares with `partner` or with its baseline.

    Without joules where the partner is of another session, card, model or batch size.
    """
    if one is None:
        return Side(title, None, "", None, change)
    if partner is not None and not together(one.row, partner):
        return Side(title, None, "", one, change)
    value, unit = energy_of(one.row, partner or one.baseline)
    return Side(title, value, unit, one, change)

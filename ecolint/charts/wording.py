"""Rows in the words of a chart's table, and how their marks look."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.evidence import Row
from ecolint.evidence.nearness import real_size
from ecolint.reporters.quotes import SAME_FIGURE, percent, precision_words, source_link, span_of

ROW_COLUMNS = (
    "Setting",
    "Energy against FP16",
    "On board power",
    "Model",
    "Size (B)",
    "GPU",
    "Batch",
    "Row",
    "Source",
    "Quality and note",
)
FAMILIES = {
    "nf4": "nf4",
    "nf4_dq": "nf4",
    "int8_default": "int8-default",
    "int8_pure": "int8-pure",
    "fp8": "fp8",
    "fp8_torchao_eager": "fp8",
}


def short_model(name: str) -> str:
    """The name without its owner."""
    return name.rstrip("/").rpartition("/")[2] or name


def size_of(row: Row) -> float:
    """Billions of parameters: counted, or as the source states them."""
    return real_size(row.model) or row.params_b


def batch_words(row: Row) -> str:
    return f"batch {row.batch_size}" if row.batch_size is not None else "batch size not stated"


def reach_words(rows: Sequence[Row]) -> str:
    """What the changes of energy span, `+13.6% to +17.9%`; empty where no row gives one."""
    reach = span_of(rows)
    if reach is None:
        return ""
    return percent(reach[0]) if reach[0] == reach[1] else f"{percent(reach[0])} to {percent(reach[1])}"


def gross_change(row: Row) -> float | None:
    """Change of energy in percent on board power, or as published where the source gives no other."""
    return row.delta_gross_pct if row.delta_gross_pct is not None else row.delta_energy_pct


def board_power(row: Row) -> float | None:
    """Change of energy on board power in percent, where it differs from the published one."""
    change, gross = row.delta_energy_pct, row.delta_gross_pct
    if change is None or gross is None or abs(gross - change) <= SAME_FIGURE:
        return None
    return gross


def tip(row: Row) -> str:
    """A row on one line."""
    change = "" if row.delta_energy_pct is None else f": {percent(row.delta_energy_pct)} energy"
    doubt = "" if row.quality == "ok" else f", {row.quality}"
    where = f"{short_model(row.model)} on {row.gpu}, {batch_words(row)}"
    gross = board_power(row)
    change += "" if gross is None else f", {percent(gross)} on board power"
    return f"{precision_words(row.precision)}, {where}{change} ({row.id}{doubt})"


def mark_class(row: Row) -> str:
    """Classes of a row's mark: its setting's colour, hollow where the row needs a note."""
    doubt = " doubt" if row.needs_note else ""
    return f"point {FAMILIES.get(row.precision, 'other')}{doubt}"


def row_cells(row: Row) -> tuple[str, ...]:
    """A row under `ROW_COLUMNS`."""
    change, gross = row.delta_energy_pct, row.delta_gross_pct
    return (
        precision_words(row.precision),
        "" if change is None else percent(change),
        "" if gross is None else percent(gross),
        row.model,
        f"{size_of(row):g}",
        row.gpu,
        "" if row.batch_size is None else str(row.batch_size),
        row.id,
        source_link(row.source_id),
        f"{row.quality}: {row.note}" if row.needs_note else row.quality,
    )

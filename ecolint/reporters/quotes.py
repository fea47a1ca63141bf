"""Measured rows put into words: the figures, the conditions they hold under, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.evidence import Row, row, source
from ecolint.evidence.nearness import NEAR
from ecolint.records import dataclass

PRECISIONS = {
    "fp16": "FP16",
    "nf4": "NF4",
    "nf4_dq": "NF4 with double quantization",
    "int8_default": "INT8 (default threshold)",
    "int8_pure": "INT8 (threshold 0.0)",
    "fp8_torchao_eager": "FP8 (torchao, eager)",
    "fp8": "FP8",
}
ACCOUNTING = {
    "gross": "board power",
    "idle_subtracted": "idle power subtracted",
    "idle_subtracted_stated": "idle power subtracted (as stated)",
    "decode_only_idle_subtracted": "decode only, idle power subtracted",
}
BASES = {"stated": "percentage as the source states it"}
SAME_FIGURE = 1.0
"""Percentage points up to which published and board-power figures count as one."""
ZENODO = "10.5281/zenodo."


def figure(value: float) -> str:
    """A number as its source gives it: nothing rounded, no trailing zeros."""
    return f"{value:.10g}"


def percent(value: float) -> str:
    """A signed change, e.g. `+30.7%`."""
    return f"{value:+.10g}%"


def precision_words(name: str) -> str:
    return PRECISIONS.get(name, name)


def source_link(source_id: str) -> str:
    """Where a source stands, without scheme: `zenodo.org/records/18900289`."""
    try:
        address = source(source_id).url_or_doi
    except KeyError:
        return source_id
    if address.startswith(ZENODO):
        return f"zenodo.org/records/{address.removeprefix(ZENODO)}"
    if address.startswith("10."):
        return f"doi.org/{address}"
    return address.partition("://")[2].rstrip("/") or address


@dataclass(frozen=True, slots=True)
class Quote:
    """One measured row beside its baseline. Energies share `unit` and are None where the source has none."""

    row: Row
    baseline: Row | None
    before: float | None
    after: float | None
    unit: str

    @property
    def delta(self) -> str:
        """Change of energy against the baseline, with the board-power figure where the two differ; empty where
        the row has no baseline."""
        change, gross = self.row.delta_energy_pct, self.row.delta_gross_pct
        if change is None:
            return ""
        if gross is None or abs(gross - change) <= SAME_FIGURE:
            return percent(change)
        return f"{percent(change)}; {percent(gross)} on board power"

    @property
    def start(self) -> str:
        """The baseline in the seed's form, `FP16 -> 5661 J/1k tokens`; empty where it has no figure."""
        if self.baseline is None or self.before is None:
            return ""
        return f"{precision_words(self.baseline.precision)} -> {figure(self.before)} {self.unit}"

    @property
    def outcome(self) -> str:
        """What was measured, in the same form, with the change."""
        name = precision_words(self.row.precision)
        if self.after is None:
            return f"{name} -> {self.delta} energy" if self.delta else f"{name}: no figure"
        change = f" ({self.delta})" if self.delta else ""
        return f"{name} -> {figure(self.after)} {self.unit}{change}"

    @property
    def conditions(self) -> tuple[str, ...]:
        """What the figures hold for: card, model, batch size, runs, date, accounting, software, quality."""
        row = self.row
        found = (
            row.gpu,
            row.model,
            f"batch {row.batch_size}" if row.batch_size is not None else "batch size not stated",
            f"{row.n_runs} run{'s' if row.n_runs != 1 else ''}" if row.n_runs is not None else "",
            row.date,
            ACCOUNTING.get(row.accounting, ""),
            BASES.get(row.delta_basis, ""),
            row.software,
            "" if row.quality == "ok" else f"quality: {row.quality}",
        )
        return tuple(part for part in found if part)

    @property
    def link(self) -> str:
        return source_link(self.row.source_id)

    @property
    def note(self) -> str:
        """What must be said with the row, empty where nothing must."""
        return self.row.note if self.row.needs_note else ""


def quote(measured: Row) -> Quote:
    """The row with its baseline and the unit in which both have a value."""
    baseline = _baseline(measured)
    pairs = (
        (
            "J/1k tokens",
            baseline.energy_j_per_1k_tok if baseline else None,
            measured.energy_j_per_1k_tok,
        ),
        (
            "J/request",
            baseline.energy_j_per_request if baseline else None,
            measured.energy_j_per_request,
        ),
    )
    complete = [pair for pair in pairs if pair[1] is not None and pair[2] is not None]
    partial = [pair for pair in pairs if pair[2] is not None]
    unit, before, after = (complete or partial or list(pairs))[0]
    return Quote(measured, baseline, before, after, unit)


def _baseline(measured: Row) -> Row | None:
    if not measured.baseline_id:
        return None
    try:
        return row(measured.baseline_id)
    except KeyError:
        return None


def span_of(rows: Sequence[Row]) -> tuple[float, float] | None:
    """Lowest and highest change of energy among rows, in percent."""
    changes = [one.delta_energy_pct for one in rows if one.delta_energy_pct is not None]
    return (min(changes), max(changes)) if changes else None


def first_rows(rows: Sequence[Row], count: int) -> tuple[Row, ...]:
    """The first rows; where all of these cost energy, or save it, and another at about their size does not, that one is
    the last."""
    first = tuple(rows[:count])
    told = {_costs(row) for row in first}
    near = (row for row in rows[count:] if _is_near(row, first[0]))
    other = next((row for row in near if _costs(row) not in (*told, None)), None)
    return first if other is None or len(told) != 1 else (*first[:-1], other)


def _costs(row: Row) -> bool | None:
    return row.delta_energy_pct > 0 if row.delta_energy_pct is not None else None


def _is_near(row: Row, other: Row) -> bool:
    return max(row.params_b, other.params_b) <= NEAR * min(row.params_b, other.params_b)

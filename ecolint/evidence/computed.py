"""Figures computed over rows. None is typed in; tests compare them with the published ones."""

from __future__ import annotations

from functools import cache

from ecolint.evidence.crossovers import crossover
from ecolint.evidence.measurements import Row, rows
from ecolint.evidence.nearness import real_size
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows of one session, batch size and baseline; `change_pct` is the second against the first."""

    first: Row
    second: Row
    change_pct: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """Energy per request over batch sizes on one card, in joules, rows ascending by batch size."""

    rows: tuple[Row, ...]

    def joules(self, batch_size: int) -> float:
        """Raises KeyError for a batch size that was not measured."""
        return {row.batch_size: row.energy_j_per_request or 0.0 for row in self.rows}[batch_size]

    def reduction_pct(self, batch_size: int) -> float:
        """Change per request from batch 1 to `batch_size`, in percent; negative is less."""
        return round((self.joules(batch_size) / self.joules(1) - 1) * 100, 1)

    def overhead_pct(self, batch_size: int) -> float:
        """What batch 1 costs over `batch_size`, in percent."""
        return round((self.joules(1) / self.joules(batch_size) - 1) * 100, 0)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(row.batch_size for row in self.rows if row.batch_size is not None)


def _sound(precision: str) -> tuple[Row, ...]:
    return tuple(row for row in rows() if row.precision == precision and row.quality == "ok")


def _pairs(first: str, second: str) -> tuple[Pair, ...]:
    return tuple(
        Pair(one, other, round((other.energy_j_per_1k_tok / one.energy_j_per_1k_tok - 1) * 100, 1))
        for other in _sound(second)
        for one in _sound(first)
        if other.baseline_id
        and other.baseline_id == one.baseline_id
        and other.energy_j_per_1k_tok is not None
        and one.energy_j_per_1k_tok is not None
    )


@cache
def double_quant_pairs() -> tuple[tuple[Row, Row, float], ...]:
    """Plain NF4 row, double-quantised row of the same session, and what the second costs more in percent."""
    return tuple((pair.first, pair.second, pair.change_pct) for pair in _pairs("nf4", "nf4_dq"))


@cache
def threshold_zero_pairs() -> tuple[Pair, ...]:
    """Default INT8 and threshold 0 of the same session; `change_pct` is negative, energy saved."""
    return _pairs("int8_default", "int8_pure")


def span(values: list[float]) -> tuple[float, float]:
    """Lowest and highest. Raises ValueError where there is none."""
    return min(values), max(values)


@cache
def double_quant_range() -> tuple[float, float]:
    """Lowest and highest cost of double quantization over plain NF4, in percent."""
    return span([change for _, _, change in double_quant_pairs()])


@cache
def threshold_zero_saving() -> tuple[float, float]:
    """How much less energy than default INT8 threshold 0 uses, lowest and highest, in percent, positive."""
    return span([-pair.change_pct for pair in threshold_zero_pairs()])


@cache
def threshold_zero_over_fp16() -> tuple[float, float]:
    """Energy of threshold 0 against FP16 over sound rows, in percent."""
    return span([row.delta_energy_pct for row in _sound("int8_pure") if row.delta_energy_pct is not None])


@cache
def threshold_zero_perplexity() -> tuple[float, float]:
    """Change of perplexity that threshold 0 costs against FP16 in percent, lowest and highest."""
    return span([row.delta_ppl_pct for row in _sound("int8_pure") if row.delta_ppl_pct is not None])


@cache
def batch_sweep() -> Sweep:
    """The A800 sweep of 15 February 2026: Mistral-7B, INT8 with threshold 0, 256 in and 256 out."""
    found = [row for row in rows() if row.source_id == "a800_bs_sweep"]
    return Sweep(tuple(sorted(found, key=lambda row: row.batch_size or 0)))


@cache
def batch_one_overheads() -> tuple[Pair, ...]:
    """A larger batch and batch 1 of one session; `change_pct` is what batch 1 costs more for each token."""
    singles = [one for one in rows() if one.batch_size == 1 and one.energy_j_per_1k_tok is not None]
    return tuple(
        Pair(other, one, round((one.energy_j_per_1k_tok / other.energy_j_per_1k_tok - 1) * 100, 0))
        for one in singles
        for other in rows()
        if (one.gpu, one.model, one.precision) == (other.gpu, other.model, other.precision)
        and (one.source_id, one.date) == (other.source_id, other.date)
        and (other.batch_size or 0) > 1
        and one.energy_j_per_1k_tok is not None
        and other.energy_j_per_1k_tok is not None
        and {one.quality, other.quality} <= {"ok", "conflict"}
    )


@cache
def int8_default_observed_range() -> tuple[float, float]:
    """Energy of INT8 with the default threshold against FP16 over the sound rows, in percent."""
    return span([row.delta_energy_pct for row in _sound("int8_default") if row.delta_energy_pct is not None])


@cache
def int8_default_board_power_low() -> float:
    """Lowest change of the same rows on board power, without idle subtraction, in percent."""
    return min(row.delta_gross_pct for row in _sound("int8_default") if row.delta_gross_pct is not None)


def _below(row: Row, value_b: float) -> bool:
    return (real_size(row.model) or row.params_b) < value_b


@cache
def nf4_range(
    below: bool, architecture: str | None = None, batch_size: int | None = 1
) -> tuple[float, float] | None:
    """Observed NF4 against FP16, in percent, below or above the seed's crossover; None without rows.

    Sound rows only, at one batch size (None: at any), on one architecture or on all.
    """
    found = [
        row.delta_energy_pct
        for row in _sound("nf4")
        if row.delta_energy_pct is not None
        and architecture in (None, row.architecture)
        and batch_size in (None, row.batch_size)
        and _below(row, crossover(row.architecture, "nf4").value_b or 0.0) is below
    ]
    return span(found) if found else None

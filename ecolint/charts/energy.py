"""Measured energy of each setting for one model and card, against FP16."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecolint.charts.base import Chart, Table
from ecolint.charts.lanes import Dot, Lane, lane_chart
from ecolint.charts.wording import (
    ROW_COLUMNS,
    board_power,
    mark_class,
    reach_words,
    row_cells,
    short_model,
    tip,
)
from ecolint.evidence import Gpu, Match, Measured, Query, Row, lookup
from ecolint.evidence.nearness import NEAR, distance, of_query
from ecolint.records import dataclass
from ecolint.reporters.quotes import percent, precision_words, span_of

SETTINGS = (
    Measured.NF4,
    Measured.NF4_DQ,
    Measured.INT8_PURE,
    Measured.INT8_DEFAULT,
    Measured.FP8,
    Measured.FP8_TORCHAO_EAGER,
)
KINDS = {"nf4": "nf4", "nf4_dq": "nf4", "int8_pure": "int8-pure", "int8_default": "int8-default"}


@dataclass(frozen=True, slots=True)
class _Setting:
    """What was measured of one setting: the rows of a near size, and what the lookup says of them."""

    measured: Measured
    match: Match
    rows: tuple[Row, ...]

    @property
    def words(self) -> str:
        return precision_words(self.measured.value)

    @property
    def energy(self) -> str:
        """The expected figure, or what the rows span where none is near enough to expect one."""
        if self.match.expected_pct is not None:
            return percent(self.match.expected_pct)
        return reach_words(self.rows)

    @property
    def reach(self) -> tuple[float, float]:
        return span_of(self.rows) or (0.0, 0.0)

    @property
    def stars(self) -> str:
        return self.match.confidence.glyphs


def energy_chart(
    model: str,
    gpu: Gpu | None = None,
    params_b: float | None = None,
    *,
    used: Iterable[Measured] = (),
) -> Chart | None:
    """Percent against FP16 for each setting with usable rows of a near model size; None without any.

    `params_b`, in billions, outweighs the model's name; without a card the rows of all cards are shown, and no
    figure is expected. Settings in `used` are marked as the ones in use. Bars are the lookup's expected figures,
    points the rows that it quotes.
    """
    found = list(_settings(model, gpu, params_b))
    if not found:
        return None
    used = frozenset(used)
    where = f" on {gpu.name}" if gpu is not None else ", GPU not known"
    title = f"{short_model(model)}{where}: energy of each setting against FP16"
    notes = dict.fromkeys(note for one in found for note in (one.match.band, *one.match.boundaries) if note)
    return lane_chart(
        title,
        [_baseline(Measured.FP16 in used), *(_lane(one, one.measured in used) for one in found)],
        _words(model, where, found, used),
        Table(ROW_COLUMNS, tuple(row_cells(row) for one in found for row in one.rows)),
        axis="energy against FP16; right is more",
        notes=(*notes, *_legend(found)),
    )


def _settings(model: str, gpu: Gpu | None, params_b: float | None) -> Iterator[_Setting]:
    sized = of_query(model, params_b)
    for measured in SETTINGS:
        match = lookup(Query(measured, gpu, model, params_b))
        if gpu is not None and match.basis == "cross":
            continue
        rows = tuple(row for row in match.quoted if distance(row, sized) <= NEAR)
        if rows:
            yield _Setting(measured, match, rows)


def _baseline(is_used: bool) -> Lane:
    return Lane(f"FP16{_used(is_used)}", "the baseline", 0.0, is_emphasized=is_used)


def _used(is_used: bool) -> str:
    return " (used)" if is_used else ""


def _lane(setting: _Setting, is_used: bool) -> Lane:
    kind = KINDS.get(setting.measured.value, "fp8")
    dots = tuple(dot for row in setting.rows for dot in _dots(row))
    return Lane(
        label=f"{setting.words}{_used(is_used)}",
        shown=f"{setting.energy}  {setting.stars}",
        bar=setting.match.expected_pct,
        reach=setting.reach,
        dots=dots,
        kind=kind,
        is_emphasized=is_used,
    )


def _legend(found: Iterable[_Setting]) -> Iterator[str]:
    yield "Points are measured rows; hollow ones need the note in the table."
    if any(board_power(row) is not None for one in found for row in one.rows):
        yield "Upright ticks are the same rows on board power, without idle power subtracted."


def _dots(row: Row) -> Iterator[Dot]:
    if row.delta_energy_pct is not None:
        yield Dot(row.delta_energy_pct, mark_class(row), tip(row))
    if (gross := board_power(row)) is not None:
        yield Dot(gross, mark_class(row), tip(row), "tick")


def _words(model: str, where: str, found: list[_Setting], used: frozenset[Measured]) -> str:
    parts = (
        f"{one.words}{', in use here' if one.measured in used else ''}: {one.energy}, "
        f"{one.match.confidence.label} ({len(one.rows)} row{'s' if len(one.rows) != 1 else ''})"
        for one in found
    )
    return f"Energy of {model}{where}, against FP16. {'; '.join(parts)}."

"""What each rule's page shows of the measured rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from docs.generators.figures import Figure
from docs.generators.spreads import AXIS, LEGEND, lane, left_out, span_words
from ecolint import evidence
from ecolint.charts import Chart, Lane, Table, crossover_chart, lane_chart
from ecolint.charts.wording import ROW_COLUMNS, batch_words, row_cells, short_model
from ecolint.evidence import Kind, Measured, Row
from ecolint.evidence.nearness import candidates, doubtful
from ecolint.reporters.quotes import figure, percent, precision_words, source_link
from ecolint.rules.base import Rule


@cache
def figures(rule: Rule) -> tuple[Figure, ...]:
    """The charts of a rule; none where nothing was measured for it."""
    special = _SPECIAL.get(rule.code)
    if special is not None:
        return tuple(special(rule.code.lower()))
    return tuple(_spread(rule.code.lower(), name) for name in rule.rows)


def _spread(code: str, precision: str) -> Figure:
    """Every row of a precision that findings may rest on, by card; by model where there is only one card."""
    rows = candidates(Measured(precision))
    cards = dict.fromkeys(row.gpu for row in rows)
    by_card = len(cards) > 1
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.gpu if by_card else short_model(row.model), []).append(row)
    what = precision_words(precision)
    where = "by card" if by_card else f"on {rows[0].gpu}"
    chart = lane_chart(
        f"{what}, {where}",
        [lane(name, members) for name, members in groups.items()],
        f"Energy of {what} against FP16, {where}. "
        + "; ".join(f"{name}: {span_words(members)}" for name, members in groups.items())
        + ".",
        Table(ROW_COLUMNS, tuple(row_cells(row) for row in rows)),
        axis=AXIS,
        notes=(LEGEND, *left_out(len(doubtful(Measured(precision))))),
    )
    return Figure(f"{code}-{precision.replace('_', '-')}", chart)


def _crossovers(kind: Kind) -> Callable[[str], Iterator[Figure]]:
    def drawn(code: str) -> Iterator[Figure]:
        for architecture in evidence.preferred(kind):
            yield Figure(f"{code}-{architecture}", crossover_chart(architecture, kind))

    return drawn


def _batches(code: str) -> Iterator[Figure]:
    """Joules for one request over batch sizes."""
    sweep = evidence.batch_sweep()
    first = sweep.rows[0]
    lanes, cells = [], []
    for row in sweep.rows:
        size, joules = row.batch_size or 0, row.energy_j_per_request or 0.0
        change = percent(sweep.reduction_pct(size)) if size > 1 else ""
        less = f"  ({change} against batch 1)" if change else ""
        lanes.append(Lane(f"batch {size}", f"{figure(joules)} J{less}", joules, kind="int8-pure"))
        cells.append((str(size), figure(joules), change, row.id, source_link(row.source_id), row.quality))
    what = f"{short_model(first.model)} on {first.gpu}, {precision_words(first.precision)}"
    words = "; ".join(f"{one.label}: {one.shown.replace('  ', ' ')}" for one in lanes)
    chart = lane_chart(
        "Joules for one request, by batch size",
        lanes,
        f"Energy of one request of {what}. {words}.",
        Table(("Batch", "J/request", "Against batch 1", "Row", "Source", "Quality and note"), tuple(cells)),
        axis="joules for one request",
        unit="J",
        notes=(f"{what}: full static batches, 256 tokens in and 256 out.",),
    )
    yield Figure(f"{code}-batches", chart)


def _pairs(code: str) -> Iterator[Figure]:
    """Double quantisation against plain NF4 of the same session."""
    lanes, cells = [], []
    for plain, double, change in evidence.double_quant_pairs():
        name = f"{short_model(double.model)} on {double.gpu}, {batch_words(double)}"
        lanes.append(Lane(name, percent(change), change, kind="nf4"))
        against = percent(double.delta_energy_pct) if double.delta_energy_pct is not None else ""
        source = source_link(double.source_id)
        cells.append((name, percent(change), against, double.id, plain.id, source, double.quality))
    chart: Chart = lane_chart(
        "NF4 with double quantization against plain NF4",
        lanes,
        "; ".join(f"{one.label}: {one.shown}" for one in lanes) + ".",
        Table(
            ("Pair", "Over plain NF4", "Against FP16", "Row", "Plain NF4", "Source", "Quality and note"),
            tuple(cells),
        ),
        axis="energy against plain NF4; right is more",
        notes=("Both rows of a pair are of one session and have the same FP16 row.",),
    )
    yield Figure(f"{code}-pairs", chart)


_SPECIAL: dict[str, Callable[[str], Iterator[Figure]]] = {
    "ECO002": _crossovers("nf4"),
    "ECO004": _batches,
    "ECO005": _crossovers("int8"),
    "ECO006": _pairs,
}

"""Where models stand against the size at which quantisation is said to start saving energy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecolint.charts.base import Chart, Table
from ecolint.charts.lanes import tick_words
from ecolint.charts.legend import Sign, legend
from ecolint.charts.marks import Cluster, Mark, clusters, lettered
from ecolint.charts.scales import Scale, with_zero
from ecolint.charts.svg import Drawing
from ecolint.charts.wording import (
    ROW_COLUMNS,
    board_power,
    gross_change,
    mark_class,
    reach_words,
    row_cells,
    size_of,
    tip,
)
from ecolint.evidence import Kind, Measured, Row, crossover, published_crossovers, select
from ecolint.records import dataclass
from ecolint.reporters.quotes import precision_words

__all__ = ["Mark", "crossover_chart"]

WIDTH, PLOT_TOP, PLOT_HEIGHT = 390, 66, 200
RAIL = 22
"""Where the flags of setups stand."""
EMPTY = (-50.0, 50.0)
"""What the scale shows where nothing was measured, in percent."""
LEFT, RIGHT = 52, 14
SMALLEST, LARGEST = 0.4, 20.0
SERIES: dict[Kind, tuple[Measured, ...]] = {
    "nf4": (Measured.NF4,),
    "int8": (Measured.INT8_PURE, Measured.INT8_DEFAULT),
}
SHAPES = {
    (Measured.NF4.value, False): "circle",
    (Measured.NF4.value, True): "square",
    (Measured.INT8_PURE.value, False): "circle",
    (Measured.INT8_PURE.value, True): "square",
    (Measured.INT8_DEFAULT.value, False): "diamond",
    (Measured.INT8_DEFAULT.value, True): "triangle",
}
"""By precision, and whether several requests ran together."""
NAMES = {"turing": "Turing", "ada": "Ada", "blackwell": "Blackwell", "ampere": "Ampere"}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is drawn: measured rows, the seed's crossover and every published one, marked setups."""

    architecture: str
    kind: Kind
    rows: tuple[Row, ...]
    value_b: float
    gpu: str
    published: tuple[float, ...]
    marks: tuple[tuple[str, Mark], ...]

    @property
    def name(self) -> str:
        return NAMES.get(self.architecture, self.architecture)

    @property
    def quantised(self) -> str:
        return self.kind.upper()


def crossover_chart(architecture: str, kind: Kind, setups: Sequence[Mark] = ()) -> Chart:
    """Usable rows of one measured architecture by model size, the crossover, and the setups of a user.

    Rows that need a note are hollow and have it in the table. `setups` are lettered by size. Raises KeyError
    for an architecture without measurements.
    """
    facts = _facts(architecture, kind, setups)
    title = f"{facts.name}: {facts.quantised} against FP16 by model size"
    signs = _signs(facts.rows)
    start = PLOT_TOP + PLOT_HEIGHT + 52
    drawing = Drawing(WIDTH, start + legend(None, signs, 0, WIDTH), title)
    sizes = [size_of(row) for row in facts.rows] + [mark.params_b for _, mark in facts.marks]
    across = Scale(
        min([SMALLEST, *(size * 0.85 for size in sizes)]),
        max([LARGEST, *(size * 1.18 for size in sizes)]),
        LEFT,
        WIDTH - RIGHT,
        is_log=True,
    )
    changes = [value for row in facts.rows for value in (row.delta_energy_pct, board_power(row))]
    known = [value for value in changes if value is not None]
    up = with_zero(known or EMPTY, PLOT_TOP + PLOT_HEIGHT, PLOT_TOP)
    _background(drawing, facts, across, up)
    for group in clusters(facts.marks, across):
        _flag(drawing, group)
    words = f"crossover {facts.value_b:g} B"
    drawing.text(across(facts.value_b), PLOT_TOP - 9, words, "tick strong halo", "middle")
    for row in sorted(facts.rows, key=lambda row: not row.needs_note):
        _point(drawing, row, across, up)
    if not facts.rows:
        drawing.text((LEFT + WIDTH - RIGHT) / 2, PLOT_TOP + 40, "nothing measured", "tick halo", "middle")
    legend(drawing, signs, start, WIDTH)
    return Chart(
        title,
        str(drawing),
        _words(facts),
        Table(ROW_COLUMNS, tuple(row_cells(row) for row in facts.rows)),
        _notes(facts),
    )


def _facts(architecture: str, kind: Kind, setups: Iterable[Mark]) -> _Facts:
    preferred = crossover(architecture, kind)
    rows = tuple(
        row
        for measured in SERIES[kind]
        for row in select(precision=measured, architecture=architecture)
        if row.delta_energy_pct is not None
    )
    published = {one.value_b for one in published_crossovers(architecture, kind) if one.value_b is not None}
    return _Facts(
        architecture,
        kind,
        tuple(sorted(rows, key=lambda row: (size_of(row), row.id))),
        preferred.value_b or 0.0,
        preferred.gpu,
        tuple(sorted(published)),
        lettered(setups),
    )


def _background(drawing: Drawing, facts: _Facts, across: Scale, up: Scale) -> None:
    bottom = PLOT_TOP + PLOT_HEIGHT
    crossing = across(facts.value_b)
    drawing.add("rect", "below", x=float(LEFT), y=PLOT_TOP, width=crossing - LEFT, height=PLOT_HEIGHT)
    first, last = across(facts.published[0]), across(facts.published[-1])
    if last > first:
        drawing.add("rect", "published", x=first, y=PLOT_TOP, width=last - first, height=PLOT_HEIGHT)
    for value in up.ticks():
        y = up(value)
        drawing.line(LEFT, y, WIDTH - RIGHT, y, "zero" if value == 0 else "grid")
        drawing.text(LEFT - 6, y + 4, "FP16" if value == 0 else tick_words(value, "%"), "tick", "end")
    for size in across.ticks():
        x = across(size)
        drawing.line(x, bottom, x, bottom + 4, "axis")
        drawing.text(x, bottom + 17, f"{size:g}", "tick", "middle")
    drawing.text(
        (LEFT + WIDTH - RIGHT) / 2, bottom + 35, "model size, billions of parameters", "tick", "middle"
    )
    drawing.line(crossing, PLOT_TOP - 5, crossing, bottom, "crossover")
    drawing.text(4, 12, "energy against FP16", "tick")


def _point(drawing: Drawing, row: Row, across: Scale, up: Scale) -> None:
    shape = SHAPES[row.precision, (row.batch_size or 1) > 1]
    if (gross := board_power(row)) is not None:
        x = across(size_of(row))
        drawing.line(x, up(row.delta_energy_pct or 0.0), x, up(gross), f"reach {mark_class(row)}")
    drawing.point(
        across(size_of(row)), up(row.delta_energy_pct or 0.0), shape, mark_class(row), tip(row), size=4.2
    )


def _flag(drawing: Drawing, group: Cluster) -> None:
    drawing.line(group.place, RAIL + 18, group.place, PLOT_TOP + PLOT_HEIGHT, "setup-line")
    drawing.box(group.place - group.width / 2, RAIL, group.width, 18, "setup", group.tip)
    drawing.text(group.place, RAIL + 13, group.letters, "setup-letter", "middle")


def _signs(rows: Sequence[Row]) -> tuple[Sign, ...]:
    found: dict[Sign, None] = {}
    for row in rows:
        batched = (row.batch_size or 1) > 1
        words = f"{precision_words(row.precision)}{', batch > 1' if batched else ''}"
        kind = mark_class(row).removesuffix(" doubt")
        found[Sign(words, SHAPES[row.precision, batched], kind)] = None
    if any(row.needs_note for row in rows):
        found[Sign("hollow: see note", "circle", "point other doubt")] = None
    return tuple(found)


def _standing(mark: Mark, facts: _Facts) -> str:
    side = "below the crossover" if mark.params_b < facts.value_b else "above the crossover"
    note = f", {mark.note}" if mark.note else ""
    return f"{mark.label}, {mark.params_b:g} B{note}: {side}"


def _words(facts: _Facts) -> str:
    groups = (
        ("sound", [row for row in facts.rows if not row.needs_note]),
        ("that must be read with their notes", [row for row in facts.rows if row.needs_note]),
    )
    parts = [f"{len(rows)} {what}: {reach_words(rows)} energy against FP16" for what, rows in groups if rows]
    measured = (
        f"Measured rows: {'; '.join(parts)}."
        if parts
        else f"No measured row of {facts.quantised} on {facts.name}."
    )
    low, high = facts.published[0], facts.published[-1]
    spread = "" if low == high else f" Published values run from {low:g} to {high:g} B."
    stand = "".join(f" {_standing(mark, facts)}." for _, mark in facts.marks)
    return (
        f"{measured} The {facts.quantised} crossover of {facts.name} ({facts.gpu}) is {facts.value_b:g} B."
        f"{spread}{stand}"
    )


def _notes(facts: _Facts) -> tuple[str, ...]:
    notes = []
    if len(facts.published) > 1:
        low, high = facts.published[0], facts.published[-1]
        notes.append(f"Grey band, {low:g} to {high:g} B: where published sources put the crossover.")
    if any(board_power(row) is not None for row in facts.rows):
        notes.append("A thin line leads from a point to the same row on board power.")
    above = [row for row in facts.rows if not row.needs_note and size_of(row) >= facts.value_b]
    if above and all((gross_change(row) or 0.0) >= 0 for row in above):
        notes.append("On board power no sound row shows a saving above the crossover.")
    return tuple(notes)

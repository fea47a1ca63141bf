"""A lane for each thing compared: its words, a bar from zero, a range, and single values as points."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.charts.base import Chart, Table
from ecolint.charts.scales import Scale, with_zero
from ecolint.charts.svg import SMALL, Drawing, fitted, text_width
from ecolint.records import dataclass

WIDTH = 390
MARGIN = 10
LANE, HEAD, FOOT = 42, 6, 40
GAP = 12
TICKS = 5


@dataclass(frozen=True, slots=True)
class Dot:
    """One value, its classes in the stylesheet, and what it says when pointed at."""

    value: float
    kind: str = "point"
    tip: str = ""
    shape: str = "circle"


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the chart. `shown` is the value in words; `bar` runs from zero to a value, `reach` from the
    lowest to the highest; `kind` is the class of both."""

    label: str
    shown: str
    bar: float | None = None
    reach: tuple[float, float] | None = None
    dots: tuple[Dot, ...] = ()
    kind: str = "plain"
    is_emphasized: bool = False

    @property
    def values(self) -> tuple[float, ...]:
        """Everything that the scale must hold."""
        return tuple(
            value
            for value in (self.bar, *(self.reach or ()), *(dot.value for dot in self.dots))
            if value is not None
        )


def lane_chart(
    title: str,
    lanes: Sequence[Lane],
    text_alternative: str,
    table: Table,
    *,
    axis: str,
    unit: str = "%",
    notes: tuple[str, ...] = (),
) -> Chart:
    """Lanes below each other over one scale that holds zero. `axis` says what is counted, in `unit`."""
    height = HEAD + LANE * len(lanes) + FOOT
    drawing = Drawing(WIDTH, height, title)
    scale = with_zero([value for lane in lanes for value in lane.values], MARGIN + 20, WIDTH - MARGIN - 16)
    for number, lane in enumerate(lanes):
        _lane(drawing, scale, lane, HEAD + LANE * number)
    _axis(drawing, scale, HEAD + LANE * len(lanes), axis, unit)
    return Chart(title, str(drawing), text_alternative, table, notes)


def tick_words(value: float, unit: str) -> str:
    """A value on an axis: signed where it is a change in percent."""
    if unit != "%":
        return f"{value:g}"
    return "0 %" if value == 0 else f"{value:+g} %"


def _axis(drawing: Drawing, scale: Scale, bottom: float, axis: str, unit: str) -> None:
    for value in scale.ticks(TICKS):
        drawing.text(scale(value), bottom + 15, tick_words(value, unit), "tick", "middle")
    drawing.text(WIDTH / 2, bottom + 33, axis, "tick", "middle")


def _lane(drawing: Drawing, scale: Scale, lane: Lane, top: float) -> None:
    words = "label strong" if lane.is_emphasized else "label"
    shown = fitted(lane.shown, WIDTH * 0.6)
    room = WIDTH - 2 * MARGIN - text_width(shown) - GAP
    drawing.text(MARGIN, top + 14, fitted(lane.label, room), words)
    drawing.text(WIDTH - MARGIN, top + 14, shown, words, "end")
    middle = top + 28
    for value in scale.ticks(TICKS):
        drawing.line(scale(value), middle - 9, scale(value), middle + 9, "zero" if value == 0 else "grid")
    if lane.bar is not None:
        start, end = sorted((scale(0.0), scale(lane.bar)))
        drawing.box(start, middle - 6, max(end - start, 1.5), 12, f"bar {lane.kind}")
    if lane.reach is not None:
        start, end = (scale(value) for value in lane.reach)
        drawing.line(start, middle, end, middle, f"reach {lane.kind}")
    for dot in sorted(lane.dots, key=lambda dot: "doubt" not in dot.kind):
        drawing.point(scale(dot.value), middle, dot.shape, dot.kind, dot.tip, size=SMALL / 3)

"""A plain horizontal bar chart."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.charts.base import Chart, Table
from ecolint.charts.lanes import Lane, lane_chart
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, its value, and the value in words. `kind` is its class in the stylesheet."""

    label: str
    value: float
    shown: str
    kind: str = "plain"


def bar_chart(
    title: str,
    bars: Sequence[Bar],
    *,
    columns: tuple[str, str],
    axis: str,
) -> Chart:
    """Bars below each other, in the order given. `columns` heads the table of words and values."""
    return lane_chart(
        title,
        [Lane(bar.label, bar.shown, bar.value, kind=bar.kind) for bar in bars],
        "; ".join(f"{bar.label}: {bar.shown}" for bar in bars) + "." if bars else "Nothing to show.",
        Table(columns, tuple((bar.label, bar.shown) for bar in bars)),
        axis=axis,
        unit="",
    )

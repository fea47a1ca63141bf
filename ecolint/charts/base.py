"""What a chart is."""

from __future__ import annotations

from pathlib import Path

from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """The data of a chart: plain text, every row as long as `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. `svg` is a complete element without scripts, styles, ids or references, to be put into a page
    as it is; the other texts are plain and have to be escaped. `notes` must be shown beside it."""

    title: str
    svg: str
    text_alternative: str
    table: Table
    notes: tuple[str, ...] = ()


def stylesheet() -> str:
    """CSS of every chart, light and dark; its custom properties are listed at its head."""
    return Path(__file__).with_name("chart.css").read_text(encoding="utf-8")

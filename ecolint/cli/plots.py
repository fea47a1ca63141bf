"""What the bars of `ecolint evidence --plot` and `ecolint compare` show."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from ecolint.advice.answer import Cell, Measure, Table
from ecolint.advice.precisions import TITLES
from ecolint.advice.wording import signed
from ecolint.cli.bars import Bar, Group, draw
from ecolint.cli.looks import wants_color
from ecolint.cli.output import terminal_width
from ecolint.evidence import Measured, Row, row
from ecolint.reporters.terminal import counted, wrapped

HEADING = "Energy against FP16 of the same session; FP16 is the zero line, to the right is more energy."


def _drawn(groups: Sequence[Group], color: str, shared: bool) -> str:
    return draw(
        groups,
        width=terminal_width(),
        color=wants_color(color),
        encoding=sys.stdout.encoding,
        shared=shared,
    )


def measured(rows: Sequence[Row], color: str) -> str:
    """Rows with a change of energy as bars, by card and model; the others are counted below."""
    groups: dict[str, list[Row]] = {}
    for one in rows:
        if drawable(one):
            groups.setdefault(f"{one.gpu}, {one.model}", []).append(one)
    chart = tuple(_card_and_model(title, members) for title, members in groups.items())
    heading = "\n".join(wrapped(HEADING, terminal_width()))
    text = f"{heading}\n\n{_drawn(chart, color, shared=True)}" if chart else ""
    left_out = "".join(f"{line}\n" for line in _left_out(rows))
    return "\n".join(filter(None, (text, left_out)))


def _card_and_model(title: str, rows: Sequence[Row]) -> Group:
    notes = (f"{one.quality}, row {one.id}: {one.note}" for one in rows if one.needs_note)
    return Group(title, tuple(map(_bar_of, rows)), tuple(notes))


def drawable(one: Row) -> bool:
    """Whether a row states a change of energy that may be shown."""
    return one.delta_energy_pct is not None and one.quality != "implausible"


def _bar_of(one: Row) -> Bar:
    batch = f"batch {one.batch_size}" if one.batch_size is not None else "batch unknown"
    return Bar(
        label=f"{TITLES[Measured(one.precision)]}, {batch}",
        value=one.delta_energy_pct,
        text=signed(one.delta_energy_pct or 0.0),
        detail=f"row {one.id}{f' ({one.quality})' if one.needs_note else ''}",
    )


def _left_out(rows: Sequence[Row]) -> Iterator[str]:
    kinds = (
        ("of FP16: the zero line", [one for one in rows if one.precision == Measured.FP16.value]),
        ("of quality implausible: never used", [one for one in rows if one.quality == "implausible"]),
    )
    named = {one.id for _, members in kinds for one in members}
    rest = [one for one in rows if one.id not in named and not drawable(one)]
    for words, members in (*kinds, ("without a change of energy", rest)):
        if members:
            yield f"Not drawn: {counted(len(members), 'row')} {words}."


def comparison(table: Table, color: str) -> str:
    """The table of a comparison with a group for each dimension, and bars where the columns may be compared."""
    measures = {one.dimension: one for one in table.measures}
    groups = tuple(_group(table, name, cells, measures.get(name)) for name, cells in table.lines)
    return _drawn(groups, color, shared=False)


def _group(table: Table, name: str, cells: Sequence[Cell], measure: Measure | None) -> Group:
    won = dict(table.winners).get(name.lower())
    values = measure.values if measure else (None,) * len(cells)
    return Group(
        measure.title if measure else name,
        tuple(
            Bar(title, value, cell.text or "-", ", ".join(_remarks(cell, won=title == won)))
            for title, cell, value in zip(table.columns, cells, values, strict=True)
        ),
    )


def _remarks(cell: Cell, *, won: bool) -> Iterator[str]:
    if won:
        yield "best"
    if cell.row and row(cell.row).needs_note:
        yield row(cell.row).quality

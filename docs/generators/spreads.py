"""What rows of one kind span: sound rows give the range, rows that need their note are points beside it."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.charts import Lane
from ecolint.charts.lanes import Dot
from ecolint.charts.wording import FAMILIES, mark_class, reach_words, tip
from ecolint.evidence import Row

AXIS = "energy against FP16; right is more"
LEGEND = (
    "Points are measured rows, counted in brackets. Hollow ones need the note in the table and do not count in the "
    "ranges."
)


def left_out(number: int) -> tuple[str, ...]:
    """The note about rows that are not drawn."""
    words = "of doubtful sources left out, as no finding rests on them; the explorer has them."
    return (f"{number} row{'s' if number != 1 else ''} {words}",) if number else ()


def sound(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.needs_note]


def lane(name: str, rows: Sequence[Row]) -> Lane:
    """One lane for rows of one precision."""
    changes = [row.delta_energy_pct for row in sound(rows) if row.delta_energy_pct is not None]
    return Lane(
        label=name,
        shown=span_words(rows),
        reach=(min(changes), max(changes)) if changes else None,
        dots=tuple(Dot(row.delta_energy_pct or 0.0, mark_class(row), tip(row)) for row in rows),
        kind=FAMILIES[rows[0].precision],
    )


def span_words(rows: Sequence[Row]) -> str:
    """What the sound rows span, and how many there are; without any, what the others say."""
    firm = sound(rows)
    noted = len(rows) - len(firm)
    if not firm:
        return f"only with notes: {reach_words(rows)}"
    return f"{reach_words(firm)} ({len(firm)}{f' + {noted} hollow' if noted else ''})"

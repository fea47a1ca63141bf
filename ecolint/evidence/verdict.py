"""What a set of rows says together, and what must be said beside them."""

from __future__ import annotations

from math import log
from typing import Literal

from ecolint.evidence.measurements import Row

Consistency = Literal["overhead", "saving", "mixed"]
CLEAR_PCT = 3.0
ROUNDING_PCT = 0.5


def judged_rows(found: tuple[Row, ...], batch_size: int) -> tuple[tuple[Row, ...], str]:
    """The rows at the requested batch size, or at the nearest one, and the sentence that says so.

    Where only doubtful rows stand there, the nearest others stand beside them.
    """
    firm = tuple(row for row in found if row.quality != "caution")
    chosen, note = _at_batch(found, batch_size)
    if firm and not any(row in firm for row in chosen):
        other, other_note = _at_batch(firm, batch_size)
        return (*other, *chosen), other_note
    return chosen, note


def _at_batch(found: tuple[Row, ...], batch_size: int) -> tuple[tuple[Row, ...], str]:
    sizes = {row.batch_size for row in found if row.batch_size}
    if not sizes or batch_size in sizes:
        return tuple(row for row in found if row.batch_size in (batch_size, None)), ""
    nearest = min(sizes, key=lambda size: (abs(log(size / batch_size)) if batch_size > 0 else size, size))
    return (
        tuple(row for row in found if row.batch_size == nearest),
        f"measured at batch size {nearest}, not {batch_size}",
    )


def _changes(row: Row) -> tuple[float, ...]:
    """The change of energy as published and, where idle power was subtracted, on board power too."""
    values = (row.delta_energy_pct, row.delta_gross_pct if row.accounting == "idle_subtracted" else None)
    return tuple(value for value in values if value is not None)


def verdict(quoted: tuple[Row, ...]) -> Consistency:
    """Overhead where every row shows at least 3 % more energy, saving where every row shows 3 % less.

    Sound and conflicting rows outweigh doubtful ones of the same batch size; across batch sizes all count.
    Repeats of one session differ by less than 3 %.
    """
    firm = [row for row in quoted if row.quality != "caution"]
    judged = firm if firm and len({row.batch_size for row in quoted}) == 1 else list(quoted)
    changes = [value for row in judged for value in _changes(row)]
    if changes and min(changes) >= CLEAR_PCT:
        return "overhead"
    if changes and max(changes) <= -CLEAR_PCT:
        return "saving"
    return "mixed"


def row_notes(shown: tuple[Row, ...]) -> tuple[str, ...]:
    """Notes without which the rows may not be shown: of doubtful and conflicting rows, and of idle power."""
    notes: dict[str, None] = {}
    for row in shown:
        if row.needs_note:
            notes[f"{row.id}: {row.note}"] = None
        stated, board = row.delta_energy_pct, row.delta_gross_pct
        if stated is not None and board is not None and abs(stated - board) > ROUNDING_PCT:
            notes[f"{row.id}: {stated:+.1f} % as published, {board:+.1f} % on board power"] = None
    return tuple(notes)

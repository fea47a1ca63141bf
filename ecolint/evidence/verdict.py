"""What a set of rows says together, and what must be said beside them."""

from __future__ import annotations

from typing import Literal

from ecolint.evidence.measurements import Row

Consistency = Literal["overhead", "saving", "mixed"]
CLEAR_PCT = 3.0
ROUNDING_PCT = 0.5


def expected(found: tuple[Row, ...]) -> float | None:
    """Median change of energy in percent, rounded to one place, over the sound rows if there are any."""
    sound = [row for row in found if row.quality == "ok"] or found
    changes = sorted(row.delta_energy_pct for row in sound if row.delta_energy_pct is not None)
    middle = len(changes) // 2
    if not changes:
        return None
    return round(changes[middle] if len(changes) % 2 else (changes[middle - 1] + changes[middle]) / 2, 1)


def _changes(row: Row) -> tuple[float, ...]:
    """The change of energy as published and, where idle power was subtracted, on board power too."""
    values = (row.delta_energy_pct, row.delta_gross_pct if row.accounting == "idle_subtracted" else None)
    return tuple(value for value in values if value is not None)


def verdict(judged: tuple[Row, ...]) -> Consistency:
    """Overhead where every row shows at least 3 % more energy, saving where every row shows 3 % less.

    Repeats of one session differ by less than 3 %.
    """
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

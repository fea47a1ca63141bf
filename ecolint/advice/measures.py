"""By which figures the columns of a comparison may be held against each other, dimension by dimension."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecolint.advice.answer import Measure
from ecolint.advice.comparing import Column
from ecolint.advice.sessions import session_of
from ecolint.advice.wording import energy_of
from ecolint.evidence import Row

Values = tuple[float | None, ...]


def measures_of(columns: Sequence[Column]) -> tuple[Measure, ...]:
    """Only what rows allow: joules and speeds of one session, else the changes against each one's own FP16."""
    found = (rule(columns) for rule in (_energy, _throughput, _memory, _perplexity))
    return tuple(one for one in found if any(one.values))


def _together(rows: Sequence[Row | None]) -> bool:
    known = [row for row in rows if row is not None]
    return len({session_of(row) for row in known}) == 1 and len({row.gpu for row in known}) == 1


def _energy(columns: Sequence[Column]) -> Measure:
    rows = [column.row for column in columns]
    if _together(rows) and len({column.option.precision for column in columns}) == 1:
        found = [energy_of(column.row, column.baseline) if column.row else (None, "") for column in columns]
        units = {unit for value, unit in found if value is not None}
        if len(units) == 1:
            return Measure("Energy", f"Energy in {units.pop()}", tuple(value for value, _ in found))
    return Measure(
        "Energy", "Energy against FP16, each of its own session", _changes(columns, _energy_change)
    )


def _energy_change(column: Column) -> float | None:
    return column.row.delta_energy_pct if column.row else None


def _perplexity_change(column: Column) -> float | None:
    return column.perplexity


def _changes(columns: Sequence[Column], change: Callable[[Column], float | None]) -> Values:
    """FP16 is the zero line, where it has a row."""
    return tuple(
        (0.0 if column.row else None) if column.option.is_half else change(column) for column in columns
    )


def _throughput(columns: Sequence[Column]) -> Measure:
    speeds = [column.row.throughput_tok_s if column.row else None for column in columns]
    values = tuple(speeds) if _together([column.row for column in columns]) else ()
    return Measure("Throughput", "Throughput", values)


def _memory(columns: Sequence[Column]) -> Measure:
    weights = (column.option.memory.weights_gb if column.option.memory else None for column in columns)
    return Measure("Memory", "Memory of the weights", tuple(weights))


def _perplexity(columns: Sequence[Column]) -> Measure:
    rows = [column.row for column in columns if column.option.is_half or column.perplexity is not None]
    values = _changes(columns, _perplexity_change) if _together(rows) else ()
    return Measure("Perplexity", "Perplexity against FP16", values)

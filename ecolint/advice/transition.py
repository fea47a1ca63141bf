"""What changing from one precision to another does to energy, from rows of one session where there are any."""

from __future__ import annotations

from ecolint.advice.computation import Computation, plain
from ecolint.advice.options import Option, baseline_of
from ecolint.evidence import Row
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Transition:
    """The rows on both sides, and the changes in percent that they give; empty without near rows.

    `computations` hold what no row states.
    """

    before: Row | None
    after: Row | None
    changes: tuple[float, ...]
    computations: tuple[Computation, ...] = ()


def transition(current: Option, best: Option) -> Transition:
    """From FP16 the rows' own percentages, else energies of one session, else the ratio of two percentages."""
    if current.precision is best.precision:
        return Transition(best.baseline or best.row, best.row, best.own)
    if current.is_half:
        return Transition(best.baseline or current.row, best.row, best.own)
    if best.is_half:
        return _back_to_half(current, best)
    return _of_one_session(current, best) or _of_percentages(current, best)


def _near(option: Option) -> tuple[Row, ...]:
    if not option.own or option.row is None:
        return ()
    rest = (*option.match.quoted, *option.match.contrast)
    return (option.row, *(row for row in rest if row is not option.row))


def _computed(before: Row, after: Row, first: float, second: float) -> Transition:
    change = (second / first - 1) * 100
    formula = f"({plain(second)} / {plain(first)} - 1) * 100"
    name = f"{after.id} against {before.id}"
    return Transition(before, after, (change,), (Computation(name, formula, change, "%"),))


def _back_to_half(current: Option, best: Option) -> Transition:
    row, base = current.row, current.baseline
    if not current.own or row is None or base is None:
        return Transition(row, base or best.row, ())
    for name in ("energy_j_per_1k_tok", "energy_j_per_request"):
        first, second = getattr(row, name), getattr(base, name)
        if first is not None and second is not None:
            return _computed(row, base, first, second)
    if row.delta_energy_pct is None:
        return Transition(row, base, ())
    change = (100 / (100 + row.delta_energy_pct) - 1) * 100
    formula = f"(100 / (100 + {plain(row.delta_energy_pct)}) - 1) * 100"
    return Transition(row, base, (change,), (Computation(f"FP16 against {row.id}", formula, change, "%"),))


def _of_one_session(current: Option, best: Option) -> Transition | None:
    for before in _near(current):
        for after in _near(best):
            same = before.baseline_id and before.baseline_id == after.baseline_id
            if same and before.energy_j_per_1k_tok is not None and after.energy_j_per_1k_tok is not None:
                return _computed(before, after, before.energy_j_per_1k_tok, after.energy_j_per_1k_tok)
            if same and before.energy_j_per_request is not None and after.energy_j_per_request is not None:
                return _computed(before, after, before.energy_j_per_request, after.energy_j_per_request)
    return None


def _of_percentages(current: Option, best: Option) -> Transition:
    before, after = current.row, best.row
    if not current.own or not best.own or before is None or after is None:
        return Transition(before, after, ())
    first, second = before.delta_energy_pct, after.delta_energy_pct
    if first is None or second is None or baseline_of(before) is None or baseline_of(after) is None:
        return Transition(before, after, ())
    change = ((100 + second) / (100 + first) - 1) * 100
    formula = f"((100 + {_signed(second)}) / (100 + {_signed(first)}) - 1) * 100"
    name = f"{after.id} against {before.id}, each against its own FP16 row"
    return Transition(before, after, (change,), (Computation(name, formula, change, "%"),))


def _signed(value: float) -> str:
    return plain(value) if value >= 0 else f"({plain(value)})"

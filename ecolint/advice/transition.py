"""What changing from one precision to another does to energy, from rows that were measured together."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.advice.computation import Computation, plain
from ecolint.advice.options import Option, baseline_of
from ecolint.advice.sessions import together
from ecolint.evidence import Row
from ecolint.evidence.nearness import candidates
from ecolint.records import dataclass

ENERGIES = ("energy_j_per_1k_tok", "energy_j_per_request")


@dataclass(frozen=True, slots=True)
class Transition:
    """The rows on both sides, and the changes in percent that they give; empty without rows of one session.

    `computations` hold what no row states.
    """

    before: Row | None
    after: Row | None
    changes: tuple[float, ...]
    computations: tuple[Computation, ...] = ()


def transition(current: Option, best: Option) -> Transition:
    """From FP16 the rows' own percentages, else two rows of one session; without any, no figure."""
    if current.precision is best.precision:
        return Transition(best.baseline or best.row, best.row, best.own)
    if current.is_half:
        carried = current.is_near and not best.is_near
        return Transition(current.row if carried else best.baseline or current.row, best.row, best.own)
    if best.is_half:
        return _back_to_half(current, best)
    made = (_between(before, after) for before, after in session_pairs(current, best))
    return next((one for one in made if one is not None), Transition(current.row, best.row, ()))


def session_pairs(current: Option, best: Option) -> Iterator[tuple[Row, Row]]:
    """Rows of both precisions that were measured together, those that the options themselves show first."""
    mine, other = _shown(current), _shown(best)
    found: dict[tuple[str, str], tuple[Row, Row]] = {}
    for before in mine:
        found.update({(before.id, after.id): (before, after) for after in other if _paired(before, after)})
    for before in mine:
        found.update({(before.id, after.id): (before, after) for after in _partners(before, best)})
    for after in other:
        found.update({(before.id, after.id): (before, after) for before in _partners(after, current)})
    yield from found.values()


def _shown(option: Option) -> tuple[Row, ...]:
    if not option.own or option.row is None:
        return ()
    return tuple(dict.fromkeys((option.row, *option.near_rows, *option.beside)))


def _partners(row: Row, option: Option) -> tuple[Row, ...]:
    return tuple(other for other in candidates(option.precision) if _paired(row, other))


def _paired(before: Row, after: Row) -> bool:
    """Whether both were measured together; rows that another source contradicts are held against none."""
    return "conflict" not in (before.quality, after.quality) and together(before, after)


def _computed(before: Row, after: Row, first: float, second: float) -> Transition:
    change = (second / first - 1) * 100
    formula = f"({plain(second)} / {plain(first)} - 1) * 100"
    name = f"{after.id} against {before.id}"
    return Transition(before, after, (change,), (Computation(name, formula, change, "%"),))


def _of_energies(before: Row, after: Row) -> Transition | None:
    for name in ENERGIES:
        first, second = getattr(before, name), getattr(after, name)
        if first is not None and second is not None:
            return _computed(before, after, first, second)
    return None


def _between(before: Row, after: Row) -> Transition | None:
    """The change between two rows of one session: of their energies where both have one FP16 row, else of their
    percentages."""
    if before.baseline_id and before.baseline_id == after.baseline_id:
        if found := _of_energies(before, after):
            return found
    first, second = before.delta_energy_pct, after.delta_energy_pct
    if first is None or second is None or baseline_of(before) is None or baseline_of(after) is None:
        return None
    change = ((100 + second) / (100 + first) - 1) * 100
    formula = f"((100 + {_signed(second)}) / (100 + {_signed(first)}) - 1) * 100"
    name = f"{after.id} against {before.id}, each against its FP16 row of that session"
    return Transition(before, after, (change,), (Computation(name, formula, change, "%"),))


def _back_to_half(current: Option, best: Option) -> Transition:
    row, base = current.row, current.baseline
    if not current.own or row is None or base is None:
        return Transition(row, base or best.row, ())
    if found := _of_energies(row, base):
        return found
    if row.delta_energy_pct is None:
        return Transition(row, base, ())
    change = (100 / (100 + row.delta_energy_pct) - 1) * 100
    formula = f"(100 / (100 + {plain(row.delta_energy_pct)}) - 1) * 100"
    return Transition(row, base, (change,), (Computation(f"FP16 against {row.id}", formula, change, "%"),))


def _signed(value: float) -> str:
    return plain(value) if value >= 0 else f"({plain(value)})"

"""What a change saves in a month of a given volume."""

from __future__ import annotations

from dataclasses import replace

from ecolint import evidence
from ecolint.advice.answer import Answer
from ecolint.advice.decision import Decision
from ecolint.advice.options import Option
from ecolint.advice.ranking import cost_row
from ecolint.advice.transition import session_pairs
from ecolint.cost import BOARD_ONLY, Saving, Volume, monthly
from ecolint.evidence import Row

NO_COST = "Cost not computed: no sound near row of this batch size states joules for 1000 tokens."
NO_ADVICE = "Cost not computed: nothing is recommended."


def _cost_rows(current: Option, best: Option) -> tuple[Row, Row] | None:
    """The rows before and after, of one session and batch size; None where there are none."""
    if current.precision is not best.precision and not current.is_half and not best.is_half:
        pairs = (pair for pair in session_pairs(current, best) if all(map(_has_sound_joules, pair)))
        return next(pairs, None)
    row = cost_row(current if best.is_half else best)
    if row is None:
        return None
    base = evidence.row(row.baseline_id) if row.baseline_id else row
    if not _has_sound_joules(base):
        return None
    return (row if best.is_half or not current.is_half else base), (base if best.is_half else row)


def _has_sound_joules(row: Row) -> bool:
    return row.energy_j_per_1k_tok is not None and row.quality != "caution"


def saving_of(current: Option, best: Option, volume: Volume) -> tuple[Saving | None, str]:
    """A month now and after the change, from sound rows of one session; None with the reason where there are none."""
    rows = _cost_rows(current, best)
    if rows is None:
        return None, NO_COST
    now, after = rows
    if now.energy_j_per_1k_tok is None or after.energy_j_per_1k_tok is None:
        return None, NO_COST
    saving = Saving(
        monthly(now.energy_j_per_1k_tok, volume, "now:"),
        monthly(after.energy_j_per_1k_tok, volume, "then:"),
        volume,
        after.id if after is not now else now.id,
    )
    note = "" if now.id == after.id else f"From row {now.id} to row {after.id}. "
    return saving, f"{note}{BOARD_ONLY}"


def with_cost(answer: Answer, decision: Decision, volume: Volume | None) -> Answer:
    """The answer with the cost of a month, where a volume is given."""
    if volume is None:
        return answer
    saving, note = None, NO_ADVICE
    if decision.is_advised:
        saving, note = saving_of(decision.current, decision.best, volume)
    steps = saving.computations if saving else ()
    return replace(
        answer,
        saving=saving,
        cost_notes=(note, *volume.assumptions),
        computations=(*answer.computations, *dict.fromkeys(steps)),
    )

"""Parts that all protocols share: cost of a month, supplementary suggestions, boundaries, trade-offs."""

from __future__ import annotations

from dataclasses import replace

from ecolint import evidence
from ecolint.advice.answer import Answer, Choice
from ecolint.advice.computation import Computation
from ecolint.advice.decision import Decision
from ecolint.advice.options import Option
from ecolint.advice.quoting import quoted
from ecolint.advice.ranking import cost_row, perplexity_row, request_ms, speed_row, token_ms, tokens_of
from ecolint.advice.situation import Situation
from ecolint.advice.transition import session_pairs
from ecolint.cost import BOARD_ONLY, Saving, Volume, monthly
from ecolint.evidence import Confidence, Row

NO_COST = "Cost not computed: no sound near row of this batch size states joules for 1000 tokens."
NO_ADVICE = "Cost not computed: nothing is recommended."
SUPPLEMENTARY_LABEL = f"{evidence.CONVENTION} by EcoCompute"


def lowest(*found: Confidence) -> Confidence:
    """The fewest stars, with every reason for a step down."""
    reasons = dict.fromkeys(reason for one in found for reason in one.downgrades)
    return Confidence(min(one.stars for one in found), tuple(reasons))


def supplementary_of(situation: Situation) -> tuple[str, ...]:
    """The seed's unmeasured suggestions, only where asked for, each with its label."""
    if not situation.ask.supplementary:
        return ()
    return tuple(f"{text} {SUPPLEMENTARY_LABEL}" for text in evidence.supplementary().values())


def situation_boundaries(situation: Situation, *shown: Option) -> tuple[str, ...]:
    """The boundary sentences of the question itself, not of a platform that stands in."""
    found = (text for option in shown for text in situation.match(option.precision).boundaries)
    return tuple(dict.fromkeys(found))


def choice_of(situation: Situation, option: Option) -> Choice:
    """An option with the figures that its rows give."""
    speed = speed_row(option)
    return Choice(
        option=option,
        quoted=quoted(situation, option.row) if option.row else None,
        speed=speed,
        request_ms=request_ms(speed, tokens_of(situation)) if speed else None,
        token_ms=token_ms(speed) if speed else None,
        perplexity=perplexity_row(situation, option),
    )


def computations_of(*choices: Choice, speed: bool = True) -> tuple[Computation, ...]:
    """Arithmetic behind the trade-offs, each step once."""
    found: dict[Computation, None] = {}
    for one in choices:
        if one.option.memory is not None:
            found.update(dict.fromkeys(one.option.memory.computations))
        for step in (one.request_ms, one.token_ms):
            if step is not None and speed:
                found[step] = None
    return tuple(found)


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

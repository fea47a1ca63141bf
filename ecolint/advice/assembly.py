"""Answers put together of what was decided: the parts that several protocols have in common."""

from __future__ import annotations

from dataclasses import replace

from ecolint import evidence
from ecolint.advice.answer import Answer, Choice, Left, Quoted, Side
from ecolint.advice.batching import batching_step
from ecolint.advice.computation import Computation
from ecolint.advice.decision import Decision
from ecolint.advice.limits import limits_of, missing_for_limits
from ecolint.advice.mapping import config_for
from ecolint.advice.options import Option
from ecolint.advice.precisions import TITLES
from ecolint.advice.quoting import quoted, quotes_of, side_of
from ecolint.advice.ranking import perplexity_row, request_ms, speed_row, token_ms, tokens_of
from ecolint.advice.savings import with_cost
from ecolint.advice.situation import Situation
from ecolint.advice.transition import Transition
from ecolint.advice.verdicts import conclusion_of
from ecolint.cost import volume_of
from ecolint.evidence import Confidence, Measured

SUPPLEMENTARY_LABEL = f"{evidence.CONVENTION} by EcoCompute"


def answer_of(protocol: str, situation: Situation, decision: Decision) -> Answer:
    """What is said of a decision for whichever question."""
    current, best, told, step = decision.current, decision.best, decision.told, decision.step
    rows = rows_of(situation, step, told, current)
    volume = volume_of(situation.ask.cost)
    return Answer(
        protocol=protocol,
        situation=situation,
        lookup=rows[0] if rows else None,
        conclusion=conclusion_of(situation, decision),
        confidence=lowest(*(one.confidence for one in (current, best, told))),
        baseline=before_side(situation, current, step),
        recommended=after_side(situation, decision),
        evidence=rows,
        config=config_for(situation, best.precision) if decision.is_advised else None,
        choices=tuple(choice_of(situation, one) for one in decision.ranking.kept),
        left=tuple(Left(one.option.title, one.reason) for one in decision.ranking.excluded),
        further=batching_step(situation),
        assumptions=(*situation.assumptions, *limits_of(situation, volume)),
        boundaries=situation_boundaries(situation, told, current),
        questions=(*situation.questions, *missing_for_limits(situation, volume)),
        supplementary=supplementary_of(situation),
    )


def finished(answer: Answer, decision: Decision, *computations: Computation) -> Answer:
    """The answer with what was computed for it, each once, and with its cost."""
    once = tuple(dict.fromkeys((*decision.step.computations, *computations)))
    return with_cost(replace(answer, computations=once), decision, volume_of(answer.situation.ask.cost))


def rows_of(situation: Situation, step: Transition, told: Option, current: Option) -> tuple[Quoted, ...]:
    """Evidence: the rows of the change first, those about the recommendation, those of the current precision."""
    found: dict[str, Quoted] = {}
    apart = told.precision is current.precision or (bool(told.other_batch) and current.is_near)
    first = current.row if apart else told.row
    beside = {row.baseline_id for row in (told.row, step.after) if row is not None}
    changed = (row for row in (step.after, step.before) if row is not None and row.id not in beside)
    for row in (first, *changed):
        if row is not None:
            found.setdefault(row.id, quoted(situation, row))
    for option in (told, current):
        if option.is_half and found:
            continue
        for one in (
            quotes_of(situation, option) if situation.params_b is not None else _ends(situation, option)
        ):
            found.setdefault(one.row.id, one)
    return tuple(found.values())


def _ends(situation: Situation, option: Option) -> tuple[Quoted, ...]:
    """Of a model whose size is not known the rows of the smallest and of the largest measured one."""
    sound = sorted((row for row in option.match.quoted if row.quality == "ok"), key=lambda row: row.params_b)
    return tuple(quoted(situation, row) for row in dict.fromkeys((*sound[:1], *sound[-1:])))


def before_side(situation: Situation, current: Option, step: Transition) -> Side:
    """The baseline side: the row before the change, under its own precision."""
    row = step.before or current.row
    title = TITLES[Measured(row.precision)] if row else current.title
    return side_of(title, quoted(situation, row) if row else None, None, step.after)


def after_side(situation: Situation, decision: Decision) -> Side | None:
    """The recommended side, with the change against the other one; None where nothing is advised."""
    if not decision.is_advised:
        return None
    best, step = decision.best, decision.step
    row = step.after or best.row
    change = step.changes[0] if step.changes else None
    return side_of(best.title, quoted(situation, row) if row else None, change, step.before)


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

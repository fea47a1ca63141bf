"""OPTIMIZE: make the current setup use less, and say by how much."""

from __future__ import annotations

from dataclasses import replace

from ecolint.advice.answer import Answer, Left, Quoted, Side
from ecolint.advice.ask import Ask
from ecolint.advice.batching import batching_step
from ecolint.advice.extras import (
    choice_of,
    computations_of,
    lowest,
    situation_boundaries,
    supplementary_of,
    with_cost,
)
from ecolint.advice.mapping import config_for
from ecolint.advice.options import Option
from ecolint.advice.precisions import TITLES
from ecolint.advice.quoting import change_words, figures_of, quoted, quotes_of, side_of
from ecolint.advice.ranking import Ranking, key_of, rank
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation
from ecolint.advice.transition import Transition, transition
from ecolint.advice.verdicts import conclusion_of
from ecolint.cost import volume_of
from ecolint.evidence import Measured


def optimize(ask: Ask) -> Answer:
    """The recommended configuration, and its energy gap to the next-best."""
    situation = Situation(ask)
    volume = volume_of(ask.cost)
    ranking = rank(situation, volume)
    current = ranking.find(situation.precision)
    best = best_of(situation, ranking, current)
    told = told_option(ranking, best)
    step = step_of(current, best, told)
    rows = rows_of(situation, step, told, current)
    answer = Answer(
        protocol="optimize",
        situation=situation,
        lookup=rows[0] if rows else None,
        conclusion=conclusion_of(situation, ranking, current, best, step),
        confidence=lowest(*(one.confidence for one in (current, best, told))),
        baseline=before_side(situation, current, step),
        recommended=after_side(situation, best, step),
        next_best=next_best(situation, ranking, best),
        evidence=rows,
        config=config_for(situation, best.precision),
        choices=tuple(choice_of(situation, one) for one in ranking.kept),
        left=tuple(Left(one.option.title, one.reason) for one in ranking.excluded),
        further=batching_step(situation),
        assumptions=situation.assumptions,
        risks=tuple(remarks(situation, best, told, current)),
        boundaries=situation_boundaries(situation, told, current),
        questions=situation.questions,
        supplementary=supplementary_of(situation),
        computations=(
            *step.computations,
            *computations_of(*(choice_of(situation, one) for one in (best, told, current)), speed=False),
            *(made for out in ranking.excluded if out.option in (best, current) for made in out.computations),
        ),
    )
    answer = replace(answer, computations=tuple(dict.fromkeys(answer.computations)))
    return with_cost(answer, current, best, volume)


def best_of(situation: Situation, ranking: Ranking, current: Option) -> Option:
    """The first that is left; the current one where no row speaks for a change.

    Where nothing is left, the first by the objective that would at least fit the memory.
    """
    if not ranking.kept:
        return _least_bad(situation, ranking)
    best = ranking.kept[0]
    if current in ranking.kept and (situation.is_foreign or _unfounded(current, best)):
        return current
    return best


def _unfounded(current: Option, best: Option) -> bool:
    """Whether going back to 16 bits rests on no row: none is near, and it is not INT8 with the default
    threshold, which saved nothing at any size, on a card that surely holds the model in 16 bits."""
    if not best.is_half or current.is_half or current.own:
        return False
    return current.precision is not Measured.INT8_DEFAULT or best.fits is not True


def _least_bad(situation: Situation, ranking: Ranking) -> Option:
    options = [out.option for out in ranking.excluded]
    fitting = [one for one in options if one.fits is not False and one.is_near]
    if fitting:
        return min(fitting, key=key_of(situation.objective))
    return min(options, key=lambda one: one.memory.weights_gb if one.memory else 0.0)


def step_of(current: Option, best: Option, told: Option) -> Transition:
    """The change of energy; where FP16 stays, both sides are the FP16 row of the option that it is weighed against."""
    if current.is_half and best.is_half:
        row = told.baseline if told.is_near or not current.is_near else current.row
        return Transition(row or current.row, row or current.row, ())
    return transition(current, best)


def told_option(ranking: Ranking, best: Option) -> Option:
    """The option that the evidence is about: the best one, or NF4 where the advice is to stay in 16 bits."""
    return ranking.find(Measured.NF4) if best.is_half else best


def next_best(situation: Situation, ranking: Ranking, best: Option) -> str:
    """The next option of the ranking and its gap in energy to the best one."""
    later = [one for one in ranking.kept if one is not best and one.is_near]
    if not later:
        return ""
    other = later[0]
    if other.is_half:
        if best.row is None or not best.own:
            return "FP16; no near row gives the gap"
        return f"FP16; against it {best.title} is at {change_words(best.row)}"
    if other.row is None:
        return other.title
    return f"{other.title}: {figures_of(quoted(situation, other.row))} [row {other.row.id}]"


def rows_of(situation: Situation, step: Transition, told: Option, current: Option) -> tuple[Quoted, ...]:
    """Evidence: the rows of the change first, those about the recommendation, those of the current precision."""
    found: dict[str, Quoted] = {}
    apart = told.precision is current.precision or (bool(told.other_batch) and current.is_near)
    first = current.row if apart else told.row
    changed = tuple(row for row in (step.after, step.before) if row is not None and row.baseline_id)
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


def after_side(situation: Situation, best: Option, step: Transition) -> Side:
    """The recommended side, with the change against the other one."""
    row = step.after or best.row
    change = step.changes[0] if step.changes else None
    return side_of(best.title, quoted(situation, row) if row else None, change, step.before)

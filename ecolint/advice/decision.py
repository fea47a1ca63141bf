"""What a situation comes to: the option that is advised, if any, and what the change does to energy."""

from __future__ import annotations

from ecolint.advice.ask import Limits, Objective
from ecolint.advice.options import Option
from ecolint.advice.ranking import Ranking, key_of, rank
from ecolint.advice.situation import Situation
from ecolint.advice.transition import Transition, transition
from ecolint.cost import Volume
from ecolint.evidence import Measured
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """`best` is what the answer speaks of and `told` the option that its evidence is about; only where `is_advised`
    is `best` a recommendation."""

    ranking: Ranking
    current: Option
    best: Option
    told: Option
    step: Transition
    is_advised: bool


def decide(situation: Situation, volume: Volume | None) -> Decision:
    """The decision between all precisions that the evidence speaks of."""
    ranking = rank(situation, volume)
    current = ranking.find(situation.precision)
    best = best_of(situation, ranking, current)
    told = told_option(ranking, best)
    is_advised = best in ranking.kept and not situation.spoken.is_analog
    return Decision(ranking, current, best, told, step_of(current, best, told), is_advised)


def best_of(situation: Situation, ranking: Ranking, current: Option) -> Option:
    """The first that is left; the current one where no row speaks for a change, of what runs or of this hardware.

    Where nothing is left, the first by the objective that would at least fit the memory.
    """
    if situation.is_foreign or situation.spoken.is_analog or is_unheard_of(situation, ranking, current):
        return current
    if not ranking.kept:
        return _least_bad(situation, ranking)
    best = ranking.kept[0]
    if current in ranking.kept and _unfounded(situation, current, best):
        return current
    return best


def is_unheard_of(situation: Situation, ranking: Ranking, current: Option) -> bool:
    """Whether FP8 runs on a card of which no row tells what FP8 is worth there, and nothing but energy or speed is
    asked for: then no row speaks for a change either."""
    limits = situation.ask.limits
    return (
        current.precision is Measured.FP8
        and current not in ranking.kept
        and current.fits is not False
        and situation.objective is not Objective.MEMORY
        and limits == Limits(vram_gb=limits.vram_gb)
    )


def _unfounded(situation: Situation, current: Option, best: Option) -> bool:
    """Whether going back to 16 bits rests on nothing: no row is near, and it is neither INT8 with the default
    threshold, which saved nothing at any size, nor a model below the crossover, on a card that surely holds it in 16
    bits."""
    if not best.is_half or current.is_half or current.own:
        return False
    is_below = situation.crossover_above(current.precision) is not None
    return not (is_below or current.precision is Measured.INT8_DEFAULT) or best.fits is not True


def _least_bad(situation: Situation, ranking: Ranking) -> Option:
    options = [out.option for out in ranking.excluded if not out.by_hardware]
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

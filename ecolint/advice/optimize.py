"""OPTIMIZE: make the current setup use less, and say by how much."""

from __future__ import annotations

from dataclasses import replace

from ecolint.advice.answer import Answer
from ecolint.advice.ask import Ask
from ecolint.advice.assembly import answer_of, choice_of, computations_of, finished
from ecolint.advice.decision import Decision, decide
from ecolint.advice.quoting import change_words, figures_of, quoted
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation
from ecolint.cost import volume_of


def optimize(ask: Ask) -> Answer:
    """The recommended configuration, and its energy gap to the next-best."""
    situation = Situation(ask)
    decision = decide(situation, volume_of(ask.cost))
    current, best, told = decision.current, decision.best, decision.told
    answer = replace(
        answer_of("optimize", situation, decision),
        next_best=next_best(situation, decision),
        risks=tuple(remarks(situation, best, told, current)),
    )
    excluded = (out for out in decision.ranking.excluded if out.option in (best, current))
    return finished(
        answer,
        decision,
        *computations_of(*(choice_of(situation, one) for one in (best, told, current)), speed=False),
        *(made for out in excluded for made in out.computations),
    )


def next_best(situation: Situation, decision: Decision) -> str:
    """The next option of the ranking and its gap in energy to the best one; empty where nothing is advised."""
    best = decision.best
    later = [one for one in decision.ranking.kept if one is not best and one.is_near]
    if not later or not decision.is_advised or situation.is_foreign:
        return ""
    other = later[0]
    if other.is_half:
        if best.row is None or not best.own:
            return "FP16; no near row gives the gap"
        one = quoted(situation, best.row)
        return "; ".join(
            filter(None, (f"FP16; against it {best.title} is at {change_words(best.row)}", one.band, one.tag))
        )
    if other.row is None:
        return other.title
    return f"{other.title}: {figures_of(quoted(situation, other.row))} [row {other.row.id}]"

"""RECOMMEND: options under constraints, ranked, with what each costs and why others are out."""

from __future__ import annotations

from dataclasses import replace

from ecolint.advice.answer import Answer, Quoted
from ecolint.advice.ask import Ask
from ecolint.advice.assembly import answer_of, choice_of, computations_of, finished
from ecolint.advice.decision import decide
from ecolint.advice.limits import limits_of
from ecolint.advice.options import Option
from ecolint.advice.quoting import quoted
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation
from ecolint.advice.wording import amount
from ecolint.cost import volume_of


def recommend(ask: Ask) -> Answer:
    """Every option that keeps the limits, best first."""
    situation = Situation(ask)
    volume = volume_of(ask.cost)
    decision = decide(situation, volume)
    ranking, best, told = decision.ranking, decision.best, decision.told
    answer = answer_of("recommend", situation, decision)
    shown = (*answer.evidence, *_shown(situation, ranking.kept))
    answer = replace(
        answer,
        evidence=tuple({one.row.id: one for one in shown}.values()),
        assumptions=(*situation.assumptions, *_memory(situation), *limits_of(situation, volume)),
        risks=tuple(remarks(situation, best, told)),
    )
    return finished(
        answer,
        decision,
        *computations_of(*answer.choices),
        *computations_of(*(choice_of(situation, one) for one in (best, told)), speed=False),
        *(made for one in ranking.excluded for made in one.computations),
    )


def _shown(situation: Situation, options: tuple[Option, ...]) -> tuple[Quoted, ...]:
    return tuple(quoted(situation, one.row) for one in options if one.row is not None and one.is_near)


def _memory(situation: Situation) -> tuple[str, ...]:
    if situation.vram_gb is None:
        return ()
    return (f"Limit: {amount(situation.vram_gb, 'GB')} of memory for weights, cache and head-room.",)

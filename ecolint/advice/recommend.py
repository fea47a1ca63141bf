"""RECOMMEND: options under constraints, ranked, with what each costs and why others are out."""

from __future__ import annotations

from dataclasses import replace

from ecolint.advice.answer import Answer, Left, Quoted
from ecolint.advice.ask import Ask
from ecolint.advice.batching import batching_step
from ecolint.advice.decision import decide
from ecolint.advice.extras import (
    choice_of,
    computations_of,
    lowest,
    situation_boundaries,
    supplementary_of,
    with_cost,
)
from ecolint.advice.mapping import config_for
from ecolint.advice.optimize import after_side, before_side, rows_of
from ecolint.advice.options import Option
from ecolint.advice.quoting import quoted
from ecolint.advice.ranking import tokens_of
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation
from ecolint.advice.verdicts import conclusion_of
from ecolint.advice.wording import amount, signed
from ecolint.cost import Volume, volume_of


def recommend(ask: Ask) -> Answer:
    """Every option that keeps the limits, best first."""
    situation = Situation(ask)
    volume = volume_of(ask.cost)
    decision = decide(situation, volume)
    ranking, current, best = decision.ranking, decision.current, decision.best
    told, step = decision.told, decision.step
    choices = tuple(choice_of(situation, one) for one in ranking.kept)
    rows = rows_of(situation, step, told, current)
    answer = Answer(
        protocol="recommend",
        situation=situation,
        lookup=rows[0] if rows else None,
        conclusion=conclusion_of(situation, decision),
        confidence=lowest(*(one.confidence for one in (current, best, told))),
        baseline=before_side(situation, current, step),
        recommended=after_side(situation, decision),
        evidence=tuple({one.row.id: one for one in (*rows, *_shown(situation, ranking.kept))}.values()),
        config=config_for(situation, best.precision) if decision.is_advised else None,
        choices=choices,
        left=tuple(Left(one.option.title, one.reason) for one in ranking.excluded),
        further=batching_step(situation),
        assumptions=(*situation.assumptions, *_limits(situation, volume)),
        risks=tuple(remarks(situation, best, told)),
        boundaries=situation_boundaries(situation, told, current),
        questions=(*situation.questions, *_missing(situation, volume)),
        supplementary=supplementary_of(situation),
        computations=(
            *step.computations,
            *computations_of(*choices),
            *computations_of(*(choice_of(situation, one) for one in (best, told)), speed=False),
            *(made for one in ranking.excluded for made in one.computations),
        ),
    )
    answer = replace(answer, computations=tuple(dict.fromkeys(answer.computations)))
    return with_cost(answer, decision, volume)


def _shown(situation: Situation, options: tuple[Option, ...]) -> tuple[Quoted, ...]:
    return tuple(quoted(situation, one.row) for one in options if one.row is not None and one.is_near)


def _limits(situation: Situation, volume: Volume | None) -> tuple[str, ...]:
    """The limits in force, and how they are read."""
    limits, said = situation.ask.limits, []
    if situation.vram_gb is not None:
        said.append(f"Limit: {amount(situation.vram_gb, 'GB')} of memory for weights, cache and head-room.")
    if limits.latency_ms is not None:
        said.append(
            f"Limit: {amount(limits.latency_ms, 'ms')} a request of "
            f"{tokens_of(situation):g} new tokens, time = tokens × batch ÷ throughput of a near row; without prefill."
        )
    if limits.cost is not None and volume is not None:
        said.append(f"Limit: {limits.cost:.2f} {volume.currency} of electricity a month.")
    if limits.perplexity_pct is not None:
        said.append(f"Limit: perplexity {signed(limits.perplexity_pct)} against FP16.")
    return tuple(said)


def _missing(situation: Situation, volume: Volume | None) -> tuple[str, ...]:
    if situation.ask.limits.cost is not None and volume is None:
        return ("How many requests a day? The cost limit was not applied without that. (--requests-per-day)",)
    if situation.ask.limits.cost is not None and volume is not None and volume.price_per_kwh is None:
        return ("What does a kWh cost? The cost limit was not applied without that. (--price-per-kwh)",)
    return ()

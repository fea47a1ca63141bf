"""RECOMMEND: options under constraints, ranked, with what each costs and why others are out."""

from __future__ import annotations

from dataclasses import replace

from ecolint.advice.answer import Answer, Quoted
from ecolint.advice.ask import Ask
from ecolint.advice.assembly import answer_of, choice_of, computations_of, finished
from ecolint.advice.decision import decide
from ecolint.advice.options import Option
from ecolint.advice.quoting import quoted
from ecolint.advice.ranking import tokens_of
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation
from ecolint.advice.wording import amount, signed
from ecolint.cost import Volume, volume_of


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
        assumptions=(*situation.assumptions, *_limits(situation, volume)),
        risks=tuple(remarks(situation, best, told)),
        questions=(*situation.questions, *_missing(situation, volume)),
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

"""The limits that were stated: how they are read, and what is missing to apply them."""

from __future__ import annotations

from ecolint.advice.ranking import tokens_of
from ecolint.advice.situation import Situation
from ecolint.advice.wording import amount, signed
from ecolint.cost import Volume


def limits_of(situation: Situation, volume: Volume | None) -> tuple[str, ...]:
    """The limits on latency, cost and quality that are in force."""
    limits, said = situation.ask.limits, []
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


def missing_for_limits(situation: Situation, volume: Volume | None) -> tuple[str, ...]:
    """What to ask for where a limit could not be applied."""
    if situation.ask.limits.cost is not None and volume is None:
        return ("How many requests a day? The cost limit was not applied without that. (--requests-per-day)",)
    if situation.ask.limits.cost is not None and volume is not None and volume.price_per_kwh is None:
        return ("What does a kWh cost? The cost limit was not applied without that. (--price-per-kwh)",)
    return ()


def limits_not_compared(situation: Situation) -> tuple[str, ...]:
    """That a comparison shows all its sides, whether they keep a limit or not."""
    limits = situation.ask.limits
    if limits.latency_ms is None and limits.cost is None and limits.perplexity_pct is None:
        return ()
    return (
        "Limits on latency, cost and perplexity leave out no side here; `ecolint recommend` applies them.",
    )

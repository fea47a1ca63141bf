"""Limits that were stated are told with how they are read, or with why they were not applied."""

from __future__ import annotations

import pytest

from ecolint.advice.ask import Objective
from ecolint.advice.compare import compare
from ecolint.advice.comparing import asks_of
from ecolint.advice.explain import explain
from ecolint.advice.optimize import optimize
from ecolint.advice.recommend import recommend
from tests.advice.asking import ask, spoken

EVERY = pytest.mark.parametrize("protocol", [optimize, recommend, explain])
VOLUME = {"requests_per_day": 1000.0, "price_per_kwh": 0.3}


@EVERY
@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"latency_ms": 4000.0}, "Limit: 4000 ms a request of 128 new tokens"),
        ({"perplexity_pct": 3.0}, "Limit: perplexity +3% against FP16."),
        ({"cost": 5.0}, "Limit: 5.00 USD of electricity a month."),
    ],
)
def test_limits_in_force_are_told(protocol, limits, told) -> None:
    answer = protocol(ask("A800", "Mistral-7B", limits=limits, cost=VOLUME))
    assert any(text.startswith(told) for text in answer.assumptions)


@EVERY
def test_a_cost_limit_without_a_volume_is_asked_about(protocol) -> None:
    answer = protocol(ask("T4", "Mistral-7B", limits={"cost": 5.0}))
    assert any("The cost limit was not applied without that." in text for text in answer.questions)


def test_explain_says_why_it_recommends_nothing() -> None:
    answer = explain(ask("A800", "Mistral-7B", limits={"latency_ms": 1.0}))
    assert answer.recommended is None
    assert any(
        text.startswith("No option keeps all limits; FP16 would be the first") for text in answer.further
    )


def test_a_comparison_leaves_no_side_out() -> None:
    limits = {"latency_ms": 1.0}
    answer = compare(asks_of(ask("A800", "Mistral-7B", limits=limits), spoken("fp16", "nf4"), [], []))
    assert any("`ecolint recommend` applies them" in text for text in answer.assumptions)


@pytest.mark.parametrize(
    ("asked", "precisions", "conclusion"),
    [
        (ask("A800"), ("nf4", "int8-pure"), "nothing to compare: the size of the model is not known"),
        (
            ask("A800", "Mistral-7B"),
            ("fp16", "nf4"),
            (
                "energy: no clear winner, throughput: FP16, memory: NF4, perplexity: FP16; "
                "no overall winner without an objective"
            ),
        ),
        (
            ask("MI300X", "Mistral-7B", objective=Objective.ENERGY),
            ("nf4", "int8-pure"),
            (
                "nothing was measured on this hardware; on A800: NF4 wins by energy "
                "(energy: NF4, throughput: NF4, memory: NF4, perplexity: INT8 (threshold=0))"
            ),
        ),
    ],
)
def test_a_comparison_says_what_it_cannot_tell(asked, precisions, conclusion) -> None:
    assert compare(asks_of(asked, spoken(*precisions), [], [])).conclusion == conclusion

"""Where nothing can be recommended, nothing is: no side, no configuration, no saving."""

from __future__ import annotations

import pytest

from ecolint.advice.explain import explain
from ecolint.advice.optimize import optimize
from ecolint.advice.recommend import recommend
from tests.advice.asking import ask

COST = {"requests_per_day": 1000.0}
EVERY = pytest.mark.parametrize("protocol", [optimize, recommend, explain])


def is_silent(answer) -> bool:
    return (answer.recommended, answer.config, answer.saving, answer.next_best) == (None, None, None, "")


@EVERY
@pytest.mark.parametrize("gpu", ["Arc A770", "tpu-v5e"])
def test_unmeasured_hardware_that_does_not_hold_the_model(protocol, gpu) -> None:
    answer = protocol(ask(gpu, "Qwen2-7B", cost=COST))
    assert is_silent(answer)
    assert "No measured data available; results may not transfer." in answer.boundaries


@pytest.mark.parametrize("gpu", ["Arc A770", "tpu-v5e"])
def test_unmeasured_hardware_is_said_before_memory(gpu) -> None:
    conclusion = optimize(ask(gpu, "Qwen2-7B")).conclusion
    assert conclusion.startswith("nothing was measured on this hardware; FP16 needs about")
    assert "save" not in conclusion


def test_unmeasured_hardware_that_holds_the_model_keeps_it() -> None:
    answer = optimize(ask("MI300X", "Qwen2-7B"))
    assert answer.conclusion == "nothing was measured on this hardware; keep FP16 until it is measured there"
    assert answer.recommended is not None


@EVERY
@pytest.mark.parametrize("limits", [{"latency_ms": 1.0}, {"vram_gb": 1.0}])
def test_no_option_keeps_the_limits(protocol, limits) -> None:
    assert is_silent(protocol(ask("A800", "Mistral-7B", limits=limits, cost=COST)))


def test_what_the_hardware_rules_out_would_not_be_the_first() -> None:
    answer = recommend(ask("A800", "Mistral-7B", limits={"latency_ms": 1.0}))
    assert "FP8" not in answer.conclusion
    assert "a request, more than 1 ms" in answer.conclusion
    assert {"FP8", "FP8 (torchao, eager)"} <= {one.title for one in answer.left}


@EVERY
@pytest.mark.parametrize("gpu", ["H100", "RTX 4090D", "A800", "T4"])
def test_no_row_speaks_for_a_change_from_fp8(protocol, gpu) -> None:
    answer = protocol(ask(gpu, "Qwen2-7B", "fp8", cost=COST))
    assert answer.recommended is None
    assert answer.saving is None


def test_fp8_that_does_not_fit_makes_way() -> None:
    answer = optimize(ask("T4", "Qwen2.5-14B", "fp8"))
    assert answer.conclusion.startswith("switching to NF4")

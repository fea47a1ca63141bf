"""Figures of one batch size say nothing of another."""

from __future__ import annotations

import pytest

from ecolint.advice.optimize import optimize
from ecolint.advice.options import option_of
from ecolint.advice.recommend import recommend
from ecolint.advice.render_text import render
from ecolint.advice.situation import Situation
from ecolint.evidence import Measured
from tests.advice.asking import ask

BATCHED = ask("A800", "Mistral-7B", "int8", batch_size=8)


def test_advice_stays_with_what_was_measured_at_the_batch_size() -> None:
    answer = optimize(BATCHED)
    assert answer.conclusion == "switching to FP16 saves 55.7% energy"
    assert answer.baseline is not None
    assert answer.recommended is not None
    assert (answer.baseline.value, answer.recommended.value) == (1417, 628)


def test_the_baseline_is_the_row_of_the_batch_size() -> None:
    answer = optimize(ask("A800", "Mistral-7B", batch_size=8))
    assert answer.lookup is not None
    assert answer.lookup.row.id == "a800-feb13-bs8-mistral-7b-fp16"
    assert answer.baseline is not None
    assert answer.baseline.value == 628
    assert answer.conclusion.startswith(
        "keep FP16: NF4 was not measured at batch 8; at batch 1 the rows read"
    )


def test_nothing_is_promised_from_another_batch_size() -> None:
    answer = optimize(ask("RTX 4090D", "Mistral-7B", batch_size=64))
    assert "saves" not in answer.conclusion
    assert answer.confidence.stars == 2
    assert "NF4 measured at batch 1, not 64" in answer.confidence.downgrades
    assert "5661 J/1k tokens; measured at batch 1, not 64" in render(answer)
    kept = optimize(ask("RTX 4090D", "Mistral-7B", "nf4", batch_size=64))
    assert kept.conclusion.startswith("keep NF4: it was not measured at batch 64")


def test_options_of_another_batch_size_come_last() -> None:
    order = [one.option.precision for one in recommend(ask("A800", "Mistral-7B", batch_size=8)).choices]
    assert order[0] is Measured.FP16
    assert order.index(Measured.NF4) > order.index(Measured.INT8_DEFAULT)
    assert "a row of another batch size: nothing is carried over" in render(recommend(BATCHED))


@pytest.mark.parametrize("precision", Measured)
def test_no_option_mixes_batch_sizes(precision) -> None:
    for batch in (1, 4, 8, 64):
        option = option_of(Situation(ask("A800", "Mistral-7B", batch_size=batch)), precision)
        assert {row.batch_size for row in (*option.near_rows, *option.beside)} <= {batch, None}


def test_costs_are_of_one_batch_size() -> None:
    cost = {"requests_per_day": 10_000, "price_per_kwh": 0.2}
    answer = optimize(ask("A800", "Mistral-7B", "int8", batch_size=8, cost=cost))
    assert answer.saving is not None
    assert answer.saving.saved_kwh == pytest.approx((1417 - 628) / 1000 * 128 * 10_000 * 30 / 3_600_000)
    unmeasured = optimize(ask("RTX 4090D", "Mistral-7B", "int8", batch_size=64, cost=cost))
    assert unmeasured.saving is None


def test_a_row_at_the_batch_size_beats_a_nearer_model() -> None:
    answer = optimize(ask("RTX 5090", "Yi-1.5-6B", batch_size=8))
    assert "NF4 costs energy here, +214.7% against FP16" in answer.conclusion

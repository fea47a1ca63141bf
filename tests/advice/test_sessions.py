"""Percentages between two quantised precisions come from rows that were measured together."""

from __future__ import annotations

import pytest

from ecolint import evidence
from ecolint.advice.optimize import optimize
from ecolint.advice.options import option_of
from ecolint.advice.quoting import quoted, side_of
from ecolint.advice.render_text import side_words
from ecolint.advice.sessions import together
from ecolint.advice.situation import Situation
from ecolint.advice.transition import session_pairs
from ecolint.evidence import Measured
from tests.advice.asking import ask


def test_double_quantization_is_weighed_in_its_own_session() -> None:
    answer = optimize(ask("RTX 4090D", "Mistral-7B", "nf4-dq"))
    assert answer.conclusion == "switching to NF4 saves 12.7% energy (same-architecture extrapolation)"
    assert answer.computations[0].formula == "(4932 / 5652 - 1) * 100"


@pytest.mark.parametrize("gpu", ["RTX 4090D", "RTX 4090", "RTX 5090", "A800", "T4"])
def test_pairs_share_card_model_and_batch(gpu: str) -> None:
    for model in ("Qwen2-7B", "Mistral-7B", "TinyLlama-1.1B"):
        situation = Situation(ask(gpu, model))
        options = [option_of(situation, one) for one in Measured if one is not Measured.FP16]
        for current in options:
            for best in options:
                for before, after in session_pairs(current, best):
                    assert (before.gpu, before.model) == (after.gpu, after.model)
                    assert before.batch_size == after.batch_size


def test_rows_of_one_day_but_of_other_batches_are_apart() -> None:
    one, eight = (evidence.row(f"a800-feb13-bs{size}-mistral-7b-int8-pure") for size in (1, 8))
    assert not together(one, eight)
    assert together(one, evidence.row("a800-feb13-bs1-mistral-7b-fp16"))


def test_a_side_of_another_session_shows_no_joules_beside_the_other() -> None:
    situation = Situation(ask("RTX 4090D", "Mistral-7B"))
    other = evidence.row("4090d-feb25-yi-1.5-6b-nf4-dq")
    side = side_of("NF4", quoted(situation, evidence.row("4090d-feb12-mistral-7b-nf4")), None, other)
    assert side.value is None
    assert side_words(side).startswith("FP16 5661 -> 3707 J/1k tokens (-34.5%, -25.1% on board power)")

"""All inputs: no traceback, no figure from nowhere, no star too many, JSON that fits its schema."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint import evidence
from ecolint.advice import render_json, render_markdown, render_text
from ecolint.advice.answer import Answer
from ecolint.advice.ask import Ask, Limits, Objective
from ecolint.advice.compare import compare
from ecolint.advice.comparing import asks_of
from ecolint.advice.explain import explain
from ecolint.advice.optimize import optimize
from ecolint.advice.precisions import NAMES, speak
from ecolint.advice.recommend import recommend
from ecolint.evidence import Measured, Query, all_gpus, lookup, rows
from ecolint.frameworks.registry import frameworks
from ecolint.inference import Pinned
from ecolint.settings.keys import Cost
from tests.advice.tracing import unfounded_steps, untraceable

SCHEMA = json.loads(Path("ecolint/schemas/advice.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
NAMED = (
    "Phi-3-mini Mixtral-8x7B DeepSeek-Coder-V2-Lite Llama-3-70B llama3:8b acme/unheard-of acme/qwen2-7b-tuned"
)
MODELS = [*sorted({row.model for row in rows()}), *NAMED.split()]
SPOKEN = [spoken for name in NAMES if (spoken := speak(name)) is not None]
BATCHES = st.sampled_from([None, 1, 2, 3, 4, 8, 16, 64, 1024])
POSITIVE = st.sampled_from([None, 0.5, 8.0, 24.0, 100.0, 5000.0])


def maybe(values):
    return st.none() | st.sampled_from(values)


@st.composite
def asks(draw) -> Ask:
    versions = {
        name: Pinned(version, "", "test")
        for name in ("bitsandbytes", "transformers")
        if (version := draw(st.sampled_from([None, "0.45.3", "0.50.0", "4.47.1", "5.1"]))) is not None
    }
    return Ask(
        gpu=draw(maybe(all_gpus())),
        gpu_count=draw(st.sampled_from([None, 1, 4])),
        model=draw(maybe(MODELS)),
        params_b=draw(st.sampled_from([None, None, 0.35, 3.0, 7.0, 13.0, 70.0])),
        precision=draw(maybe(SPOKEN)),
        batch_size=draw(BATCHES),
        framework=draw(maybe([*(item.name for item in frameworks()), "other"])),
        objective=draw(maybe(list(Objective))),
        limits=Limits(draw(POSITIVE), draw(POSITIVE), draw(POSITIVE), draw(POSITIVE)),
        cost=Cost(draw(st.sampled_from([None, 1000.0])), draw(st.sampled_from([None, 256.0]))),
        stack=versions,
        fine_tuned=draw(st.booleans()),
        supplementary=draw(st.booleans()),
    )


def allowed_stars(answer: Answer) -> int:
    """The most stars that any lookup of this question gives."""
    situation = answer.situation
    ask = situation.ask
    return max(
        lookup(
            Query(
                precision,
                gpu=ask.gpu,
                model=ask.model,
                params_b=ask.params_b,
                batch_size=situation.batch_size,
                stack_newer=situation.stack_newer,
            )
        ).confidence.stars
        for precision in Measured
    )


def check(answer: Answer) -> None:
    text = render_text.render(answer)
    assert text.rstrip().endswith(evidence.FOOTER)
    assert answer.conclusion
    assert untraceable(text, answer) == []
    assert unfounded_steps(answer) == []
    assert render_markdown.render(answer)
    document = json.loads(render_json.render(answer))
    VALIDATOR.validate(document)
    situation = answer.situation
    assert answer.confidence.stars <= allowed_stars(answer)
    for choice in answer.choices:
        assert choice.option.confidence.stars <= situation.match(choice.option.precision).confidence.stars
    for one in answer.evidence:
        assert evidence.usable(one.row)
        if situation.gpu is None:
            assert one.tag
    if situation.gpu is None or not situation.gpu.is_nvidia:
        assert answer.confidence.stars == 1


BOUNDED = settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("protocol", [optimize, explain, recommend], ids=lambda one: one.__name__)
@BOUNDED
@given(ask=asks())
def test_any_question_has_a_sound_answer(protocol, ask: Ask) -> None:
    check(protocol(ask))


@BOUNDED
@given(
    ask=asks(),
    precisions=st.lists(st.sampled_from(SPOKEN), max_size=3, unique=True),
    gpus=st.lists(st.sampled_from(all_gpus()), max_size=2, unique=True),
    batches=st.lists(st.sampled_from([1, 4, 8, 64]), max_size=2, unique=True),
)
def test_any_comparison_is_sound(ask: Ask, precisions, gpus, batches) -> None:
    columns = asks_of(ask, precisions, gpus, batches)
    answer = compare(columns)
    check_comparison(answer, len(columns))


def check_comparison(answer: Answer, columns: int) -> None:
    assert answer.table is not None
    VALIDATOR.validate(json.loads(render_json.render(answer)))
    text = render_text.render(answer)
    assert untraceable(text, answer) == []
    assert unfounded_steps(answer) == []
    assert render_markdown.render(answer)
    dimensions = [dimension for dimension, _ in answer.table.winners]
    assert len(dimensions) == len(set(dimensions))
    for name, cells in answer.table.lines:
        assert len(cells) == columns
        for cell in cells:
            if name in ("Energy", "Throughput"):
                assert bool(cell.text) == bool(cell.row)
            assert cell.text or cell.reason
    if answer.situation.ask.objective is None:
        assert "no overall winner" in answer.conclusion or answer.conclusion.startswith("nothing to compare")
        assert answer.config is None
    if answer.situation.gpu is None:
        assert answer.confidence.stars == 1


@pytest.mark.parametrize("gpu", [None, *all_gpus()], ids=lambda gpu: gpu.name if gpu else "none")
def test_every_card_has_an_answer(gpu) -> None:
    for model in ("Qwen2-7B", "TinyLlama-1.1B", "Llama-3-70B", None):
        check(optimize(Ask(gpu=gpu, model=model)))

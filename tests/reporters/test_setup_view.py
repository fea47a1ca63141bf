"""What a setup amounts to: what is read, what is assumed, and what stays open."""

from __future__ import annotations

import pytest

from ecolint.inference import Context, InferenceSetup, Known, Located, Precision, Use
from ecolint.reporters.setups import setup_words, view
from ecolint.source import Span

DYNAMIC: Located = Located(None, Known.DYNAMIC)  # type: ignore[type-arg]


def setup(**values: object) -> InferenceSetup:
    return InferenceSetup("transformers", Span(0, 1), **values)  # type: ignore[arg-type]


def test_what_is_not_stated_is_assumed_as_the_seed_does() -> None:
    seen = view(setup())
    assert (seen.precision, seen.batch_size) == ("fp16", 1)
    assert seen.assumed == ("precision", "batch_size")
    assert (seen.model, seen.params_b, seen.gpu, seen.architecture) == (None, None, None, None)


@pytest.mark.parametrize(
    ("name", "card", "architecture"),
    [
        ("g4dn.xlarge", "T4", "turing"),
        ("ml.g5.xlarge", "A10G", "ampere"),
        ("its own card", "its own card", None),
    ],
)
def test_a_machine_type_is_shown_as_its_card(name: str, card: str, architecture: str | None) -> None:
    seen = view(setup(gpu=Located(name, Known.STATED)))
    assert (seen.gpu, seen.architecture) == (card, architecture)


def test_what_depends_on_run_time_is_neither_known_nor_assumed() -> None:
    seen = view(setup(precision=DYNAMIC, batch_limit=DYNAMIC, gpu=DYNAMIC, model=DYNAMIC))
    assert (seen.precision, seen.batch_size, seen.gpu, seen.model) == (None, None, None, None)
    assert seen.assumed == ()
    assert view(setup(dtype=DYNAMIC)).precision is None


@pytest.mark.parametrize(
    ("values", "precision"),
    [
        ({"precision": Located(Precision.NF4, Known.STATED)}, "nf4"),
        ({"dtype": Located("torch.bfloat16", Known.STATED)}, "bf16"),
        ({"dtype": Located("half", Known.STATED)}, "fp16"),
        ({"precision": Located(Precision.FP8, Known.STATED), "dtype": Located("half", Known.STATED)}, "fp8"),
    ],
)
def test_precision_comes_from_the_weights_or_else_the_dtype(
    values: dict[str, object], precision: str
) -> None:
    seen = view(setup(**values))
    assert seen.precision == precision
    assert "precision" not in seen.assumed


def test_a_loop_over_prompts_is_a_batch_of_one_that_nobody_assumed() -> None:
    seen = view(setup(request_loop=Located(True, Known.STATED)))
    assert seen.batch_size == 1
    assert seen.assumed == ("precision",)


def test_sizes_come_from_the_file_before_the_name() -> None:
    model = Located("Qwen/Qwen2-7B", Known.STATED)
    assert view(setup(model=model)).params_b == pytest.approx(7.62, abs=0.1)
    assert view(setup(model=model, params_b=Located(3.0, Known.DERIVED))).params_b == 3.0
    assert view(setup(model=Located("./local", Known.STATED))).params_b is None


def test_cards_get_their_usual_name_and_architecture() -> None:
    seen = view(setup(gpu=Located("rtx4090d", Known.STATED)))
    assert (seen.gpu, seen.architecture) == ("RTX 4090D", "ada")
    unknown = view(setup(gpu=Located("Frobnicator 9", Known.STATED)))
    assert (unknown.gpu, unknown.architecture) == ("Frobnicator 9", None)


def test_words_mark_what_is_assumed() -> None:
    training = setup(
        context=Context(Use.TRAINING, "get_peft_model"), int8_threshold=Located(0.0, Known.STATED)
    )
    assert list(setup_words(view(training))) == [
        "transformers",
        "model not known",
        "FP16 (assumed)",
        "threshold 0",
        "batch 1 (assumed)",
        "GPU not known",
        "training",
    ]

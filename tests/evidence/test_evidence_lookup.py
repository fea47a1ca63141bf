"""Which rows answer a query, what they say together, and how sure that is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.evidence import Match, Measured, Query, boundaries, lookup, resolve_gpu, rows
from ecolint.evidence.figures import known_percentages

GOLDEN = Path(__file__).with_name("lookups.csv")
MODELS = [
    "mistralai/Mistral-7B-Instruct-v0.3",
    "Qwen/Qwen2-7B",
    "Phi-3-mini",
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
]
MODELS += [
    "Qwen/Qwen2.5-3B",
    "meta-llama/Llama-3.1-8B",
    "meta-llama/Llama-3.1-70B",
    "foo/my-qwen2-7b",
    "unknown",
]
CARDS = ["RTX 4090D", "RTX 4090", "RTX 5090", "A800", "T4", "H100", "RTX 3090", "MI300X", "B200", ""]


def ask(precision: str, gpu: str, model: str | None, **more) -> Match:
    return lookup(Query(Measured(precision), resolve_gpu(gpu) if gpu else None, model, **more))


def record(precision: str, gpu: str, model: str) -> dict[str, str]:
    match = ask(precision, gpu, model)
    figures = (match.expected_pct, match.low_pct, match.high_pct)
    expected, low, high = ("" if value is None else f"{value:g}" for value in figures)
    return {
        "precision": precision,
        "gpu": gpu,
        "model": model,
        "basis": match.basis,
        "stars": str(match.confidence.stars),
        "expected_pct": expected,
        "low_pct": low,
        "high_pct": high,
        "consistent": match.consistent,
        "band": match.band or "",
        "rows": ";".join(row.id for row in match.quoted),
        "contrast": ";".join(row.id for row in match.contrast),
        "boundaries": ";".join(key for key, text in boundaries().items() if text in match.boundaries),
    }


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    "line", golden(), ids=lambda line: f"{line['precision']}/{line['gpu']}/{line['model']}"
)
def test_golden(line: dict[str, str]) -> None:
    assert record(line["precision"], line["gpu"], line["model"]) == line


def test_the_seed_row_is_the_direct_answer_with_its_note() -> None:
    match = ask("nf4", "RTX 4090D", "Qwen2-7B")
    assert [row.id for row in match.quoted] == ["seed-4090d-qwen2-7b-nf4"]
    assert (match.confidence.stars, match.expected_pct) == (3, -34.0)
    assert any(note.startswith("seed-4090d-qwen2-7b-nf4: J per request") for note in match.notes)
    assert {row.quality for row in match.contrast} == {"ok"}


def test_phi3_on_4090d_shows_both_sides() -> None:
    match = ask("nf4", "RTX 4090D", "microsoft/Phi-3-mini-4k-instruct")
    assert match.consistent == "mixed"
    assert (match.expected_pct, match.low_pct, match.high_pct) == (-8.1, -8.1, 10.8)
    assert any("+0.6 % on board power" in note for note in match.notes)


def test_a_card_is_not_its_sibling() -> None:
    match = ask("nf4", "RTX 4090", "mistralai/Mistral-7B-Instruct-v0.3")
    assert (match.basis, match.confidence.stars, match.band) == ("architecture", 2, None)
    assert match.quoted[0].gpu == "RTX 4090D"


def test_unmeasured_card_gets_the_band() -> None:
    match = ask("nf4", "RTX 3090", "mistralai/Mistral-7B-v0.1")
    assert (match.confidence.stars, match.band, match.architecture) == (2, "±15–25%", "ampere")
    assert any("consumer" in note for note in match.notes)


def test_no_expected_figure_from_far_sizes() -> None:
    match = ask("nf4", "A800", "TinyLlama/TinyLlama-1.1B-Chat-v1.0")
    assert match.expected_pct is None
    assert any("nearest measured size is 7 B" in note for note in match.notes)


def test_newer_stack_takes_one_step_and_says_why() -> None:
    for gpu, stars in (("RTX 4090D", 2), ("RTX 3090", 1), ("", 1)):
        match = ask("nf4", gpu, "mistralai/Mistral-7B-v0.1", stack_newer="bitsandbytes 0.49.0 (≥ 0.48)")
        assert match.confidence.stars == stars
        assert match.confidence.downgrades[-1].endswith("bitsandbytes 0.49.0 (≥ 0.48)")
        assert boundaries()["stack_newer"] in match.boundaries


def test_boundaries() -> None:
    assert ask("nf4", "A800", "Qwen/Qwen2.5-14B").boundaries == ()
    assert ask("nf4", "A800", "microsoft/phi-4").boundaries == ()
    assert ask("nf4", "A800", None, params_b=14.0).boundaries == ()
    assert ask("nf4", "A800", None, params_b=15.0).boundaries == (boundaries()["beyond_range"],)
    assert ask("nf4", "A800", "Qwen/Qwen2.5-32B").boundaries == (boundaries()["beyond_range"],)
    assert ask("nf4", "MI300X", "Qwen/Qwen2-7B").boundaries == (boundaries()["non_nvidia"],)
    assert ask("nf4", "", "Qwen/Qwen2-7B", foreign=True).boundaries == (boundaries()["non_nvidia"],)
    assert ask("nf4", "A800", "Qwen/Qwen2-7B", multi_gpu=True).boundaries == (boundaries()["multi_gpu"],)
    assert ask("nf4", "A800", "me/Qwen2-7B-law").boundaries == (boundaries()["fine_tuned"],)


def test_fine_tuned_weights_are_no_direct_measurement() -> None:
    match = ask("nf4", "T4", "me/Qwen2-7B-law")
    assert (match.direct, match.confidence.stars) == ((), 2)
    assert [row.id for row in match.quoted] == ["t4-csv-qwen2-7b-nf4"]


def test_batch_size_that_was_not_measured() -> None:
    match = ask("int8_default", "A800", "mistralai/Mistral-7B-v0.1", batch_size=64)
    assert {row.batch_size for row in match.quoted} == {8}
    assert "measured at batch size 8, not 64" in match.notes


def test_rows_of_a_doubtful_source_stand_beside_but_answer_nothing() -> None:
    match = ask("int8_default", "RTX 4090D", "mistralai/Mistral-7B-v0.1", batch_size=8)
    assert match.expected_pct == 30.7
    assert match.consistent == "mixed"
    assert [row.id for row in match.contrast] == ["4090d-ssrn-bs8-mistral-7b-int8-default"]
    assert any(note.startswith(match.contrast[0].id) for note in match.notes)
    assert ask("int8_default", "RTX 4090D", "Qwen/Qwen2-7B").direct == ()


def test_int8_default_at_batch_one_is_overhead_on_every_measured_card() -> None:
    for gpu in ("RTX 4090D", "RTX 4090", "RTX 5090", "A800"):
        for model in ("mistralai/Mistral-7B-v0.1", "Qwen/Qwen2.5-7B-Instruct"):
            match = ask("int8_default", gpu, model)
            assert match.consistent == "overhead", (gpu, model)
            assert match.expected_pct is not None
            assert match.expected_pct > 0


def test_idle_power_counts_against_a_saving() -> None:
    assert ask("int8_pure", "RTX 4090D", "mistralai/Mistral-7B-v0.1").consistent == "mixed"


def test_a_stated_size_outweighs_another_models_name() -> None:
    match = ask("nf4", "RTX 4090D", "mistralai/Mistral-7B-v0.1", params_b=1.1)
    assert {row.model for row in match.quoted} == {"TinyLlama/TinyLlama-1.1B-Chat-v1.0"}
    assert match.direct == ()


def test_model_not_known() -> None:
    match = ask("nf4", "RTX 4090D", "mystery")
    assert match.expected_pct is None
    assert match.confidence.stars == 1
    assert "model size not known" in match.confidence.downgrades


QUERIES = st.builds(
    Query,
    precision=st.sampled_from(list(Measured)),
    gpu=st.sampled_from([resolve_gpu(name) for name in CARDS]),
    model=st.sampled_from([*MODELS, None]),
    params_b=st.none() | st.floats(0.01, 500),
    batch_size=st.none() | st.integers(-3, 512),
    stack_newer=st.none() | st.just("newer"),
    multi_gpu=st.booleans(),
    fine_tuned=st.booleans(),
)


@given(QUERIES)
def test_what_holds_for_every_query(query: Query) -> None:
    match = lookup(query)
    allowed = {"direct": 3, "architecture": 2, "cross": 1}[match.basis] - (query.stack_newer is not None)
    assert 1 <= match.confidence.stars <= max(1, allowed)
    assert match.quoted
    shown = {*match.quoted, *match.contrast, *match.direct}
    assert shown <= set(rows())
    assert not {row.quality for row in shown} & {"implausible", "no_value"}
    assert {row.precision for row in shown} == {query.precision.value}
    assert all(any(row.note in note for note in match.notes) for row in match.quoted if row.needs_note)
    if query.gpu is None or not query.gpu.is_nvidia:
        assert (match.confidence.stars, match.expected_pct) == (1, None)
    if match.expected_pct is not None:
        assert match.low_pct is not None
        assert match.high_pct is not None
        assert match.low_pct - 0.1 <= match.expected_pct <= match.high_pct + 0.1


@given(QUERIES)
def test_printed_percentages_are_traceable(query: Query) -> None:
    match = lookup(query)
    for value in (match.expected_pct, match.low_pct, match.high_pct):
        assert value is None or f"{abs(value):g}" in known_percentages()

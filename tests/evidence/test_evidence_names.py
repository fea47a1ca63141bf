"""Names of models, cards and machines, one line of a table each."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.evidence import (
    all_gpus,
    checkpoint_format,
    measured_architecture,
    resolve_gpu,
    resolve_instance,
    resolve_model,
    same_gpu,
    same_model,
    suggest_gpu,
)
from ecolint.evidence.modeltable import entries, seed_entries

HERE = Path(__file__).parent


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


@pytest.mark.parametrize("case", read("model_names.csv"), ids=lambda case: case["name"])
def test_model_name(case: dict[str, str]) -> None:
    size = resolve_model(case["name"])
    assert checkpoint_format(case["name"]) == (case["format"] or None)
    if not case["total_b"]:
        assert size is None
        return
    assert size is not None
    assert (size.total_b, size.active_b) == (number(case["total_b"]), number(case["active_b"]))
    assert (size.basis, size.seed_b) == (case["basis"], number(case["seed_b"]))
    assert size.nominal is (case["basis"] == "name")


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_every_listed_checkpoint_resolves_to_its_own_count(entry) -> None:
    size = resolve_model(entry.name)
    assert size is not None
    assert size.total_b == entry.params_b
    assert size.active_b == entry.active_b


@pytest.mark.parametrize("seed", seed_entries(), ids=lambda seed: seed.name)
def test_every_seed_name_keeps_the_seeds_figure(seed) -> None:
    size = resolve_model(seed.name)
    assert size is not None
    assert size.seed_b == seed.seed_b


@pytest.mark.parametrize("case", read("gpu_names.csv"), ids=lambda case: case["name"])
def test_gpu_name(case: dict[str, str]) -> None:
    gpu = resolve_gpu(case["name"])
    assert (gpu.name if gpu else "") == case["expected"]
    if gpu is not None:
        assert gpu.vram_gb == number(case["vram_gb"])
        assert measured_architecture(gpu)[0] == (case["measured_as"] or None)


@pytest.mark.parametrize("gpu", all_gpus(), ids=lambda gpu: gpu.name)
def test_every_card_resolves_by_name_and_alias(gpu) -> None:
    for name in (gpu.name, *gpu.aliases):
        found = resolve_gpu(name)
        assert found is not None
        assert found == gpu


def test_no_two_cards_share_a_spelling() -> None:
    seen: dict[str, str] = {}
    for gpu in all_gpus():
        for name in (gpu.name, *gpu.aliases):
            assert seen.setdefault(name.lower().replace(" ", "").replace("-", ""), gpu.name) == gpu.name


def test_architectures_that_stand_in_say_why() -> None:
    for gpu in all_gpus():
        architecture, sentence = measured_architecture(gpu)
        assert (architecture is not None) is gpu.is_nvidia
        if architecture != gpu.architecture and architecture is not None:
            assert sentence


def test_fp8_units() -> None:
    with_units = {gpu.name for gpu in all_gpus() if gpu.has_fp8}
    assert {"RTX 4090D", "RTX 5090", "H100 SXM", "L4"} <= with_units
    assert not {"A800 80GB PCIe", "T4", "A100 40GB SXM", "MI300X"} & with_units


def test_suggestions_for_a_misspelt_card() -> None:
    assert "RTX 4090" in suggest_gpu("RTX 4900")
    assert suggest_gpu("") == []


def test_the_measured_a800_is_both_boards_but_4090d_is_not_4090() -> None:
    assert same_gpu("A800", "A800-SXM4-80GB")
    assert not same_gpu("A800", "A800 40GB Active")
    assert not same_gpu("RTX 4090", "RTX 4090D")
    assert not same_gpu("RTX 5090", "RTX 5090D")


def test_instruct_and_base_are_one_line_but_releases_and_fine_tunes_are_not() -> None:
    assert same_model("Qwen/Qwen2.5-3B", "Qwen/Qwen2.5-3B-Instruct")
    assert same_model("mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-Instruct-v0.3")
    assert not same_model("Qwen/Qwen2-7B", "Qwen/Qwen2.5-7B")
    assert not same_model("mistralai/Mistral-7B-v0.1", "HuggingFaceH4/zephyr-7b-beta")


@pytest.mark.parametrize(
    ("name", "gpu", "count"),
    [
        ("g5.12xlarge", "A10G", 4),
        ("ml.g5.2xlarge", "A10G", 1),
        ("ml.inf2.xlarge", "Inferentia2", None),
        ("g7e.2xlarge", "RTX PRO 6000 Blackwell Server Edition", None),
        ("Standard_NC24ads_A100_v4", "A100 80GB PCIe", 1),
        ("standard_nv6ads_a10_v5", "A10", 1),
        ("a2-ultragpu-4g", "A100 80GB SXM", 4),
        ("nvidia-tesla-t4", "T4", None),
        ("A100-80GB:4", "A100 80GB SXM", 4),
        ("H100:8", "H100 SXM", 8),
        ("NvidiaTeslaT4", "T4", 2),
        ("v5litepod-16", "TPU v5e", None),
        ("gpu_8x_h100_sxm5", "H100 SXM", 8),
        ("n1-standard-4", None, None),
        ("m5.large", None, None),
        ("v4-standard", None, None),
        ("ml.", None, None),
    ],
)
def test_instance(name: str, gpu: str | None, count: int | None) -> None:
    found = resolve_instance(name)
    assert (found.gpu.name if found else None, found.count if found else None) == (gpu, count)


@given(st.text(max_size=60))
def test_resolution_never_raises(text: str) -> None:
    resolve_gpu(text)
    resolve_instance(text)
    checkpoint_format(text)
    suggest_gpu(text)
    size = resolve_model(text)
    assert size is None or (size.total_b is not None and size.total_b > 0)


PIECES = st.sampled_from(
    ["Qwen2.5", "llama", "Llama-3.1", "mistral", "7b", "1_6b", "8x7B", "30B-A3B", "4bit", "q4_K_M", "128k"]
) | st.sampled_from(
    ["v0.1", "Instruct", "GPTQ", "gguf", "bnb-4bit", "mini", "2407", "E2B", "1M", ":", "/", "hf.co", "{x}"]
)


@given(st.lists(PIECES, min_size=1, max_size=6), st.sampled_from("-_./: "))
def test_composed_names_never_raise(pieces: list[str], joint: str) -> None:
    size = resolve_model(joint.join(pieces))
    assert size is None or (size.total_b is not None and 0 < size.total_b <= 2000)


@given(
    st.sampled_from(["4bit", "8bit", "q4", "Q4_K_M", "128k", "32k", "v0.1", "v1.5", "fp8", "w8a8", "2407"])
)
def test_words_that_are_no_size(word: str) -> None:
    assert resolve_model(f"acme/thing-{word}") is None
    sized = resolve_model(f"acme/thing-9b-{word}")
    assert sized is not None
    assert sized.total_b == 9.0

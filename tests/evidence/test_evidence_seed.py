"""Every table and sentence of the seed, cell by cell, against the quotation in seed_tables.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ecolint.evidence as evidence
from ecolint.evidence import (
    FOOTER,
    antipatterns,
    boundaries,
    claims,
    crossover,
    default_rules,
    environment,
    resolve_gpu,
    rows,
    seed_lookup,
    supplementary,
    version_drift,
)
from ecolint.evidence.confidence import Confidence, labels
from ecolint.evidence.modeltable import seed_entries
from ecolint.evidence.seed import ASSUMED_BATCH_1, ASSUMED_FP16
from ecolint.evidence.tables import table

SEED = Path(__file__).with_name("seed_tables.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}.*?(?=^#+ |\Z)", SEED, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[0]


def cells(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_lookup_table() -> None:
    printed = [[one.gpu, one.model, one.fp16, one.nf4, one.int8_pure, one.fp8] for one in seed_lookup()]
    assert printed == cells("Embedded Benchmark Lookup Table")


@pytest.mark.parametrize("line", cells("Embedded Benchmark Lookup Table"), ids=lambda line: line[0])
def test_lookup_table_stands_in_the_measured_rows(line: list[str]) -> None:
    of_seed = {row.precision: row for row in rows() if row.source_id == "seed" and row.gpu == line[0]}
    for precision, cell in zip(("fp16", "nf4", "int8_pure", "fp8"), line[2:], strict=True):
        row = of_seed[precision]
        assert row.model.endswith(line[1])
        if cell in ("N/A", "TBR"):
            assert row.energy_j_per_request is None
            assert row.quality == "no_value"
        else:
            assert row.energy_j_per_request == float(cell)
            assert row.batch_size == 1


def test_crossovers() -> None:
    for architecture, sku, nf4, int8 in cells("Core Discovery"):
        key = architecture.split()[0].lower()
        for kind, cell in (("nf4", nf4), ("int8", int8)):
            one = crossover(key, kind)
            assert f"~{one.value_b} B" == cell
            assert one.gpu == sku
            assert resolve_gpu(one.gpu) is not None


def test_antipatterns() -> None:
    measured = [[one.pattern, one.claim, one.suggested_fix] for one in antipatterns() if one.measured]
    assert measured == cells("Anti-Pattern Library")
    for one in antipatterns():
        stated = [
            float(number) for number in re.findall(r"\d+(?:\.\d+)?", one.claim.replace("per request", ""))
        ]
        assert {one.low_pct, one.high_pct} - {None} == set(stated)


def test_supplementary_sentences() -> None:
    quoted = re.findall(r"^- (.*)$", section("Supplementary suggestions"), re.MULTILINE)
    assert list(supplementary().values()) == quoted
    assert set(supplementary()) == {one.id for one in antipatterns() if not one.measured}


def test_boundaries() -> None:
    stored = [[one["situation"], f'"{one["sentence"]}"'] for one in table("boundaries")]
    assert stored == cells("Boundary Rules")
    assert set(boundaries()) == {"beyond_range", "non_nvidia", "stack_newer", "multi_gpu", "fine_tuned"}
    assert boundaries() == evidence.BOUNDARIES


def test_default_handling() -> None:
    for one, (field, rule, confidence) in zip(
        default_rules().values(), cells("Default Handling"), strict=True
    ):
        assert field.startswith(f"**{one.field}**")
        assert (one.rule, one.confidence) == (rule, confidence)
    assert ASSUMED_FP16 in default_rules()["precision"].rule
    assert ASSUMED_BATCH_1 in default_rules()["batch_size"].rule


def test_environment() -> None:
    plain = [[field, re.sub(r"\[(.*?)\]\(.*?\)", r"\1", value)] for field, value in cells("Data Collection")]
    assert [list(item) for item in environment().items()] == plain


def test_name_lookup() -> None:
    stored = [[one["family"], one["variants"], one["sizes"]] for one in table("seed_names")]
    assert stored == cells("Built-in name")
    sizes = {one.name: one.seed_b for one in seed_entries()}
    assert [sizes[name] for name in ("Phi-3-mini", "Phi-3-small", "Phi-3-medium")] == [3.8, 7, 14]
    assert [sizes[f"Qwen2-{size}"] for size in ("1.5B", "7B", "14B", "72B")] == [1.5, 7, 14, 72]
    assert [sizes[f"Llama-3-{size}"] for size in ("8B", "70B")] == [8, 70]
    assert [sizes["Mistral-7B"], sizes["Mixtral-8x7B"]] == [7, 12.9]
    assert [sizes[f"Gemma-2-{size}"] for size in ("2B", "9B", "27B")] == [2, 9, 27]
    assert sizes["DeepSeek-Coder-V2-Lite"] == 2.4


@pytest.mark.parametrize("claim", claims().values(), ids=lambda claim: claim.key)
def test_claims(claim) -> None:
    assert claim.quote in SEED
    stated = {float(number) for number in re.findall(r"\d+", claim.text)}
    assert stated == {claim.low_pct, claim.high_pct}
    assert stated <= {float(number) for number in re.findall(r"\d+", claim.quote)}


def test_footer_and_labels() -> None:
    assert FOOTER in section("Footer")
    quoted = re.findall(r"- ([★☆]{3}) (.*)", section("Confidence"))
    assert [(Confidence(stars).glyphs, labels()[stars]) for stars in (3, 2, 1)] == quoted


def test_drift_limits_are_the_seeds() -> None:
    for one in table("drift"):
        assert f"{one['package']} ≥ {one['newer_from']}" in section("Boundary Rules")


@pytest.mark.parametrize(
    ("versions", "newer"),
    [
        ({"bitsandbytes": "0.45.0"}, False),
        ({"bitsandbytes": "0.47.9"}, False),
        ({"bitsandbytes": "0.48"}, True),
        ({"bitsandbytes": "0.48.0"}, True),
        ({"bitsandbytes": "0.100.1"}, True),
        ({"bitsandbytes": "1.0"}, True),
        ({"bitsandbytes": "*"}, True),
        ({"transformers": "4.54.1"}, False),
        ({"transformers": "4.55.0.dev0"}, True),
        ({"transformers": "v5.0.0"}, True),
        ({"Transformers": "4.9"}, False),
        ({"torch": "*"}, False),
        ({"bitsandbytes": "not a version"}, False),
        ({}, False),
    ],
)
def test_version_drift(versions: dict[str, str], newer: bool) -> None:
    assert (version_drift(versions) is not None) is newer


def test_version_drift_names_what_is_newer() -> None:
    reason = version_drift({"bitsandbytes": "*", "transformers": "4.57.1"})
    assert reason == "bitsandbytes unpinned (≥ 0.48), transformers 4.57.1 (≥ 4.55)"


def test_confidence_falls_and_never_rises() -> None:
    three = Confidence(3)
    two = three.step_down("a")
    one = two.step_down("b").step_down("c")
    assert [three.stars, two.stars, one.stars] == [3, 2, 1]
    assert one.downgrades == ("a", "b", "c")
    assert str(one) == "★☆☆ cross-architecture inference"
    with pytest.raises(ValueError):
        Confidence(4)
    with pytest.raises(ValueError):
        Confidence(0)

"""The seed document, section by section, against what the advisor says.

Where the measurements forbid a sentence of the seed, the deviation stands in docs/seed-deviations.md, by its key.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ecolint import evidence
from ecolint.advice.ask import Objective
from ecolint.advice.compare import compare
from ecolint.advice.comparing import asks_of
from ecolint.advice.explain import explain
from ecolint.advice.optimize import optimize
from ecolint.advice.recommend import recommend
from ecolint.advice.render_text import render
from ecolint.frameworks.base import Remedy
from ecolint.frameworks.registry import framework
from ecolint.inference import NO_STACK
from tests.advice.asking import ask, spoken

DEVIATIONS = Path("docs/seed-deviations.md").read_text(encoding="utf-8")
WORKED = ask("RTX 4090D", "Qwen2-7B")
NO_MAPPING = "Framework-specific mapping unavailable; verify equivalent flag on your serving stack."


def deviates(key: str) -> None:
    assert f"`{key}`" in DEVIATIONS, f"docs/seed-deviations.md does not tell of {key}"


def line_with(text: str, start: str) -> str:
    found = [line for line in text.splitlines() if line.startswith(start)]
    assert found, f"no line starts with {start!r}"
    return found[0]


class TestWorkedExample:
    """Response templates, Example (OPTIMIZE)."""

    text = render(optimize(WORKED))

    def test_lines_of_the_example(self) -> None:
        assert "Conclusion: switching to NF4 saves 34% energy\n" in self.text
        assert "Baseline:   FP16 -> 71.2 J/request\n" in self.text
        assert line_with(self.text, "Recommended: NF4  -> 47.0 J/request").endswith("(-34%)")
        assert "Confidence: ★★★ direct measured (RTX 4090D + Qwen2-7B)\n" in self.text
        config = "BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16"
        assert line_with(self.text, f"Config:     {config}")
        assert self.text.endswith("\nEvidence: zenodo.org/records/18900289 (2025-Q1) · skill v3.0.8\n")

    def test_what_the_evidence_requires_to_be_said_of_that_row(self) -> None:
        assert (
            "about a tenth of every other batch-1 7B row; use the ratio to FP16, not the joules" in self.text
        )
        assert "promise at most a range" in self.text
        assert "-34.5 to -5.3% against FP16" in self.text
        assert "hold for batch 1" in self.text
        assert "NVML counts the GPU board only: no CPU, memory, power supply or cooling." in self.text

    def test_parts_come_in_the_order_of_the_template(self) -> None:
        parts = ("Lookup:", "Conclusion:", "Baseline:", "Recommended:", "Evidence:", "Confidence:", "Config:")
        parts += ("Risks & boundaries:", "Follow-up:", evidence.FOOTER)
        places = [self.text.index(f"\n{part}") if number else 0 for number, part in enumerate(parts)]
        assert places == sorted(places)
        deviates("lookup-first")

    def test_row_is_quoted_before_the_suggestion_with_its_conditions_and_dataset(self) -> None:
        first = self.text.splitlines()[0]
        assert first.startswith(
            "Lookup:     RTX 4090D · Qwen/Qwen2-7B · NF4 · batch 1: FP16 71.2 -> 47.0 J/request"
        )
        assert "dataset: zenodo.org/records/18900289 · 2025-Q1" in self.text

    def test_gap_to_the_next_best(self) -> None:
        assert line_with(self.text, "Next best:") == "Next best:  FP16; against it NF4 is at -34%"


class TestLookupTable:
    """Embedded benchmark lookup table, cell by cell."""

    @pytest.mark.parametrize(
        ("gpu", "precision", "cell"),
        [
            ("RTX 4090D", "fp16", "71.2 J/req"),
            ("RTX 4090D", "nf4", "47.0 J/req"),
            ("RTX 4090D", "int8-pure", "52.1 J/req"),
            ("A800", "fp16", "89.4 J/req"),
            ("A800", "nf4", "58.7 J/req"),
            ("A800", "int8-pure", "63.2 J/req"),
            ("A800", "fp8", "67.8 J/req"),
        ],
    )
    def test_cell(self, gpu: str, precision: str, cell: str) -> None:
        both = dict.fromkeys(spoken(precision, "fp16"))
        answer = compare(asks_of(ask(gpu, "Qwen2-7B"), list(both), [], []))
        assert answer.table is not None
        energy = dict(answer.table.lines)["Energy"][0]
        assert energy.text.startswith(cell)
        assert energy.row.startswith("seed-")
        assert dict(answer.table.lines)["Confidence"][0].text == "★★★"

    def test_na_and_tbr_cells_carry_no_figure_of_the_seed(self) -> None:
        for gpu, precision in (("RTX 4090D", "fp8"), ("RTX 5090", "fp8"), ("RTX 5090", "int8-pure")):
            answer = compare(asks_of(ask(gpu, "Qwen2-7B"), spoken(precision), [], []))
            assert answer.table is not None
            assert not dict(answer.table.lines)["Energy"][0].row.startswith("seed-")
            assert answer.confidence.stars < 3

    def test_a800_nf4_is_quoted_but_not_promised(self) -> None:
        text = render(optimize(ask("A800", "Qwen2-7B")))
        assert "FP16 89.4 -> 58.7 J/request (-34.3%)" in text.splitlines()[0]
        assert "Conclusion: keep FP16" in text
        assert "-34.3 to -1.5%" in text
        deviates("a800-nf4")

    def test_other_combinations_are_never_direct(self) -> None:
        for gpu, model, stars in (
            ("RTX 4090", "Llama-3-8B", 2),
            ("H100", "Qwen2-7B", 2),
            (None, "Qwen2-7B", 1),
        ):
            assert optimize(ask(gpu, model)).confidence.stars <= stars


class TestDefaultHandling:
    """Default handling, row by row."""

    def test_gpu_unspecified(self) -> None:
        text = render(optimize(ask(None, "Qwen2-7B")))
        assert "Which GPU does it run on? (--gpu)" in text
        assert "is the closest measured platform by parameter scale" in text
        assert "Confidence: ★☆☆" in text
        for start in ("Lookup:", "Conclusion:", "Baseline:", "Recommended:"):
            assert "cross-architecture inference" in line_with(text, start)

    @pytest.mark.parametrize(
        ("gpu", "architecture"),
        [
            ("RTX 3090", "ampere"),
            ("V100", "turing"),
            ("H100", "ampere"),
            ("L40S", "ada"),
            ("B200", "blackwell"),
        ],
    )
    def test_gpu_not_in_the_measured_set(self, gpu: str, architecture: str) -> None:
        answer = optimize(ask(gpu, "Qwen2-7B"))
        assert answer.lookup is not None
        assert answer.lookup.row.architecture == architecture
        assert answer.lookup.band == "±15–25%"
        assert "±15–25%" in line_with(render(answer), "Lookup:")
        assert answer.confidence.stars <= 2

    def test_foreign_hardware_has_the_sentence_and_one_star(self) -> None:
        text = render(optimize(ask("MI300X", "Qwen2-7B")))
        assert "No measured data available; results may not transfer." in text
        assert "Confidence: ★☆☆" in text

    def test_parameters_by_the_quick_lookup(self) -> None:
        for name, size in (("Phi-3-mini", 3.8), ("Qwen2-14B", 14), ("Llama-3-8B", 8), ("Gemma-2-9B", 9)):
            known = optimize(ask("A800", name)).situation.params_b
            assert known == pytest.approx(size, rel=0.16)
        deviates("counted-sizes")

    def test_mixtures_count_what_is_loaded(self) -> None:
        text = render(optimize(ask("A800", "Mixtral-8x7B")))
        assert "46.7 B parameters, 12.9 B of them active" in text
        deviates("mixture-sizes")

    def test_parameters_unknown(self) -> None:
        text = render(optimize(ask("A800", "acme/unheard-of")))
        assert "1B / 3B / 7B / 13B / 30B+" in text
        assert "one step down: model size not known" in text

    def test_precision_unspecified(self) -> None:
        sentence = "Assuming FP16; revise if your current stack is BF16/INT8/NF4/FP8"
        assert sentence in render(optimize(WORKED))
        assert sentence not in render(optimize(ask("RTX 4090D", "Qwen2-7B", "nf4")))
        assert sentence not in render(optimize(ask("RTX 4090D", "Qwen/Qwen2-7B-Instruct-AWQ")))
        deviates("stored-precision")

    def test_batch_size_unspecified(self) -> None:
        sentence = "Conservative single-request assumption; energy/req drops 30 – 60% under dynamic batching."
        assert sentence in render(optimize(WORKED))
        assert sentence not in render(optimize(replace(WORKED, batch_size=8)))
        deviates("batch-reduction")

    def test_objective_unspecified(self) -> None:
        text = render(optimize(WORKED))
        assert "energy per request" in text
        assert "switching to throughput- or cost-priority changes the ranking" in text

    def test_every_missing_input_is_asked_for_and_none_that_is_given(self) -> None:
        nothing = optimize(ask())
        for word in (
            "--gpu",
            "--model",
            "--precision",
            "--batch-size",
            "--max-latency-ms",
            "--framework",
            "--bitsandbytes",
        ):
            assert any(word in question for question in nothing.questions), word
        full = optimize(
            ask(
                "RTX 4090D",
                "Qwen2-7B",
                "fp16",
                batch_size=1,
                framework="transformers",
                objective=Objective.ENERGY,
                versions={"bitsandbytes": "0.45.3", "transformers": "4.47.1"},
            )
        )
        assert full.questions == ()
        assert full.confidence.stars == 3


class TestProtocols:
    """Operating protocols: each has its output, each quotes before it suggests."""

    @pytest.mark.parametrize("protocol", [optimize, explain, recommend])
    def test_lookup_comes_first(self, protocol) -> None:
        assert render(protocol(WORKED)).startswith("Lookup:     RTX 4090D")

    def test_explain_names_causes_with_rows_and_tests(self) -> None:
        answer = explain(ask("RTX 4090D", "Yi-1.5-6B", "int8"))
        assert answer.causes[0].name == "mixed-precision decomposition"
        assert [cause.name for cause in answer.causes][-1] == "under-filled batch"
        for cause in answer.causes:
            assert cause.rows
            assert cause.confirm

    def test_recommend_ranks_with_trade_offs(self) -> None:
        text = render(recommend(WORKED))
        assert "Options, by energy:\n  1. NF4 ★★★" in text
        assert "Excluded:\n" in text


class TestCompareTemplate:
    """COMPARE protocol."""

    answer = compare(asks_of(WORKED, spoken("nf4", "int8-pure"), [], []))

    def test_table(self) -> None:
        text = render(self.answer)
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert [cell.strip() for cell in lines[0].strip("|").split("|")] == [
            "Dimension",
            "NF4",
            "INT8 (threshold=0)",
        ]
        names = [line.split("|")[1].strip() for line in lines[2:]]
        assert names == ["Energy", "Throughput", "Memory", "Perplexity", "Confidence", "Winner"]
        assert "47.0 J/req" in lines[2]
        assert "52.1 J/req" in lines[2]
        assert "✓ energy" in lines[-1].split("|")[2]

    def test_every_figure_has_its_row_and_every_empty_cell_its_reason(self) -> None:
        text = render(self.answer)
        assert "NF4, energy: row seed-4090d-qwen2-7b-nf4" in text
        assert (
            "INT8 (threshold=0), throughput: row seed-4090d-qwen2-7b-int8-pure states no throughput" in text
        )
        deviates("comparison-throughput")
        deviates("comparison-memory")

    def test_no_global_winner_without_an_objective(self) -> None:
        assert "no overall winner without an objective" in self.answer.conclusion
        asked = replace(WORKED, objective=Objective.ENERGY)
        assert "NF4 wins by energy" in compare(asks_of(asked, spoken("nf4", "int8-pure"), [], [])).conclusion


class TestFrameworkMapping:
    """Framework integration mappings: the seed's intent in words that the framework accepts."""

    @pytest.mark.parametrize(
        ("name", "remedy", "word"),
        [
            (
                "transformers",
                Remedy.INT8_PURE,
                "BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)",
            ),
            ("vllm", Remedy.NF4, "--quantization bitsandbytes"),
            ("tgi", Remedy.NF4, "--quantize bitsandbytes-nf4"),
            ("tgi", Remedy.FP8, "--quantize fp8"),
            ("ollama", Remedy.NF4, "q4_K_M"),
            ("llamacpp", Remedy.NF4, "Q4_K_M"),
            ("llamacpp", Remedy.INT8_PURE, "Q8_0"),
            ("vllm", Remedy.FP8, "--kv-cache-dtype fp8"),
        ],
    )
    def test_snippet(self, name: str, remedy: Remedy, word: str) -> None:
        snippet = framework(name).snippet(remedy, NO_STACK)
        assert snippet is not None
        assert word in snippet.text

    @pytest.mark.parametrize(
        ("name", "remedy", "invalid"),
        [
            ("ollama", Remedy.NF4, "PARAMETER quantization"),
            ("llamacpp", Remedy.NF4, "-q Q4_K_M"),
            ("vllm", Remedy.INT8_PURE, "--quantization bitsandbytes"),
            ("tgi", Remedy.INT8_PURE, "--quantize bitsandbytes\n"),
            ("tensorrt-llm", Remedy.FP8, "fp8_qat"),
        ],
    )
    def test_what_upstream_refuses_is_not_offered(self, name: str, remedy: Remedy, invalid: str) -> None:
        snippet = framework(name).snippet(remedy, NO_STACK)
        assert snippet is None or invalid not in f"{snippet.text}\n"
        deviates("snippets")

    def test_default_framework_is_said(self) -> None:
        assert "Framework not given: the configuration is for transformers + bitsandbytes." in render(
            optimize(WORKED)
        )

    def test_no_mapping(self) -> None:
        other = render(optimize(replace(WORKED, framework="other")))
        assert NO_MAPPING in other
        assert "BitsAndBytesConfig(load_in_4bit=True" in other
        known = render(optimize(replace(WORKED, framework="triton")))
        assert line_with(known, "Config:") == f"Config:     {NO_MAPPING}"
        deviates("no-mapping")


class TestBoundaries:
    """Boundary rules, in the seed's words."""

    @pytest.mark.parametrize(
        ("one", "sentence"),
        [
            (ask("A800", "Llama-3-70B"), "Beyond measured range. Extrapolated estimate ±20%."),
            (ask("MI300X", "Qwen2-7B"), "No measured data available; results may not transfer."),
            (
                ask("RTX 4090D", "Qwen2-7B", versions={"bitsandbytes": "0.48.0"}),
                "Stack newer than measurement window; confidence downgraded one step.",
            ),
            (
                ask("RTX 4090D", "Qwen2-7B", versions={"transformers": "4.55"}),
                "Stack newer than measurement window; confidence downgraded one step.",
            ),
            (
                ask("A800", "Qwen2-7B", gpu_count=2),
                "Benchmarks are single-GPU; cross-device overhead not covered.",
            ),
            (
                ask("A800", "Qwen2-7B", fine_tuned=True),
                "Baseline uses official weights; activation distribution may differ.",
            ),
        ],
    )
    def test_sentence(self, one, sentence: str) -> None:
        for protocol in (optimize, explain, recommend):
            assert sentence in render(protocol(one))

    def test_drift_takes_one_step_and_says_why(self) -> None:
        newer = optimize(ask("RTX 4090D", "Qwen2-7B", versions={"bitsandbytes": "0.48.1"}))
        assert newer.confidence.stars == 2
        assert "bitsandbytes 0.48.1" in newer.confidence.downgrades[0]
        older = optimize(ask("RTX 4090D", "Qwen2-7B", versions={"bitsandbytes": "0.45.0"}))
        assert older.confidence.stars == 3

    def test_new_kernels_are_unmeasured(self) -> None:
        newer = ask("RTX 4090D", "Qwen2-7B", versions={"bitsandbytes": "0.50.0"})
        assert "other 4-bit kernels; no row was measured with them" in render(optimize(newer))


class TestAntiPatterns:
    """Anti-pattern library: the claims with what the rows say of them."""

    def test_int8_default(self) -> None:
        text = render(optimize(ask("A800", "Mistral-7B", "int8")))
        assert "+17 ~ +147% is claimed" in text
        assert "+594.6%" in text
        assert "none saved energy at any size" in text

    def test_threshold_zero_is_no_pure_gain(self) -> None:
        text = render(optimize(ask("A800", "Mistral-7B", "int8-pure")))
        assert "27.0 to 42.3 % less energy than default INT8" in text
        assert "perplexity" in text
        assert "No direct row shows that INT8 saves energy above any model size." in text
        deviates("threshold-zero")

    def test_batch_one_is_a_reduction(self) -> None:
        text = render(optimize(WORKED))
        assert "by up to 95.7% to batch 64" in text
        assert "+523% over batch 8" in text
        assert "+95.7%" not in text

    def test_nf4_below_the_crossover_keeps_fp16(self) -> None:
        text = render(optimize(ask("RTX 5090", "Qwen2-1.5B")))
        assert (
            line_with(text, "Conclusion:")
            == "Conclusion: keep FP16: NF4 costs energy here, +29.4% against FP16"
        )

    def test_direct_row_beats_the_crossover(self) -> None:
        text = render(optimize(ask("RTX 4090D", "Phi-3-mini")))
        assert (
            "Conclusion: keep FP16: the rows show no clear saving from NF4, -8.1 to +10.8% against FP16"
            in text
        )

    def test_fp8_eager(self) -> None:
        text = render(optimize(ask("RTX 5090", "Qwen2.5-7B", "fp8-eager")))
        assert "+158 ~ +701% is one card (RTX 5090) and one nightly build" in text
        assert "vLLM or SGLang" in text

    def test_supplementary_only_on_request_and_labelled(self) -> None:
        sentences = evidence.supplementary().values()
        plain = render(optimize(WORKED))
        asked = render(optimize(replace(WORKED, supplementary=True)))
        assert len(sentences) == 3
        for sentence in sentences:
            assert sentence not in plain
            assert f"{sentence} Source: engineering convention, not measured by EcoCompute" in asked


def test_every_deviation_names_a_reason_and_evidence() -> None:
    entries = DEVIATIONS.split("\n## ")[1:]
    assert len(entries) >= 8
    for entry in entries:
        assert "**Seed:**" in entry
        assert "**ecolint:**" in entry
        assert "**Why:**" in entry
        named = re.findall(r"`([^`]+)`", entry)
        rows = {row.id for row in evidence.rows()}
        assert any(word in rows for word in named) or "surfaces" in entry or "**Row:** none" in entry, entry[
            :60
        ]


def test_percentages_of_the_deviations_are_measured() -> None:
    for text in re.findall(r"(?<![\w.])[+-]\d+(?:\.\d+)? ?%", DEVIATIONS):
        assert evidence.is_known_figure(text), text

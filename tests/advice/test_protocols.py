"""What the protocols decide, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecolint import evidence
from ecolint.advice.ask import Objective
from ecolint.advice.causes import causes_of
from ecolint.advice.compare import compare
from ecolint.advice.comparing import asks_of
from ecolint.advice.explain import explain
from ecolint.advice.optimize import optimize
from ecolint.advice.options import option_of
from ecolint.advice.ranking import rank, request_ms
from ecolint.advice.recommend import recommend
from ecolint.advice.render_text import render
from ecolint.advice.situation import Situation
from ecolint.evidence import Measured, resolve_gpu
from tests.advice.asking import ask, spoken
from tests.advice.tracing import untraceable


def title(answer) -> str:
    assert answer.recommended is not None
    return answer.recommended.title


class TestOptimize:
    @pytest.mark.parametrize(
        ("gpu", "model", "precision", "expected"),
        [
            ("RTX 4090D", "Qwen2-7B", None, "NF4"),
            ("RTX 5090", "Qwen2-7B", "fp16", "NF4"),
            ("RTX 5090", "TinyLlama-1.1B", "nf4", "FP16"),
            ("A800", "Qwen2.5-14B", "nf4", "FP16"),
            ("A800", "Yi-1.5-9B", None, "FP16"),
            ("A800", "Mistral-7B", None, "FP16"),
            ("A800", "Mistral-7B", "int8", "FP16"),
            ("H100", "Qwen2-7B", None, "FP16"),
            ("RTX 3090", "Qwen2-7B", None, "FP16"),
            ("RTX 4090D", "Mistral-7B", "int8", "NF4"),
            ("RTX 4090D", "Qwen2.5-3B", "int8", "FP16"),
            ("RTX 4090D", "Yi-1.5-6B", "nf4-dq", "NF4"),
            ("RTX 4090D", "Phi-3-mini", None, "FP16"),
        ],
    )
    def test_recommendation(self, gpu, model, precision, expected) -> None:
        assert title(optimize(ask(gpu, model, precision))) == expected

    @pytest.mark.parametrize("gpu", ["RTX 4090", "RTX 4090D", "RTX 5090", "A800", "T4", "MI300X"])
    @pytest.mark.parametrize("precision", ["fp16", "nf4", "int8-pure"])
    @pytest.mark.parametrize("model", ["Qwen2-7B", "Qwen2.5-3B", "TinyLlama-1.1B", "Mistral-7B"])
    def test_the_change_beside_the_joules_is_that_of_the_row(self, gpu, precision, model) -> None:
        answer = optimize(ask(gpu, model, precision))
        before, after = answer.baseline, answer.recommended
        assert before is not None
        assert after is not None
        if before.unit == after.unit and None not in (before.value, after.value, after.change_pct):
            assert after.change_pct == pytest.approx((after.value / before.value - 1) * 100, abs=0.3)

    def test_the_very_checkpoint_speaks_before_others_of_its_release(self) -> None:
        answer = optimize(ask("A800", "mistralai/Mistral-7B-v0.1", "int8"))
        assert answer.baseline is not None
        assert answer.baseline.quoted is not None
        assert answer.baseline.quoted.row.id == "a800-feb26-mistral-7b-int8-default"

    @pytest.mark.parametrize(
        ("gpu", "model", "precision", "said"),
        [
            ("A100", "Qwen/Qwen2.5-1.5B", "nf4", "1.54 B is below the NF4 crossover of 3.7 B (Ampere)"),
            ("H100", "Qwen/Qwen2.5-1.5B", "nf4-dq", "1.54 B is below the NF4 crossover of 3.7 B (Ampere)"),
            ("A800", "Qwen/Qwen2.5-3B", "int8-pure", "3.09 B is below the INT8 crossover of 4.3 B (Ampere)"),
        ],
    )
    def test_below_the_crossover_it_speaks_where_no_row_does(self, gpu, model, precision, said) -> None:
        answer = optimize(ask(gpu, model, precision))
        assert answer.conclusion == f"switching to FP16: {said}, and no near row gives the figure"
        assert title(answer) == "FP16"
        assert answer.confidence.stars == 1
        assert "measured at 7 B, not" in render(answer)

    def test_figures_come_from_one_session_where_there_is_one(self) -> None:
        answer = optimize(ask("RTX 4090D", "Mistral-7B", "int8"))
        assert answer.baseline is not None
        assert answer.recommended is not None
        before, after = answer.baseline.quoted, answer.recommended.quoted
        assert before is not None
        assert after is not None
        assert before.row.baseline_id == after.row.baseline_id
        expected = (after.row.energy_j_per_1k_tok / before.row.energy_j_per_1k_tok - 1) * 100
        assert answer.recommended.change_pct == pytest.approx(expected)
        assert answer.computations[0].value == pytest.approx(expected)

    def test_idle_subtracted_rows_promise_the_range_with_board_power(self) -> None:
        answer = optimize(ask("RTX 4090D", "Mistral-7B"))
        assert answer.conclusion == "switching to NF4 saves 25.1 to 34.5% energy"

    def test_a_measured_card_and_those_it_stands_for_agree(self) -> None:
        conclusions = {
            optimize(ask(gpu, "Qwen2-7B")).conclusion for gpu in ("A800", "H100", "A10G", "RTX 3090")
        }
        assert {text.split(" (")[0] for text in conclusions} == {
            "keep FP16: the rows show no clear saving from NF4, -34.3 to -1.5% against FP16"
        }
        small = optimize(ask("RTX 3080", "Qwen2-7B"))
        assert title(small) == "NF4"
        assert "saves" not in small.conclusion

    def test_rows_without_a_saving_are_quoted(self) -> None:
        answer = optimize(ask("A800", "Mistral-7B"))
        assert answer.conclusion.endswith("no clear saving from NF4, -4.1 to -1.5% against FP16")
        assert "a800-feb26-yi-1.5-9b-nf4" in {one.row.id for one in answer.evidence}

    @pytest.mark.parametrize(
        ("precision", "framework", "written"),
        [
            (None, None, "bnb_4bit_use_double_quant=True"),
            ("bf16", None, "bnb_4bit_use_double_quant=True"),
            (None, "textgen-webui", "--use_double_quant"),
            (None, "vllm", "--quantization bitsandbytes"),
            (None, "llamacpp", ""),
        ],
    )
    def test_double_quantization_is_written_out(self, precision, framework, written) -> None:
        asked = ask("RTX 5090", "Qwen2-7B", precision, framework=framework, objective=Objective.MEMORY)
        config = optimize(asked).config
        assert config is not None
        assert config.title == "NF4 with double quantization"
        assert written in config.snippet
        assert bool(config.snippet) == bool(written)

    def test_what_does_not_fit_is_not_recommended(self) -> None:
        answer = optimize(ask("T4", "Qwen2-7B"))
        assert title(answer) == "NF4"
        assert any(one.title == "FP16" and "18.33 GB" in one.reason for one in answer.left)
        small = optimize(ask("RTX 4090D", "Qwen2.5-3B", "nf4", limits={"vram_gb": 4.0}))
        assert title(small) == "NF4"
        assert "keep NF4" in small.conclusion

    def test_no_near_row_moves_nothing(self) -> None:
        answer = optimize(ask(None, "Llama-3-70B", "nf4"))
        assert "keep NF4: no near row shows what a change would do" in answer.conclusion

    def test_foreign_hardware_keeps_what_runs(self) -> None:
        answer = optimize(ask("MI300X", "Mistral-7B", "int8"))
        assert answer.conclusion.startswith("nothing was measured on this hardware; keep INT8")
        assert not any("no FP8 units" in one.reason for one in answer.left)

    def test_size_unknown_names_both_sides(self) -> None:
        answer = optimize(ask("RTX 4090D"))
        assert "below 3.9 B (Ada) NF4 measured" in answer.conclusion
        assert {row.row.model for row in answer.evidence} >= {"Qwen/Qwen2-0.5B"}

    @pytest.mark.parametrize(
        ("objective", "expected"), [("throughput", "FP16"), ("memory", "NF4 with double quantization")]
    )
    def test_objective_changes_the_ranking(self, objective, expected) -> None:
        answer = optimize(ask("RTX 5090", "Qwen2-7B", objective=Objective(objective)))
        assert title(answer) == expected

    def test_the_baseline_is_of_the_own_card_where_the_option_was_not_measured_on_it(self) -> None:
        answer = optimize(ask("RTX 5090", "Qwen2-7B", objective=Objective.MEMORY))
        assert answer.baseline is not None
        assert answer.baseline.quoted is not None
        assert answer.baseline.quoted.row.gpu == "RTX 5090"
        assert answer.recommended is not None
        assert (answer.recommended.value, answer.recommended.change_pct) == (None, None)

    def test_batched_setups_are_not_told_to_batch(self) -> None:
        assert optimize(ask("A800", "Mistral-7B", batch_size=8)).further == ()
        assert "Run requests together" in optimize(ask("A800", "Mistral-7B", batch_size=1)).further[0]

    def test_stand_ins_have_one_star(self) -> None:
        for name in ("awq", "gguf-q4", "fp32", "fp4"):
            assert optimize(ask("RTX 4090D", "Qwen2-7B", name)).confidence.stars == 1

    def test_bf16_computes_in_bf16(self) -> None:
        config = optimize(ask("RTX 4090D", "Qwen2-7B", "bf16")).config
        assert config is not None
        assert "torch.bfloat16" in config.snippet

    def test_closest_platform_by_scale(self) -> None:
        assert Situation(ask(None, "Qwen2.5-14B")).platform == resolve_gpu("A800 80GB PCIe")
        platform = Situation(ask(None, "Qwen2-0.5B")).platform
        assert platform is not None
        assert platform.name in ("RTX 4090D", "RTX 4090")


class TestRecommend:
    def test_latency_is_tokens_times_batch_over_throughput(self) -> None:
        row = evidence.row("a800-feb13-bs8-mistral-7b-fp16")
        made = request_ms(row, 100)
        assert made is not None
        assert made.value == pytest.approx(100 * 1000 * 8 / 290.59)

    def test_limits_exclude_with_their_reason(self) -> None:
        limits = {"latency_ms": 4000.0}
        answer = recommend(ask("A800", "Mistral-7B", limits=limits))
        left = {one.title: one.reason for one in answer.left}
        assert title(answer) == "FP16"
        assert left["NF4"] == "4714.55 ms a request, more than 4000 ms"
        assert all(choice.request_ms and choice.request_ms.value <= 4000 for choice in answer.choices)

    def test_unconfirmed_limits_exclude(self) -> None:
        answer = recommend(ask("RTX 4090D", "Qwen2-7B", limits={"latency_ms": 1e6}))
        left = {one.title: one.reason for one in answer.left}
        assert "cannot be confirmed" in left["NF4"]

    def test_memory_limit(self) -> None:
        answer = recommend(ask("A800", "Mistral-7B", limits={"vram_gb": 10.0}))
        assert "FP16" in {one.title for one in answer.left}
        assert all(choice.option.memory.needed_gb <= 10.0 for choice in answer.choices)

    def test_perplexity_of_another_card_confirms_nothing(self) -> None:
        answer = recommend(ask("T4", "Mistral-7B", limits={"perplexity_pct": 5.0}))
        assert all(choice.perplexity is None for choice in answer.choices)
        left = {one.title: one.reason for one in answer.left}
        assert "no row of this card, model and batch size states its perplexity" in left["NF4"]

    def test_quality_limit(self) -> None:
        answer = recommend(ask("A800", "Mistral-7B", limits={"perplexity_pct": 2.0}))
        left = {one.title: one.reason for one in answer.left}
        assert left["NF4"].startswith("perplexity +2.4%, more than +2%")
        assert "INT8 (threshold=0)" in {choice.option.title for choice in answer.choices}

    def test_cost_limit_and_its_question(self) -> None:
        cost = {"requests_per_day": 10_000, "price_per_kwh": 0.3}
        answer = recommend(ask("A800", "Mistral-7B", limits={"cost": 14.0}, cost=cost))
        left = {one.title: one.reason for one in answer.left}
        assert left["FP16"].startswith("14.09 USD a month, more than 14.00 USD")
        assert title(answer) == "NF4"
        without = recommend(ask("A800", "Mistral-7B", limits={"cost": 14.0}))
        assert any("--requests-per-day" in question for question in without.questions)

    def test_nothing_left_says_so(self) -> None:
        answer = recommend(ask("A800", "Mistral-7B", limits={"vram_gb": 1.0}))
        assert answer.choices == ()
        assert answer.conclusion.startswith("no option keeps all limits")

    def test_ranking_is_by_the_least_favourable_row(self) -> None:
        order = [one.precision for one in rank(Situation(ask("RTX 4090D", "Qwen2-7B")), None).kept]
        assert order.index(Measured.NF4) < order.index(Measured.FP16) < order.index(Measured.INT8_PURE)


class TestCompare:
    def test_rows_of_one_session(self) -> None:
        answer = compare(asks_of(ask("RTX 4090D", "Yi-1.5-6B"), spoken("fp16", "nf4", "int8"), [], []))
        assert len({one.row.source_id for one in answer.evidence}) == 1

    def test_batch_sizes(self) -> None:
        answer = compare(asks_of(ask("A800", "Mistral-7B", "fp16"), [], [], [1, 4, 8]))
        assert answer.table is not None
        assert dict(answer.table.winners)["energy"] == "batch 8"

    def test_unmeasured_batch_is_empty_and_says_why(self) -> None:
        answer = compare(asks_of(ask("RTX 5090", "Qwen2-7B", "nf4"), [], [], [1, 8]))
        assert answer.table is not None
        cell = dict(answer.table.lines)["Energy"][1]
        assert cell.text == ""
        assert cell.reason.startswith("not measured at batch 8; the nearest row is at batch 1")

    def test_hosts_need_more_than_their_drift(self) -> None:
        cards = [card for name in ("A800", "RTX 4090D") if (card := resolve_gpu(name))]
        answer = compare(asks_of(ask(None, "Mistral-7B", "nf4"), [], cards, []))
        assert answer.table is not None
        assert "energy" not in dict(answer.table.winners)
        assert any("drifted by 12 to 17% overnight" in note for note in answer.table.footnotes)

    def test_different_sessions_are_said(self) -> None:
        answer = compare(asks_of(ask("RTX 4090D", "Qwen2-7B"), spoken("nf4", "int8"), [], []))
        assert answer.table is not None
        assert any("compare the percentages" in note for note in answer.table.footnotes)

    @pytest.mark.parametrize("gpu", ["RTX 5090", "RTX 4090D", "A800"])
    def test_perplexity_is_that_of_the_quoted_rows(self, gpu) -> None:
        answer = compare(asks_of(ask(gpu, "Qwen2-7B"), spoken("fp16", "nf4", "int8"), [], []))
        assert answer.table is not None
        assert "perplexity" not in dict(answer.table.winners)
        cells = dict(answer.table.lines)["Perplexity"]
        assert [cell.text for cell in cells] == ["reference", "", ""]

    def test_perplexity_has_a_winner_within_one_session(self) -> None:
        answer = compare(asks_of(ask("A800", "Mistral-7B"), spoken("fp16", "nf4", "int8-pure"), [], []))
        assert answer.table is not None
        assert dict(answer.table.winners)["perplexity"] == "FP16"
        cells = dict(answer.table.lines)["Perplexity"]
        assert {cell.row for cell in cells if cell.row} <= {one.row.id for one in answer.evidence}

    def test_what_is_not_promised_does_not_win_beside_fp16(self) -> None:
        answer = compare(asks_of(ask("A800", "Qwen2-7B"), spoken("fp16", "nf4"), [], []))
        assert answer.table is not None
        assert "energy" not in dict(answer.table.winners)
        assert dict(answer.table.lines)["Energy"][1].text == "58.7 J/req (-34.3%)"

    def test_nothing_near_leaves_cells_empty(self) -> None:
        answer = compare(asks_of(ask("T4", "Qwen2.5-14B"), spoken("nf4", "int8"), [], []))
        assert answer.table is not None
        assert [cell.text for cell in dict(answer.table.lines)["Energy"]] == ["", ""]
        assert dict(answer.table.winners).keys() <= {"memory", "perplexity"}


class TestExplain:
    @pytest.mark.parametrize(
        ("gpu", "model", "precision", "first"),
        [
            ("RTX 4090D", "Yi-1.5-6B", "int8", "mixed-precision decomposition"),
            ("RTX 4090D", "TinyLlama-1.1B", "nf4", "dequantisation"),
            ("RTX 5090", "Qwen2.5-7B", "fp8-eager", "eager dispatch"),
            ("RTX 5090", "Qwen2-7B", "fp16", "under-filled batch"),
            ("T4", "Qwen2.5-14B", "fp16", "memory overflow"),
        ],
    )
    def test_first_cause(self, gpu, model, precision, first) -> None:
        assert explain(ask(gpu, model, precision)).causes[0].name == first

    def test_ceiling_of_the_memory(self) -> None:
        situation = Situation(ask("RTX 5090", "Qwen2-7B", "fp16"))
        found = causes_of(situation, option_of(situation, Measured.FP16))
        steps = {step.name: step.value for one in found for step in one.computations}
        assert steps["tokens per second if only the weights were read"] == pytest.approx(1792 / 15.24)

    def test_no_cause_at_a_full_batch(self) -> None:
        answer = explain(ask("A800", "Mistral-7B", "fp16", batch_size=64))
        assert answer.causes == ()
        assert "no cause" in answer.conclusion


def test_tracing_catches_an_invented_figure() -> None:
    answer = optimize(ask("RTX 4090D", "Qwen2-7B"))
    text = render(answer)
    assert untraceable(text, answer) == []
    assert untraceable(f"{text}\nsaves 61.37% and 4821.3 J/request at 913.21 GB", answer) == [
        "61.37%",
        "4821.3 J/request",
        "913.21 GB",
    ]


def test_head_room_comes_on_top_of_weights_and_cache() -> None:
    one = Situation(ask("A800", "Mistral-7B", batch_size=1)).memory(Measured.NF4)
    many = Situation(replace(ask("A800", "Mistral-7B"), batch_size=64)).memory(Measured.NF4)
    assert one is not None
    assert many is not None
    assert one.needed_gb == pytest.approx((one.weights_gb + one.cache_gb) * 1.2)
    assert many.cache_gb == pytest.approx(2 * 32 * 8 * 128 * 640 * 64 * 2 / 1e9)
    assert many.needed_gb == pytest.approx((many.weights_gb + many.cache_gb) * 1.2)


@pytest.mark.parametrize(
    ("gpu", "model", "end"),
    [
        ("V100", "Qwen2-7B", "there are 16 GB (same-architecture extrapolation, ±15–25%)"),
        ("RTX 4090", "Mistral-7B", "(same-architecture extrapolation)"),
        (None, "Qwen2-7B", "saves 5.3 to 39% energy (cross-architecture inference)"),
        ("RTX 4090D", "Qwen2-7B", "saves 34% energy"),
    ],
)
def test_carried_figures_say_so_in_the_conclusion(gpu, model, end) -> None:
    assert optimize(ask(gpu, model)).conclusion.endswith(end)


def test_servers_that_always_quantise_twice() -> None:
    sentence = "vLLM always adds double quantization"
    assert any(sentence in risk for risk in optimize(ask("RTX 4090D", "Qwen2-7B", framework="vllm")).risks)
    assert not any(sentence in risk for risk in optimize(ask("RTX 4090D", "Qwen2-7B")).risks)

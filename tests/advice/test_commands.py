"""The four commands as they are typed."""

from __future__ import annotations

import json

import pytest

from ecolint.cli.app import run

SERVE = """\
import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

model = AutoModelForCausalLM.from_pretrained(
    "mistralai/Mistral-7B-Instruct-v0.3",
    quantization_config=BitsAndBytesConfig(load_in_8bit=True),
)
"""
TWO = """\
#!/bin/sh
vllm serve Qwen/Qwen2-7B --max-num-seqs 1
vllm serve meta-llama/Meta-Llama-3-70B --quantization bitsandbytes --tensor-parallel-size 2
"""


@pytest.fixture
def tree(tmp_path, monkeypatch):
    (tmp_path / "serve.py").write_text(SERVE, encoding="utf-8")
    (tmp_path / "requirements.txt").write_text(
        "transformers==4.57.1\nbitsandbytes==0.45.3\n", encoding="utf-8"
    )
    (tmp_path / "two.sh").write_text(TWO, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing here\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def output(capsys, *words: str) -> str:
    assert run(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", ["optimize", "compare", "explain", "recommend"])
def test_every_command_answers_without_any_option(command, capsys) -> None:
    assert output(capsys, command).rstrip().endswith("skill v3.0.8")
    document = json.loads(output(capsys, command, "--format", "json"))
    assert document["protocol"] == command
    assert output(capsys, command, "--format", "markdown").startswith("**")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--gpu", "p4d.24xlarge"), 8),
        (("--gpu", "A100:4"), 4),
        (("--gpu", "p4d.24xlarge", "--gpu-count", "2"), 2),
        (("--gpu", "A800"), None),
    ],
)
def test_a_machine_type_stands_for_all_its_cards(words, count, capsys) -> None:
    document = json.loads(output(capsys, "optimize", *words, "--format", "json"))
    assert document["setup"]["gpu_count"] == count


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("optimize", "--gpu", "RTX 409D"), "RTX 4090D"),
        (("optimize", "--gpu", "banana"), "unknown GPU"),
        (("optimize", "--gpu", "cpu"), "only NVIDIA's cards were measured"),
        (("optimize", "--precision", "nf5"), "did you mean nf4"),
        (("optimize", "--framework", "vlm"), "did you mean vllm"),
        (("optimize", "--objective", "speed"), "throughput"),
        (("optimize", "--batch-size", "0"), "number of requests"),
        (("optimize", "--params", "many"), "size in billions"),
        (("optimize", "--bitsandbytes", "new"), "is no version"),
        (("optimize", "--max-latency-ms", "-3"), "max-latency-ms"),
        (("optimize", "--vram-gb", "nan"), "'nan' is no number above 0"),
        (("optimize", "--max-perplexity", "-1"), "'-1' is no number from 0"),
        (("optimize", "--currency="), "'--currency': is empty"),
        (("optimize", "--from="), "'--from': is empty"),
        (("optimize", "--model", "a\x1bb"), "cannot be printed"),
        (("compare", "--gpu", ","), "'--gpu': is empty"),
        (("compare", "--batch-size="), "'--batch-size': is empty"),
        (
            ("explain", "cold"),
            "unknown rule 'cold'; `ecolint rule` lists all; besides rules, slow and hot are explained",
        ),
        (
            ("evidence", "--row", "t4-csv-qwen2-7b-nf"),
            "there is no row 't4-csv-qwen2-7b-nf'; did you mean t4-csv-qwen2-7b-nf4",
        ),
        (("evidence", "--row", "x"), "there is no row 'x'; `ecolint evidence` lists all"),
        (("explain", "ECO01"), "unknown rule 'ECO01'; did you mean ECO001 (int8-default-threshold)?"),
        (
            ("rule", "nf4"),
            "unknown rule 'nf4'; did you mean ECO002 (nf4-below-crossover) or ECO006 (nf4-double-quant)?",
        ),
        (("rule", "--all", "ECO001"), "--all cannot be used with rules"),
        (("evidence", "--sources", "--gpus"), "--sources cannot be used with --gpus"),
        (("evidence", "--row", "x", "--gpu", "t4"), "--row cannot be used with --gpu"),
        (("evidence", "--gpus", "--plot"), "--gpus cannot be used with --plot"),
        (("evidence", "--plot", "--format", "json"), "not with JSON"),
        (("evidence", "--model="), "'--model': is empty"),
        (("optimize", "--requests-per-day", "inf"), "requests-per-day"),
        (("compare", "--precision", "nf4,int3"), "int4"),
        (("optimize", "--from", "missing.py"), "missing.py"),
        (("explain", "ECO999"), "unknown rule 'ECO999'; `ecolint rule` lists all"),
        (("explain", "ECO001", "slow"), "slow cannot be explained together with rules"),
        (("explain", "ECO001", "--gpu", "a800"), "--gpu cannot be used with rules"),
        (("rule", "ECO8"), "unknown rule"),
        (("optimize", "--from", "serve.py:99"), "has 7 lines"),
        (("optimize", "--from", "serve.py:0"), "has 7 lines"),
    ],
)
def test_wrong_values_are_usage_errors_with_a_hint(words, said, capsys, tree) -> None:
    assert run(list(words)) == 2
    assert said in capsys.readouterr().err


def test_explain_of_a_rule_is_the_rule(capsys) -> None:
    assert output(capsys, "explain", "ECO001") == output(capsys, "rule", "ECO001")
    assert output(capsys, "explain", "int8-default-threshold") == output(capsys, "rule", "ECO001")
    assert output(capsys, "explain", "ECO001", "--format", "json") == output(
        capsys, "rule", "ECO001", "--format", "json"
    )


def test_a_prefix_stands_for_its_rules(capsys) -> None:
    several = json.loads(output(capsys, "rule", "ECO00", "ECO001", "--format", "json"))
    assert [one["code"] for one in several] == [f"ECO00{number}" for number in range(1, 7)]
    single = json.loads(output(capsys, "rule", "ECO001", "--format", "json"))
    assert json.loads(output(capsys, "rule", "int8-default-threshold", "--format", "json")) == single
    assert single == several[0]
    assert output(capsys, "explain", "ECO10") == output(capsys, "rule", "ECO101", "ECO102", "ECO103")


def test_explain_takes_a_symptom(capsys) -> None:
    assert "Causes:" in output(
        capsys, "explain", "slow", "--gpu", "A800", "--model", "Mistral-7B", "--precision", "nf4"
    )


def test_short_names_of_cards(capsys) -> None:
    assert "RTX 4090D + Qwen2-7B" in output(capsys, "optimize", "--gpu", "4090d", "--model", "Qwen2-7B")
    machine = json.loads(
        output(capsys, "optimize", "--gpu", "g4dn.xlarge", "--model", "Qwen2-7B", "--format", "json")
    )
    assert machine["setup"]["gpu"] == "T4"


def test_evidence_shows_the_joules_of_the_seed(capsys) -> None:
    text = output(capsys, "evidence", "--gpu", "4090d", "--model", "Qwen2-7B")
    assert "71.2 a request" in text
    assert "47 a request" in text


def test_evidence_of_a_machine_type_is_that_of_its_card(capsys) -> None:
    assert output(capsys, "evidence", "--gpu", "g4dn.xlarge") == output(capsys, "evidence", "--gpu", "T4")
    none = output(capsys, "evidence", "--gpu", "g5.xlarge", "--precision", "nf4")
    assert none.startswith("0 rows of A10G, nf4. `ecolint evidence` lists all.\n")


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("--model", "Mistrl-7B"), "Did you mean Mistral-7B"),
        (
            ("--gpu", "H100"),
            "Hopper was not measured; server Ampere (A800) is the nearest measured architecture.",
        ),
        (("--gpu", "L4"), "Rows of other ada cards stand for it in findings."),
        (("--gpu", "MI300X"), "No measured data available; results may not transfer."),
    ],
)
def test_evidence_without_rows_says_what_to_look_for(capsys, args, hint) -> None:
    assert output(capsys, "evidence", *args).splitlines()[1].startswith(hint)


def test_a_model_that_is_not_listed_is_asked_about_where_one_looks_like_it(capsys) -> None:
    question = "Mistrl-7B is not in the table of models; is Mistral-7B meant? (--model)"
    assert question in output(capsys, "optimize", "--gpu", "A800", "--model", "Mistrl-7B")
    assert "table of models" not in output(
        capsys, "optimize", "--gpu", "A800", "--model", "acme/assistant-7b"
    )


def test_evidence_has_the_note_of_each_row_that_needs_one(capsys) -> None:
    from ecolint.evidence import select

    text = output(capsys, "evidence", "--all")
    words = " ".join(text.split())
    for row in select(include_unusable=True):
        if row.quality in ("caution", "conflict", "implausible"):
            assert row.note
            assert row.id in words.partition("vs FP16")[2]
            assert " ".join(row.note.split()) in words


def test_repeated_and_separated_values_are_the_same(capsys) -> None:
    base = ("compare", "--gpu", "A800", "--model", "Mistral-7B")
    assert output(capsys, *base, "--precision", "nf4", "--precision", "fp16") == output(
        capsys, *base, "--precision", "nf4,fp16"
    )


def test_a_single_precision_is_compared_with_fp16(capsys) -> None:
    document = json.loads(output(capsys, "compare", "--precision", "nf4", "--format", "json"))
    assert document["table"]["columns"] == ["FP16", "NF4"]


def test_fp16_alone_is_compared_with_the_default(capsys) -> None:
    document = json.loads(output(capsys, "compare", "--precision", "fp16", "--format", "json"))
    assert document["table"]["columns"] == ["FP16", "NF4", "INT8 (threshold=0)"]


def test_too_many_columns(capsys) -> None:
    batches = ",".join(map(str, range(1, 20)))
    assert run(["compare", "--batch-size", batches]) == 2
    assert "columns" in capsys.readouterr().err


class TestFromFile:
    def test_the_setup_of_a_file(self, tree, capsys) -> None:
        document = json.loads(
            output(capsys, "optimize", "--from", "serve.py", "--gpu", "A800", "--format", "json")
        )
        assert document["setup"]["precision"] == "int8_default"
        assert document["setup"]["model"] == "mistralai/Mistral-7B-Instruct-v0.3"
        assert document["setup"]["source"].startswith("serve.py:")
        assert document["recommended"]["title"] == "FP16"
        assert document["setup"]["versions"]["transformers"] == "4.57.1"
        assert document["confidence"]["stars"] == 2
        assert "transformers 4.57.1" in document["confidence"]["downgrades"][0]

    def test_options_outweigh_the_file(self, tree, capsys) -> None:
        document = json.loads(
            output(
                capsys,
                "optimize",
                "--from",
                "serve.py",
                "--precision",
                "nf4",
                "--model",
                "Qwen2-7B",
                "--format",
                "json",
            )
        )
        assert document["setup"]["precision"] == "nf4"
        assert document["setup"]["model"] == "Qwen2-7B"

    def test_several_setups_need_a_line(self, tree, capsys) -> None:
        assert run(["optimize", "--from", "two.sh"]) == 2
        said = capsys.readouterr().err
        assert "two.sh:2" in said
        assert "two.sh:3" in said

    def test_a_line_picks_the_setup(self, tree, capsys) -> None:
        document = json.loads(
            output(capsys, "optimize", "--from", "two.sh:3", "--gpu", "A800", "--format", "json")
        )
        assert document["setup"]["model"] == "meta-llama/Meta-Llama-3-70B"
        assert document["setup"]["gpu_count"] == 2
        assert document["config"]["framework"] == "vLLM"
        assert "Benchmarks are single-GPU; cross-device overhead not covered." in document["boundaries"]

    def test_batch_of_the_file(self, tree, capsys) -> None:
        document = json.loads(
            output(capsys, "explain", "--from", "two.sh:2", "--gpu", "5090", "--format", "json")
        )
        assert document["setup"]["batch_size"] == 1
        assert not any("--batch-size" in question for question in document["questions"])

    def test_files_without_a_setup(self, tree, capsys) -> None:
        assert run(["optimize", "--from", "notes.txt"]) == 2
        assert "no inference configuration" in capsys.readouterr().err
        assert run(["optimize", "--from", "."]) == 2
        assert "is a folder" in capsys.readouterr().err

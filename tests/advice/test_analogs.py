"""What was never measured, and only has something measured near it."""

from __future__ import annotations

import json

import pytest

from ecolint.advice.compare import compare
from ecolint.advice.comparing import asks_of
from ecolint.advice.explain import explain
from ecolint.advice.optimize import optimize
from ecolint.advice.precisions import GGUF_ANALOG
from ecolint.advice.recommend import recommend
from ecolint.advice.render_text import render
from ecolint.cli.app import run
from tests.advice.asking import ask, spoken


@pytest.mark.parametrize("protocol", [optimize, recommend])
@pytest.mark.parametrize("framework", ["ollama", "llamacpp", "llama-cpp-python"])
def test_gguf_has_one_star_and_says_that_it_is_an_analog(protocol, framework) -> None:
    answer = protocol(ask("RTX 4090D", "Qwen2-7B", framework=framework))
    assert answer.confidence.stars == 1
    assert all(choice.option.confidence.stars == 1 for choice in answer.choices)
    assert GGUF_ANALOG in answer.assumptions
    assert "of which GGUF is only an analog" in answer.conclusion
    assert GGUF_ANALOG in render(answer)


@pytest.mark.parametrize("framework", ["transformers", "vllm", "tgi", None, "other"])
def test_other_frameworks_are_no_analogs(framework) -> None:
    answer = optimize(ask("RTX 4090D", "Qwen2-7B", framework=framework))
    assert answer.confidence.stars == 3
    assert GGUF_ANALOG not in answer.assumptions


def test_a_tag_without_a_type_is_four_bits(tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "Modelfile").write_text("FROM qwen2:7b\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["optimize", "--gpu", "4090d", "--from", "Modelfile", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["setup"]["precision"] == "nf4"
    assert document["confidence"]["stars"] == 1
    assert any("most tags without a type are 4-bit builds" in text for text in document["assumptions"])
    assert not any("Assuming FP16" in text for text in document["assumptions"])


@pytest.mark.parametrize("protocol", [optimize, recommend, explain])
@pytest.mark.parametrize(
    ("precision", "name"),
    [("awq", "AWQ"), ("gptq", "GPTQ"), ("gguf-q4", "GGUF Q4"), ("gguf-q8", "GGUF Q8"), ("fp4", "FP4")],
)
def test_formats_that_were_never_measured(protocol, precision, name) -> None:
    answer = protocol(ask("RTX 4090D", "Mistral-7B", precision))
    assert answer.conclusion.startswith(f"nothing was measured for {name}; its nearest analog, ")
    assert (answer.recommended, answer.config) == (None, None)
    assert answer.confidence.stars == 1


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("TheBloke/Mistral-7B-Instruct-v0.2-AWQ", "AWQ"),
        ("TheBloke/Mistral-7B-Instruct-v0.2-GPTQ", "GPTQ"),
        ("RedHatAI/Mistral-7B-Instruct-v0.3-quantized.w8a8", "INT8 W8A8"),
        ("RedHatAI/Mistral-7B-Instruct-v0.3-quantized.w4a16", "INT4"),
        ("/models/mistral-7b-instruct-v0.2.Q4_K_S.gguf", "GGUF Q4"),
        ("/models/mistral-7b-instruct-v0.2.Q5_K_M.gguf", "GGUF Q5_K_M"),
        ("hf.co/bartowski/Mistral-7B-Instruct-v0.3-GGUF:Q8_0", "GGUF Q8"),
    ],
)
def test_the_name_of_a_checkpoint_tells_its_format(model, name) -> None:
    answer = optimize(ask("RTX 4090D", model))
    assert answer.conclusion.startswith(f"nothing was measured for {name}; its nearest analog, ")
    assert (answer.recommended, answer.config) == (None, None)
    assert answer.confidence.stars == 1
    assert f"{model} is stored in {name}, as its name says." in answer.assumptions
    assert not any("Assuming FP16" in text for text in answer.assumptions)
    assert not any("Which precision" in text for text in answer.questions)


def test_a_checkpoint_stored_by_bitsandbytes_has_to_be_another_one_for_16_bits() -> None:
    answer = optimize(ask("RTX 5090", "unsloth/tinyllama-chat-bnb-4bit"))
    assert answer.baseline is not None
    assert answer.baseline.title == "NF4"
    assert answer.config is not None
    assert answer.config.note.startswith("unsloth/tinyllama-chat-bnb-4bit itself is stored in NF4: load the")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("vllm serve RedHatAI/Llama-3.2-1B-Instruct-quantized.w8a8", "INT8 W8A8"),
        ("text-generation-launcher --model-id mistralai/Mistral-7B-v0.1 --quantize eetq", "INT8 of eetq"),
        ("text-generation-launcher --model-id mistralai/Mistral-7B-v0.1 --quantize exl2", "exl2"),
    ],
)
def test_formats_of_files_that_were_never_measured(command, name, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "run.sh").write_text(f"{command}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["optimize", "--from", "run.sh", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["conclusion"].startswith(f"nothing was measured for {name}")
    assert document["recommended"] is None


def test_the_condition_of_a_setup_in_a_file_is_told(tmp_path, monkeypatch, capsys) -> None:
    text = 'if [ "$1" = debug ]; then\n  vllm serve Qwen/Qwen2-7B --quantization bitsandbytes\nfi\n'
    (tmp_path / "run.sh").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["optimize", "--from", "run.sh", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert 'It holds only when [ "$1" = debug ].' in document["assumptions"]


def test_unmeasured_formats_are_not_in_the_running() -> None:
    answer = compare(asks_of(ask("RTX 4090D", "Mistral-7B"), spoken("fp16", "awq"), [], []))
    assert answer.table is not None
    assert [cell.text for cell in dict(answer.table.lines)["Energy"]] == ["5661 J/1k tok", ""]
    assert "energy" not in dict(answer.table.winners)


@pytest.mark.parametrize("name", ["int8", "int8-default", "int8_default", "8bit"])
def test_evidence_knows_the_names_of_precisions(name, capsys) -> None:
    assert run(["evidence", "--precision", name, "--format", "json"]) == 0
    assert {row["precision"] for row in json.loads(capsys.readouterr().out)} == {"int8_default"}


@pytest.mark.parametrize(
    ("name", "said"),
    [("awq", "AWQ has no rows"), ("bf16", "the FP16 rows stand"), ("nf5", "did you mean nf4")],
)
def test_evidence_says_why_a_precision_has_no_rows(name, said, capsys) -> None:
    assert run(["evidence", "--precision", name]) == 2
    assert said in capsys.readouterr().err

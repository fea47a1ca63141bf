"""What was never measured, and only has something measured near it."""

from __future__ import annotations

import json

import pytest

from ecolint.advice.optimize import optimize
from ecolint.advice.precisions import GGUF_ANALOG
from ecolint.advice.recommend import recommend
from ecolint.advice.render_text import render
from ecolint.cli.app import run
from tests.advice.asking import ask


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

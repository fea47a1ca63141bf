"""What a finding asks for is something that the file can be told."""

from __future__ import annotations

import re

import pytest

from ecolint.finding import Finding
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile

FLAGS = "vllm serve acme/assistant --max-num-seqs 1"
CALL = "from transformers import AutoModelForCausalLM\n\nmodel = AutoModelForCausalLM.from_pretrained(\n    "
LOADS = {
    "app.py": f'{CALL}"acme/assistant", load_in_8bit=True,\n)\n',
    "unnamed.py": f"{CALL}name(), load_in_8bit=True,\n)\n",
    "config.json": '{"_name_or_path": "acme/assistant", "model_type": "llama", "quantization_config":\n'
    '{"load_in_8bit": true, "quant_method": "bitsandbytes"}}',
    "anonymous/config.json": '{"model_type": "llama", "quantization_config":\n'
    '{"load_in_8bit": true, "quant_method": "bitsandbytes"}}',
}
SERVERS = {
    "serve.sh": FLAGS.replace(" --max", " \\\n  --max"),
    "main.tf": f'resource "aws_instance" "llm" {{\n  user_data = "{FLAGS}"\n}}\n',
}
COMMENT = re.compile(r"`(\S+ ecolint: [^`]*)`")


def findings(path: str, text: str) -> tuple[Finding, ...]:
    policy = policy_for(DEFAULTS, CommandLineChoices(), path)
    return scan(SourceFile(path, text.encode()), Repository(None), policy).findings


def asked(path: str) -> str:
    return " ".join(findings(path, (LOADS | SERVERS)[path])[0].questions)


@pytest.mark.parametrize("path", [name for name in LOADS if name.endswith(".json")])
def test_files_without_comments_are_not_told_to_have_any(path: str) -> None:
    assert "--gpu or `gpu` in the settings" in asked(path)
    assert "ecolint:" not in asked(path)


def test_a_named_model_is_given_its_size_in_the_settings() -> None:
    assert "`params` in the settings" in asked("config.json")
    assert "`params` in the settings" in asked("app.py")
    assert "size" not in asked("anonymous/config.json")
    assert "size" in asked("unnamed.py")
    assert "`params`" not in asked("unnamed.py")


@pytest.mark.parametrize("path", [name for name in LOADS | SERVERS if not name.endswith(".json")])
def test_a_comment_above_the_statement_answers(path: str) -> None:
    text = (LOADS | SERVERS)[path]
    comments = COMMENT.findall(asked(path))
    assert comments
    first = next(
        index for index, line in enumerate(text.splitlines()) if "model" in line.split() or "vllm" in line
    )
    for comment in (
        one.replace("gpu=…", "gpu=a800").replace("model=…", "model=Qwen/Qwen2-7B") for one in comments
    ):
        lines = text.splitlines(keepends=True)
        left = findings(path, "".join((*lines[:first], f"{comment}\n", *lines[first:])))
        setup = left[0].setup
        assert setup is not None
        assert setup.gpu.is_("a800") or setup.model.is_("Qwen/Qwen2-7B") or setup.params_b.is_(7.0)

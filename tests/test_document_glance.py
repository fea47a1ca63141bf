"""The glance at configurations, scripts and build files passes over nothing in which the default rules find something.

That it says the same of every fixture is shown in test_sieve.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ecolint.frameworks import telling
from ecolint.frameworks.registry import frameworks
from ecolint.parsers import yaml
from ecolint.sieve import document_words
from ecolint.sieve.document_glance import folded, may_be_judged
from ecolint.source import SourceFile
from tests.test_sieve import is_judged, said

LINE = "jobs: {a: {steps: [{run: vllm serve Qwen/Qwen2-1.5B --%s 1}]}}\n"


def test_words_are_those_of_the_vocabularies() -> None:
    namespace: dict[str, object] = {}
    exec(compile(telling.document_words(), "gathered", "exec"), namespace)
    for name in ("WORDS", "KEYS"):
        assert getattr(document_words, name) == namespace[name], "run python -m ecolint.frameworks.telling"


def test_every_judged_key_is_told_by_a_word() -> None:
    for item in frameworks():
        for setting in item.settings if item.telling_keys else ():
            if is_judged(setting) and setting.keyword:
                key = folded(setting.keyword.encode())
                assert any(folded(word) in key for word in item.telling_keys), (item.name, setting)


@pytest.mark.parametrize(
    "key", ["max_num_seqs", "max-num-seqs", "maxNumSeqs", "MAX_NUM_SEQS", "enforceEager"]
)
def test_a_key_tells_in_every_spelling(key: str) -> None:
    assert may_be_judged(f"model: a\n{key}: 1\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "base_model: a\noptimizer: adamw_bnb_8bit\nload_in_8bit: false\nload_in_4bit: false\n# axolotl\n",
        LINE % "max-model-len",
        "axolotl: [a, 'b']\r\nload_in_8bit: false\r\n",
    ],
)
def test_what_is_only_named_or_switched_off_does_not_tell(text: str) -> None:
    assert not yaml.tells(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "optimizer: paged_bnb_8bit\n",
        "load_in_8bit: falsehood\n",
        "load_in_8bit: false or true\n",
        "xload_in_8bit: false\n",
        LINE % "max-num-seqs",
        "kind: Deployment # vllm\n",
        "services: {a: {extends: b, image: vllm}}\n",
        "services: {a: {image: vllm, command: $WORDS}}\n",
        "args: {{ .Values.vllm }}\n",
        "vllm: [a\n",
        "vllm: b\n---\nc: [d\n",
        "vllm: " + "[" * 500 + "]" * 500,
    ],
)
def test_what_may_be_judged_or_is_broken_tells(text: str) -> None:
    assert yaml.tells(text.encode())


@pytest.mark.parametrize("data", [b"vllm\0serve", b"vllm \xff", b"\xff\xfev\0l\0l\0m\0"])
def test_what_is_no_text_tells(data: bytes) -> None:
    assert may_be_judged(data)


@pytest.mark.parametrize("text", ["vllm: [a\n", "vllm: b\n---\nc: [d\n", "{{ vllm }}: [a\n"])
def test_a_broken_document_is_told_with_and_without_the_glance(text: str, tmp_path: Path) -> None:
    source = SourceFile("a.yaml", text.encode())
    assert said(source, tmp_path, thorough=False) == said(source, tmp_path, thorough=True)


def test_what_other_files_say_is_read_with_and_without_the_glance(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WORDS=--max-num-seqs 1\n")
    text = "services: {a: {image: vllm/vllm-openai, command: --model Qwen/Qwen2-1.5B $WORDS}}\n"
    found = said(SourceFile("compose.yaml", text.encode()), tmp_path, thorough=False)
    assert found == said(SourceFile("compose.yaml", text.encode()), tmp_path, thorough=True)
    assert "ECO004" in str(found)

"""What is left out of a file that holds more than is read, and that it is said; what came before is still found."""

from __future__ import annotations

import io
import json
import tokenize
from pathlib import Path

import pytest

from ecolint import pipeline, suppressions
from ecolint.edits import owners
from ecolint.finding import FileReport
from ecolint.parsers import allowance
from ecolint.parsers.pythonic.glancing import lexis
from ecolint.parsers.shellish import lexer
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile

POLICY = policy_for(DEFAULTS, CommandLineChoices(include_docs=True), "x")
VLLM = "vllm serve Qwen/Qwen2.5-1.5B --max-num-seqs 1\n"
LEFT_OUT = "more words, commands and documents than are read of one file; some were left out"


def read(path: str, text: str) -> FileReport:
    return scan(SourceFile(path, text.encode()), Repository(None), POLICY)


def told(report: FileReport) -> list[str]:
    return [item.message for item in report.findings if item.rule == "ECO902"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("serve.sh", VLLM + "echo a b\n" * 500 + VLLM),
        ("serve.sh", VLLM + "echo " + '"$a' * 2000 + '"\n' + VLLM),
        ("serve.sh", VLLM + "A=(" + "a " * 2000 + ")\n" + VLLM),
        ("Makefile", "a:\n\t" + VLLM + "\techo a\n" * 500 + "\t" + VLLM),
        ("Dockerfile", "FROM a\nRUN " + VLLM + "RUN echo a\n" * 500 + "CMD " + VLLM),
        ("README.md", "```bash\n" + VLLM + "echo a\n" * 500 + "```\n"),
        ("jobs.yaml", "a:\n- run: " + VLLM + "- run: echo a\n" * 500 + "- run: " + VLLM),
        ("jobs.yaml", "run: " + VLLM + "---\nrun: echo vllm\n" * 500 + "---\nrun: " + VLLM),
    ],
    ids=[
        "commands",
        "parts of a word",
        "items of an array",
        "recipes",
        "RUN",
        "blocks",
        "steps",
        "documents",
    ],
)
def test_words(path: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(path, text)
    assert told(whole) == []
    monkeypatch.setattr(allowance, "WORDS", 600)
    report = read(path, text)
    assert told(report) == [f"Cannot be read: {LEFT_OUT}."]
    assert [item.region.line for item in report.findings if item.rule == "ECO004"] == [
        item.region.line for item in whole.findings if item.rule == "ECO004"
    ][:1]


def test_a_command_that_is_cut_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "WORDS", 100)
    report = read("serve.sh", "vllm serve a --max-num-seqs 1 " + "--option " * 100 + "--max-num-seqs 64\n")
    assert [item.rule for item in report.findings] == ["ECO902"]


def test_texts_outside_of_a_file_have_words_of_their_own() -> None:
    first, second = allowance.current(), allowance.current()
    assert first is not second
    with allowance.of_one_file() as shared:
        assert allowance.current() is shared
    assert allowance.current() is not shared


def test_setups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_SETUPS", 3)
    report = read("serve.sh", VLLM * 5)
    assert told(report) == ["Cannot be read: more than 3 setups; from here on none is judged."]
    assert [(item.rule, item.region.line) for item in report.findings] == [
        *(("ECO004", line) for line in (1, 2, 3)),
        ("ECO902", 4),
    ]
    assert len(report.setups) == 3


def test_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_PROBLEMS", 3)
    assert len(told(read("a.yaml", "---\nvllm: ]\n" * 9))) == 3


def test_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppressions, "MOST", 2)
    ignored = VLLM.strip() + " # ecolint: ignore[ECO004]\n"
    report = read("serve.sh", ignored * 4)
    assert told(report) == ["Cannot be read: more than 2 comments to ecolint; from here on none counts."]
    assert [item.region.line for item in report.findings if item.rule == "ECO004"] == [3, 4]
    assert len(report.suppressed) == 2


def test_uses_of_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n"
        "config = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_use_double_quant=True)\n"
        "model = AutoModelForCausalLM.from_pretrained('mistralai/Mistral-7B-v0.1', quantization_config=config)\n"
    )
    assert _is_editable(read("a.py", text))
    monkeypatch.setattr(owners, "MOST_STEPS", 1)
    assert not _is_editable(read("a.py", text + "model.generate(ids)\n"))


def _is_editable(report: FileReport) -> bool:
    """Whether the nested quantisation has an edit."""
    fix = next(item.fix for item in report.findings if item.rule == "ECO006")
    return fix is not None and bool(fix.edits)


LOADED = (
    "from transformers import AutoModelForCausalLM\n"
    "model = AutoModelForCausalLM.from_pretrained('Qwen/Qwen2.5-7B', load_in_8bit=True)\n"
)
SERVICE = "services:\n  a: {image: vllm/vllm-openai, command: --model Qwen/Qwen2.5-1.5B --max-num-seqs 1}\n"


def test_tokens_of_python() -> None:
    assert told(read("a.py", LOADED + "x = [1]\n" * 9_000)) == []
    report = read("a.py", LOADED + "x = [1]\n" * 11_000)
    assert told(report) == ["Cannot be read: more than 50,000 names, values and signs of Python."]


def test_long_texts_and_comments_are_few_tokens() -> None:
    prose = "one two three " * 10_000
    report = read("a.py", f"{LOADED}# {prose}\nx = '{prose}'\ny = '''{prose}\n{prose}'''\nz = f'{{x}}'\n")
    assert [item.rule for item in report.findings] == ["ECO001"]


def test_tokens_of_notebooks() -> None:
    cells = [LOADED, "x = 1\n" * 9_000, "x = [1]\n" * 9_000, LOADED]
    text = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}, indent=1)
    report = read("a.ipynb", text)
    assert told(report) == [
        "Cannot be read: more than 50,000 names, values and signs of Python; from cell 3 on nothing is read."
    ]
    assert [item.rule for item in report.findings] == ["ECO001", "ECO902"]


def test_values_of_yaml() -> None:
    report = read("compose.yaml", f"{SERVICE}---\nvllm: [{'1, ' * 60_000}]\n---\n{SERVICE}")
    assert told(report) == ["Cannot be read: YAML: more than 60,000 values; from here on nothing is read."]
    assert [(item.rule, item.region.line) for item in report.findings] == [("ECO004", 2), ("ECO902", 4)]


def test_values_of_yaml_grow_with_the_size() -> None:
    spread = "".join(f"- {'x' * 20}\n" for _ in range(80_000))
    assert told(read("compose.yaml", f"{SERVICE}---\n{spread}---\n{SERVICE}")) == []


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("config.json", f'{{"load_in_8bit": [{"1," * 60_000}1]}}', "JSON: more than 60,000 keys and values"),
        ("main.tf", f'a = "vllm"\nb = [{"1, " * 40_000}]\n', "HCL: more than 40,000 values"),
        ("config.pbtxt", f'backend: "vllm"\na: [{"1, " * 40_000}1]\n', "more than 40,000 values"),
        ("a.ipynb", f'{{"cells": ["vllm", {"1," * 60_000}1]}}', "JSON: more than 60,000 keys and values"),
    ],
    ids=["json", "hcl", "pbtxt", "notebook"],
)
def test_values(path: str, text: str, reason: str) -> None:
    assert told(read(path, text)) == [f"Cannot be read: {reason}."]


def test_parts_of_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexer, "PART_LIMIT", 10)
    report = read("serve.sh", VLLM + "vllm serve a --max-num-seqs " + '"$a"' * 10 + "\n" + VLLM)
    assert told(report) == [f"Cannot be read: {LEFT_OUT}."]
    assert [item.region.line for item in report.findings if item.rule == "ECO004"] == [1]


UNCOUNTED = (
    tokenize.ENCODING,
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
)
MODULES = sorted((Path(__file__).parent / "fixtures").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_tokens_are_counted_as_python_does(path: Path) -> None:
    data = path.read_bytes()
    try:
        counted = [token.type for token in tokenize.tokenize(io.BytesIO(data).readline)]
    except (tokenize.TokenError, SyntaxError):
        return
    known = sum(kind not in UNCOUNTED for kind in counted)
    assert 0.9 * known - 10 <= lexis.tokens_in(data) <= 2 * known + 10

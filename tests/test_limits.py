"""What is left out of a file that holds more than is read, and that it is said; what came before is still found."""

from __future__ import annotations

import pytest

from ecolint import pipeline, suppressions
from ecolint.edits import owners
from ecolint.finding import FileReport
from ecolint.parsers import allowance
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

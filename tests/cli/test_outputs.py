"""Where reports go, and options that would be ignored without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--select=", "names no rule"),
        ("--select ,", "names no rule"),
        ("--ignore ECO001 --ignore=", "names no rule"),
        ("--extend-select=ECO1 --extend-select ,,", "names no rule"),
        ("--baseline=", "is empty"),
        ("--exclude=", "is empty"),
        ("--output=", "is empty"),
        ("--output json=", "names no file"),
        ("--output json", "is a format, not a file; there are --format json and --output json=FILE"),
        ("--list-files --format json", "--format cannot be used with --list-files"),
        ("--list-files -o json=x.json", "--output cannot be used with --list-files"),
        ("--list-files --fix", "--fix cannot be used with --list-files"),
        ("--diff --format json", "--diff takes stdout"),
        ("--diff --output json=-", "--diff takes stdout"),
        ("--output json=- --output sarif=-", "one report only"),
        ("--output json=- --format text", "stdout takes one report only"),
        ("--output json=x --output sarif=./x", "x takes one report only"),
        ("--stdin-filename other.py", "--stdin-filename needs - as the path"),
        ("--isolated --config app.py", "--config cannot be used with --isolated"),
    ],
)
def test_what_would_be_ignored_is_refused(ecolint, write, tmp_path: Path, words: str, said: str) -> None:
    write("app.py")
    outcome = ecolint("scan", *words.split())
    assert (outcome.status, outcome.stdout) == (2, "")
    assert said in outcome.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]


def test_an_empty_path_is_not_the_current_folder(ecolint, write) -> None:
    write("app.py")
    outcome = ecolint("scan", "")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "a path is empty" in outcome.stderr


def test_a_dash_is_stdout(ecolint, write, tmp_path: Path) -> None:
    write("app.py")
    assert ecolint("scan", "--output", "json=-").codes == ["ECO001"]
    assert ecolint("scan", "--format", "json", "-o", "-").codes == ["ECO001"]
    both = ecolint("scan", "-o", "json=-", "-o", "sarif=out.sarif")
    assert both.codes == ["ECO001"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py", "out.sarif"]


def test_a_report_beside_a_diff(ecolint, write, tmp_path: Path) -> None:
    write("app.py")
    outcome = ecolint("scan", "--diff", "--unsafe-fixes", "--output", "json=out.json")
    assert outcome.stdout.startswith("--- a/app.py\n")
    assert json.loads((tmp_path / "out.json").read_text())["findings"]


def test_a_note_on_a_row_is_told_once(ecolint, write) -> None:
    write(
        "app.py",
        "from torchao.quantization import float8_weight_only, quantize_\n"
        "from transformers import AutoModelForCausalLM\n"
        "model = AutoModelForCausalLM.from_pretrained('Qwen/Qwen2.5-7B-Instruct').to('cuda')\n"
        "quantize_(model, float8_weight_only())\n"
        "model.generate(**{})\n",
    )
    for name in ("markdown", "text"):
        said = " ".join(ecolint("scan", "--format", name).stdout.split())
        assert said.count("in eager mode on a nightly build.") == 1

"""What goes to stdout and stderr: in which encoding, and without commands for terminals and runners."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecolint.cli.looks import wants_color
from tests.conftest import INT8

ROOT = Path(__file__).parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="such names and files are not to be had there")
ADVICE = ("optimize", "--gpu", "T4", "--model", "Mistral-7B")


def program(folder: Path, *words: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    """ecolint as a program of its own, with an encoding for its streams."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    environment.pop("GITHUB_STEP_SUMMARY", None)
    command = (sys.executable, "-m", "ecolint", *words)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "cp1252"])
@pytest.mark.parametrize("words", [("scan",), ("scan", "--format", "concise"), ADVICE, ("rule", "ECO001")])
def test_signs_that_an_encoding_lacks_have_others(
    tmp_path: Path, write, words: tuple[str, ...], encoding: str
) -> None:
    write("app.py")
    said = program(tmp_path, *words, encoding=encoding).stdout.decode(encoding)
    assert "\\u" not in said
    assert "\\x" not in said
    assert words[0] == "rule" or "*--" in said or "**-" in said


def test_what_has_no_other_sign_is_escaped(tmp_path: Path, write) -> None:
    write("app.py", INT8.replace("True)", "True)  # 猫"))
    assert b"# \\u732b\n" in program(tmp_path, "scan", encoding="cp1252").stdout


@pytest.mark.parametrize(
    "words",
    [
        *(("scan", "--format", name) for name in ("html", "json", "markdown", "sarif", "github")),
        ("rule", "--all", "--format", "json"),
        ("rule", "ECO001", "--format", "markdown"),
        ("evidence", "--format", "json"),
        (*ADVICE, "--format", "json"),
        (*ADVICE, "--format", "markdown"),
        ("config", "--schema"),
        ("config", "--format", "json"),
    ],
)
def test_formats_for_programs_are_utf8_everywhere(tmp_path: Path, write, words: tuple[str, ...]) -> None:
    write("app.py")
    said = program(tmp_path, *words, encoding="cp1252").stdout.decode("utf-8")
    if "json" in words or "--schema" in words:
        json.loads(said)


@POSIX
def test_the_name_of_a_stream_is_written_to_and_not_replaced(tmp_path: Path, write) -> None:
    if not os.path.exists("/dev/fd/1"):
        pytest.skip("there is no /dev/fd/1")
    write("app.py")
    with open(tmp_path / "out.json", "wb") as out:
        command = (sys.executable, "-m", "ecolint", "scan", "--format", "json", "-o", "/dev/fd/1")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(command, cwd=tmp_path, env=environment, stdout=out, check=False)
    assert (tmp_path / "out.json").read_bytes().startswith(b'{\n  "schema_version": 1,')


NAME = "a\x1b[31m\n::error::\u202eb.py"


@POSIX
@pytest.mark.parametrize(
    "words",
    [
        ("scan", "--fix"),
        ("scan", "--fix", "--unsafe-fixes"),
        ("scan", "--diff"),
        ("scan", "--baseline", f"{NAME}.json", "--update-baseline"),
        ("scan", "--baseline", f"{NAME}.missing"),
        ("config", "--show", NAME),
        ("optimize", "--from", f"{NAME}.missing"),
    ],
)
def test_names_are_told_without_commands(ecolint, write, words: tuple[str, ...]) -> None:
    write(NAME, INT8.replace("=True)", "=True, bnb_4bit_quant_type='nf4')"))
    outcome = ecolint(*words)
    told = outcome.stderr + ("" if "--diff" in words else outcome.stdout)
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert not any(line.startswith("::") for line in told.splitlines())


@POSIX
@pytest.mark.parametrize("line", ["extend = {}", "baseline = {}", "gpu = {}", "{} = 1", "exclude = [{}]"])
@pytest.mark.parametrize("words", [("scan",), ("config",), ("optimize", "--from", "app.py")])
def test_settings_of_the_tree_command_nothing(ecolint, write, words: tuple[str, ...], line: str) -> None:
    write("app.py")
    text = '"a\\u001b[31m\\n::error::\\u202eb"'
    write("ecolint.toml", line.format(text) + "\n")
    outcome = ecolint(*words)
    told = outcome.stderr + outcome.stdout
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert not any(part.startswith("::") for part in told.splitlines())


@POSIX
def test_a_closed_input_is_told(tmp_path: Path, ecolint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    outcome = ecolint("scan", "-", "--stdin-filename", "app.py")
    assert (outcome.status, outcome.stderr) == (2, "Error: standard input is closed\n")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"CLICOLOR_FORCE": "1"}, True),
        ({"CLICOLOR_FORCE": "0"}, False),
        ({"CLICOLOR_FORCE": ""}, False),
    ],
)
def test_colours_by_the_environment(monkeypatch: pytest.MonkeyPatch, environment, coloured: bool) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color("auto") is coloured

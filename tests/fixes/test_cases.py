"""Every fix in every format: the file before becomes the file after, and stays so."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ecolint.parsers.pythonic.syntax.grammar import decoded
from ecolint.source import SourceFile
from tests.conftest import Ecolint
from tests.fixes.cases import Case, cases, kept

CASES = cases()
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_fixed_file_is_the_file_after(case: Case, ecolint: Ecolint, tmp_path: Path) -> None:
    path = case.put_into(tmp_path)
    before = ecolint("scan", *case.options[:1], *case.selection, "--format", "json")
    wanted = {code for code in before.codes if code != "ECO902"}
    assert wanted

    outcome = ecolint("scan", "--fix", *case.options, *case.selection, "--format", "json")

    assert path.read_bytes() == case.after.read_bytes(), path.read_bytes().decode("utf-8", "replace")
    assert "Fixed" in outcome.stderr
    assert not wanted & set(outcome.codes)
    again = ecolint("scan", "--isolated", *case.selection, "--format", "json")
    assert not wanted & set(again.codes)


@every_case
def test_second_fix_changes_nothing(case: Case, ecolint: Ecolint, tmp_path: Path) -> None:
    path = case.put_into(tmp_path)
    shutil.copyfile(case.after, path)
    outcome = ecolint("scan", "--fix", *case.options, *case.selection)
    assert path.read_bytes() == case.after.read_bytes()
    assert "Fixed" not in outcome.stderr


@every_case
def test_result_still_reads(case: Case) -> None:
    data = case.after.read_bytes()
    text = decoded(SourceFile(case.after.name, data)).text
    suffix = case.after.suffix
    if suffix == ".py":
        ast.parse(text)
    elif suffix in (".json", ".ipynb"):
        json.loads(text)
    elif suffix in (".yaml", ".yml"):
        yaml = pytest.importorskip("yaml")
        assert yaml.safe_load(text)
    elif suffix == ".sh" and shutil.which("bash"):
        unix = data.replace(b"\r\n", b"\n")
        subprocess.run(["bash", "-n"], input=unix, check=True, timeout=20)
    if suffix == ".ipynb":
        nbformat = pytest.importorskip("nbformat")
        nbformat.validate(nbformat.reads(text, as_version=4))


@every_case
def test_diff_is_taken_by_git(case: Case, ecolint: Ecolint, tmp_path: Path) -> None:
    path = case.put_into(tmp_path)
    before = path.read_bytes()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=20)
    shown = subprocess.run(
        [sys.executable, "-m", "ecolint", "scan", "--diff", *case.options, *case.selection],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        env=_environment(),
    )
    assert path.read_bytes() == before
    assert shown.returncode in (0, 1)
    subprocess.run(["git", "apply", "-"], input=shown.stdout, cwd=tmp_path, check=True, timeout=20)
    assert path.read_bytes() == case.after.read_bytes()


@pytest.mark.parametrize("case", kept(), ids=lambda case: case.name)
def test_file_without_certain_edit_stays(case: Case, ecolint: Ecolint, tmp_path: Path) -> None:
    path = case.put_into(tmp_path)
    for _ in range(2):
        outcome = ecolint("scan", "--fix", *case.options, *case.selection)
        assert path.read_bytes() == case.before.read_bytes(), path.read_bytes().decode("utf-8", "replace")
        assert "Fixed" not in outcome.stderr
        assert "Traceback" not in outcome.stderr


def _environment() -> dict[str, str]:
    import os

    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def test_there_are_cases_for_every_rule_with_edits() -> None:
    assert len(CASES) > 50

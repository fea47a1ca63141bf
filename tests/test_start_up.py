"""What a command may import, and how much work a large tree makes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import INT8

HEAVY = ("libcst", "yaml", "rich", "jinja2", "tree_sitter", "packaging", "concurrent.futures", "hypothesis")
PROBE = """
import sys
from ecolint.cli.app import run
status = run(sys.argv[1:])
sys.stdout.flush()
print("MODULES", *sorted(sys.modules), file=sys.stderr)
"""


def modules_of(*arguments: str, cwd: object = None) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    return set(done.stderr.rpartition("MODULES")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_little_is_imported_to_say_the_version(arguments) -> None:
    loaded = modules_of(*arguments)
    assert not loaded & {*HEAVY, "ecolint.scanner", "ecolint.evidence"}


def test_scan_without_candidates_imports_no_parser(tmp_path) -> None:
    (tmp_path / "app.py").write_text("print(1)\n")
    (tmp_path / "values.yaml").write_text("a: 1\n")
    loaded = modules_of("scan", "--isolated", ".", cwd=tmp_path)
    assert not loaded & set(HEAVY)


def test_scan_of_python_never_imports_libcst(tmp_path) -> None:
    (tmp_path / "app.py").write_text(INT8)
    loaded = modules_of("scan", "--isolated", ".", cwd=tmp_path)
    assert "ecolint.rules.int8_default_threshold" in loaded
    assert not loaded & {"libcst", "yaml", "rich"}


def test_files_without_keyword_are_not_parsed(ecolint, write, monkeypatch) -> None:
    import ast

    for number in range(2_000):
        write(f"pkg{number % 40}/module{number}.py", f"def f{number}(x):\n    return x + {number}\n" * 40)
    for number in range(5):
        write(f"serve{number}.py")
    parsed = []
    real = ast.parse
    monkeypatch.setattr(ast, "parse", lambda *a, **k: parsed.append(1) or real(*a, **k))
    started = time.process_time()
    outcome = ecolint("scan", "--isolated", "--format", "json", "--jobs", "1", ".")
    spent = time.process_time() - started
    assert outcome.report["summary"]["files_scanned"] == 2_005
    assert outcome.report["summary"]["files_parsed"] == 5
    assert len(outcome.places("ECO001")) == 5
    assert 5 <= len(parsed) <= 10, "once to read, and once more to edit"
    if not os.environ.get("CI"):
        assert spent < 5, "a wild outlier, not a benchmark"

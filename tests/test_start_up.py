"""What a command may import, and how much work a large tree makes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import INT8

PATH = [str(Path(__file__).parent.parent), *(path for path in sys.path if path.endswith("-packages"))]

HEAVY = ("libcst", "yaml", "rich", "jinja2", "tree_sitter", "packaging", "concurrent.futures", "hypothesis")
LIBRARIES = {
    "ast", "click", "contextlib", "dataclasses", "enum", "fnmatch", "functools", "hashlib", "importlib.util", "inspect",
    "json", "libcst", "logging", "multiprocessing", "packaging", "pathlib", "pathspec", "pickle", "re", "rich", "shutil",
    "signal", "ssl", "subprocess", "tempfile", "threading", "tomli", "traceback", "typing", "urllib", "yaml",
}  # fmt: skip
"""What a scan without a candidate does without; each takes a millisecond or more to load."""
PROBE = """
import sys
before = set(sys.modules)
from ecolint.cli.entry import run
status = run(sys.argv[1:])
sys.stdout.flush()
print("MODULES", *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def modules_of(
    *arguments: str, cwd: object = None, statuses: tuple[int, ...] = (0,), **environment: str
) -> set[str]:
    """Modules that a run loads beyond those of the bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {PATH!r}\n{PROBE}", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode in statuses, done.stderr
    return set(done.stderr.rpartition("MODULES")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["scan", "--help"]])
def test_little_is_imported_to_say_the_version(arguments) -> None:
    loaded = modules_of(*arguments)
    assert not loaded & {*HEAVY, "ecolint.scanner", "ecolint.evidence", "ecolint.discovery.candidates"}


def test_a_finding_needs_no_library_of_other_runs(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(INT8)
    loaded = modules_of("scan", "a.py", "--no-cache", cwd=tmp_path, statuses=(0, 1))
    assert "ecolint.judge" in loaded
    other = {"datetime", "difflib", "pathlib", "pickle", "random", "shutil", "tempfile", "urllib"}
    assert not loaded & {*HEAVY, *other}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with files in which there is nothing to find."""
    root = tmp_path / "tree"
    root.mkdir()
    (root / "app.py").write_text("print(1)\n")
    (root / "values.yaml").write_text("a: 1\n")
    (root / "Dockerfile").write_text("FROM scratch\n")
    return root


def own(loaded: set[str]) -> set[str]:
    return {name for name in loaded if name.startswith("ecolint.")}


@pytest.mark.parametrize("words", [[], ["--isolated"], ["--format", "concise"], ["-q", "--jobs", "2"]])
def test_scan_without_candidates_imports_no_library(tree, words) -> None:
    loaded = modules_of("scan", "--no-cache", *words, ".", cwd=tree)
    assert not loaded & LIBRARIES
    assert own(loaded) <= {
        f"ecolint.{name}"
        for name in (
            "cli cli.checks cli.clean cli.entry cli.faults cli.looks cli.quick cli.running cli.scan_options "
            "discovery discovery.candidates discovery.file_names discovery.git discovery.gitindex discovery.gitlist "
            "discovery.kinds discovery.reading discovery.roots discovery.shebang discovery.trees discovery.walk "
            "exhaustion faults files parallel settings settings.search sieve sieve.search sieve.sifter sieve.vocabulary"
        ).split()
    }


def test_scan_of_one_clean_file_imports_no_library(tree) -> None:
    assert not modules_of("scan", "--no-cache", "app.py", cwd=tree) & LIBRARIES


def test_scan_of_a_repository_without_candidates_imports_no_library(tree) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
    subprocess.run(["git", "add", "-A"], cwd=tree, check=True)
    assert not modules_of("scan", "--no-cache", ".", cwd=tree) & LIBRARIES


def test_a_run_that_is_remembered_imports_next_to_nothing(tree, tmp_path) -> None:
    (tree / "serve.py").write_text(INT8)
    for path in [tree, *tree.rglob("*")]:
        os.utime(path, (1_600_000_000, 1_600_000_000))
    script = "import ecolint.cache.identity as one; one.JUST_NOW = 0\n"
    words = ("scan", ".")
    cache = {"ECOLINT_CACHE_DIR": str(tmp_path / "cache")}
    time.sleep(0.05)
    first = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {PATH!r}\n{script}{PROBE}", *words],
        cwd=tree, env={**os.environ, **cache}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert first.returncode == 0, first.stderr
    assert "ECO001" in first.stdout
    loaded = modules_of(*words, cwd=tree, **cache)
    assert not loaded & LIBRARIES
    assert own(loaded) <= {
        f"ecolint.{name}"
        for name in (
            "cache cache.build cache.holding cache.identity cache.memo cache.place cache.run cache.store cli cli.checks "
            "cli.entry cli.faults cli.looks cli.quick cli.running cli.scan_options digests discovery discovery.reading "
            "discovery.roots exhaustion faults files settings settings.search"
        ).split()
    }


def test_scan_of_python_never_imports_libcst(tmp_path) -> None:
    (tmp_path / "app.py").write_text(INT8)
    loaded = modules_of("scan", "--isolated", "--no-cache", ".", cwd=tmp_path)
    assert "ecolint.rules.int8_default_threshold" in loaded
    assert not loaded & {"libcst", "yaml", "rich", "click", "ssl", "urllib.request"}


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

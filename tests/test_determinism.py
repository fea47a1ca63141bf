"""The same input gives the same bytes, whatever else is different."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent
FIXTURES = PACKAGE / "tests" / "fixtures"
TIMES = re.compile(rb" in \d+\.\d\d s|\"seconds\": [\d.]+|time=\"[\d.]+\"")
FORMATS = ("text", "json", "sarif", "concise")


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The fixtures three times: plain, in a git repository, and written in another order."""
    top = tmp_path_factory.mktemp("same")
    folders = (
        "transformers",
        "vllm",
        "kubernetes",
        "notebook",
        "shell",
        "kustomize",
        "suppressions",
        "python",
        "compose",
    )
    files = sorted(path for name in folders for path in (FIXTURES / name).rglob("*") if path.is_file())
    found = {}
    for kind in ("plain", "repository", "reversed"):
        root = top / kind / "tree"
        for path in reversed(files) if kind == "reversed" else files:
            target = root / path.relative_to(FIXTURES)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        found[kind] = root
    if shutil.which("git"):
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
        for words in (["init", "-q"], ["add", "-A", "-f"], ["commit", "-qm", "m"]):
            subprocess.run([*git, *words], cwd=found["repository"], check=True, capture_output=True)
    return found


def output(root: Path, *words: str, target: str = ".", format: str = "json", **environment: str) -> bytes:
    """What a scan of a folder prints, without times."""
    done = subprocess.run(
        [sys.executable, "-m", "ecolint", "scan", "--isolated", "--format", format, *words, target],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(PACKAGE), **environment},
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return TIMES.sub(b"", done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS)
def test_same_bytes(trees: dict[str, Path], tmp_path: Path, format: str) -> None:
    root = trees["plain"]
    expected = output(root, "--no-cache", "--jobs", "1", format=format)
    assert expected.count(b"ECO0") > 20
    cache = {"ECOLINT_CACHE_DIR": str(tmp_path / "cache")}
    others = {
        "several workers": output(root, "--no-cache", "--jobs", "3", format=format),
        "more workers": output(root, "--no-cache", "--jobs", "8", format=format),
        "cold cache": output(root, format=format, **cache),
        "warm cache": output(root, format=format, **cache),
        "locale": output(root, "--no-cache", format=format, LC_ALL="C", PYTHONUTF8="1"),
        "time zone": output(root, "--no-cache", format=format, TZ="Asia/Kolkata"),
        "hash seed 0": output(root, "--no-cache", format=format, PYTHONHASHSEED="0"),
        "hash seed 77": output(root, "--no-cache", format=format, PYTHONHASHSEED="77"),
        "order of folders": output(trees["reversed"], "--no-cache", format=format),
        "spelling": output(root, "--no-cache", target="../tree/./", format=format),
        "absolute": output(root, "--no-cache", target=str(root), format=format),
        "repository": output(trees["repository"], "--no-cache", format=format),
        "no git": output(trees["repository"], "--no-cache", format=format, PATH=os.devnull),
    }
    assert [name for name, text in others.items() if text != expected] == []

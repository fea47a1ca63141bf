"""A tree with a folder that git ignores is remembered as a whole, too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import INT8

HOME = Path(__file__).parents[2]


def test_the_output_is_remembered_beside_an_ignored_folder(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    (root / "built").mkdir(parents=True)
    (root / "built" / "copy.py").write_text(INT8)
    (root / ".gitignore").write_text("built/\n")
    (root / "serve.py").write_text(INT8)
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    for path in (root, *root.rglob("*")):
        if ".git" not in path.relative_to(root).parts:
            os.utime(path, (1_700_000_000, 1_700_000_000))
    environment = {
        **os.environ,
        "PYTHONPATH": str(HOME),
        "ECOLINT_CACHE_DIR": str(tmp_path / "cache"),
        "ECOLINT_DEBUG": "1",
    }
    from ecolint.discovery.gitlist import ignored

    assert ignored(str(root), [str(root / "built"), str(root / ".git")]) == {str(root / "built")}
    words = [sys.executable, "-m", "ecolint", "scan", "."]
    runs = [
        subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    ]
    assert [done.returncode for done in runs] == [1, 1]
    assert runs[0].stdout.splitlines()[:-3] == runs[1].stdout.splitlines()[:-3]

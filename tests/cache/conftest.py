"""A small repository, scanned with the cache and without."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from ecolint.cache import identity
from ecolint.cli.entry import run
from ecolint.settings.files import load
from ecolint.settings.search import forget
from tests.conftest import INT8

SHELL = "vllm serve Qwen/Qwen2.5-1.5B --quantization bitsandbytes\n"
IMPORTING = INT8.replace("import torch\n", "import torch\nfrom constants import EIGHT\n").replace(
    "=True", "=EIGHT"
)
GIT = {
    **os.environ,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
TICK = 0.02
"""Seconds after which a file system tells a second change from a first one."""


def timeless(text: str) -> str:
    """A report without what it says of time."""
    return re.sub(r" in \d+\.\d\d s|\"seconds\": [\d.]+|time=\"[\d.]+\"", "", text)


class Repo:
    """A folder below which files are written and scanned."""

    def __init__(self, root: Path, cache: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.cache = cache
        self._capfd = capfd
        root.mkdir()

    def write(self, name: str, text: str | bytes = INT8) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.root, env=GIT, check=True, capture_output=True)

    def commit(self, message: str = "m") -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message, "--allow-empty")

    def scan(self, *words: str) -> tuple[int, str]:
        """Exit status and report, without times."""
        forget()
        load.cache_clear()
        self._capfd.readouterr()
        status = run(["scan", *words])
        out, err = self._capfd.readouterr()
        return status, timeless(out + err)

    def agree(self, *words: str) -> str:
        """The report, which must be the same without the cache, with it, and once more with it."""
        time.sleep(TICK)
        plain = self.scan("--no-cache", *words)
        assert self.scan(*words) == plain
        time.sleep(TICK)
        assert self.scan(*words) == plain
        return plain[1]


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Repo:
    """An empty git repository, a cache folder of its own, and trust in all but the latest changes."""
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    cache = tmp_path / "cache"
    monkeypatch.setenv("ECOLINT_CACHE_DIR", str(cache))
    monkeypatch.delenv("ECOLINT_NO_CACHE", raising=False)
    monkeypatch.setattr(identity, "JUST_NOW", 0)
    found = Repo(tmp_path / "repo", cache, capfd)
    monkeypatch.chdir(found.root)
    found.git("init", "-q")
    return found

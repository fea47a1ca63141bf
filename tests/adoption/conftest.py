"""A repository to work in, and the command line to run in it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ecolint.cli.app import run
from ecolint.settings.files import load
from ecolint.settings.search import forget

INT8 = """\
from transformers import AutoModelForCausalLM, BitsAndBytesConfig


def load_{name}():
    config = BitsAndBytesConfig(load_in_8bit=True)
    return AutoModelForCausalLM.from_pretrained("{model}", quantization_config=config)
"""
SMALL_NF4 = """\
#!/bin/sh
vllm serve {model} --quantization bitsandbytes --port {port}
"""


def git(folder: Path, *arguments: str) -> str:
    """Output of git in a folder, as somebody with a name."""
    name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ("git", *name, *arguments), cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return done.stdout


@dataclass
class Scan:
    """What one run of the command line gave."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def places(self) -> list[str]:
        return [f"{one['path']}:{one['line']} {one['rule']}" for one in self.report["findings"]]


@dataclass
class Tree:
    """A folder to work in."""

    root: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
        return target

    def ecolint(self, *arguments: str, cwd: str = ".") -> Scan:
        self.monkeypatch.chdir(self.root / cwd)
        forget()
        load.cache_clear()
        self.capsys.readouterr()
        status = run(list(arguments))
        captured = self.capsys.readouterr()
        return Scan(status, captured.out, captured.err)

    def scan(self, *arguments: str, cwd: str = ".") -> Scan:
        """`ecolint scan --format json`."""
        return self.ecolint("scan", "--format", "json", *arguments, cwd=cwd)

    def commit(self, message: str = "work") -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "-m", message)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tree:
    """An empty git repository."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "no-such-file"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    return Tree(root, monkeypatch, capsys)

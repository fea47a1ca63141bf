"""Shared helpers: a scan through the command line, as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from ecolint.cli.app import run

hypothesis_settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis_settings.load_profile("steady")

INT8 = """import torch
from transformers import AutoModelForCausalLM, BitsAndBytesConfig

config = BitsAndBytesConfig(load_in_8bit=True)
model = AutoModelForCausalLM.from_pretrained("mistralai/Mistral-7B-v0.1", quantization_config=config)
model.generate(torch.ones(1, 1))
"""


@pytest.fixture(autouse=True, scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder for all tests, in place of the user's own."""
    folder = tmp_path_factory.mktemp("cache", numbered=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECOLINT_CACHE_DIR", str(folder))
        yield folder


@dataclass(frozen=True)
class Outcome:
    """What one run of the command line gave."""

    status: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        return json.loads(self.stdout)

    @property
    def codes(self) -> list[str]:
        return [finding["rule"] for finding in self.report["findings"]]

    def places(self, code: str) -> list[tuple[str, int, int]]:
        return [(f["path"], f["line"], f["column"]) for f in self.report["findings"] if f["rule"] == code]


Ecolint = Callable[..., Outcome]


@pytest.fixture
def ecolint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ecolint:
    """Runs ecolint in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Outcome:
        capfd.readouterr()
        status = run([str(word) for word in arguments])
        out, err = capfd.readouterr()
        return Outcome(status, out, err)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below the empty folder."""

    def call(name: str, content: str | bytes = INT8) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return call

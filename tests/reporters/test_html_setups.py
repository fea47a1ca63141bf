"""The HTML report shows models of setups in which nothing was found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PLAIN = """from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-3B-Instruct", torch_dtype="float16")
"""


@pytest.mark.parametrize("words", [["--format=html"], ["--output=html=out"], ["--output", "out.html"]])
def test_a_model_without_a_finding_is_on_the_page(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "serve.py").write_text(PLAIN)

    def scan(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ecolint", "scan", "--isolated", ".", *words],
            cwd=tmp_path,
            env={"PYTHONPATH": str(HOME), "PATH": "", "ECOLINT_CACHE_DIR": str(tmp_path.parent / "cache")},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    scan()
    printed = scan(*words)
    written = [path.read_text(encoding="utf-8") for path in tmp_path.glob("out*")]
    assert "Qwen2.5-3B-Instruct" in "".join([printed, *written])

"""What the plotting commands print at several widths; `python -m tests.plots` writes the expected output anew."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path

from ecolint.cli.app import run

FOLDER = Path(__file__).parent
WIDTHS = (60, 80, 100, 140, 200)
COMMANDS = {
    "evidence-5090-nf4": ("evidence", "--plot", "--gpu", "RTX 5090", "--precision", "nf4"),
    "evidence-4090d-yi": ("evidence", "--plot", "--gpu", "RTX 4090D", "--model", "Yi-1.5-6B"),
    "compare-a800": (
        *("compare", "--plot", "--gpu", "A800", "--model", "Mistral-7B"),
        *("--precision", "fp16,nf4,int8,int8-pure"),
    ),
    "compare-cards": (
        *("compare", "--plot", "--gpu", "RTX 4090D,RTX 5090,T4", "--model", "Qwen2-7B", "--precision", "nf4"),
    ),
}


def printed(command: tuple[str, ...]) -> str:
    """What a command prints; of a comparison, the part down to the chart's end."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        assert run(list(command)) == 0
    out.seek(0)
    return out.read().partition("\nCells:\n")[0]


def path_of(name: str, width: int) -> Path:
    return FOLDER / f"{name}-{width}.txt"

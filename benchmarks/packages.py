"""Environments and packages, by pip."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path


def environment(folder: Path) -> Path:
    """A virtual environment with pip, made where it is not there yet; the path of its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True, clear=True, symlinks=True)
    return python


def pip(python: Path, *words: str) -> None:
    """Run pip of an environment. Raises subprocess.CalledProcessError."""
    command, *options = words
    subprocess.run([python, "-m", "pip", command, "-qq", "--disable-pip-version-check", *options], check=True)


def output(program: Path, *words: str) -> bytes:
    """Standard output of a program. Raises subprocess.CalledProcessError."""
    return subprocess.run([program, *words], check=True, capture_output=True).stdout

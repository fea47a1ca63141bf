"""The few files that a commit hook would name."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.corpora import Corpus

FILES = Path(__file__).parent / "files"
CLEAN, FINDING = "clean.py", "finding.py"
FIVE = [f"clean{number}.py" for number in range(1, 5)]


def make(folder: Path, _work: Path) -> None:
    """Fill a folder with a clean file, one with one finding, and copies of the clean one."""
    for name in (CLEAN, FINDING):
        shutil.copyfile(FILES / name, folder / name)
    for name in FIVE:
        shutil.copyfile(FILES / CLEAN, folder / name)


CORPUS = Corpus("files", "files", make)
CASES = {
    "one clean file": [CLEAN],
    "one file with one finding": [FINDING],
    "five files": [*FIVE, FINDING],
}
"""Files by what a hook is given."""

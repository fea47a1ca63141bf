"""Files before and after their fixes, under tests/fixtures_fixed/CASE/before.NAME and after.NAME.

A case whose name begins with `safe_` is fixed with --fix alone, others with --unsafe-fixes as well; `select_`
switches on every rule. A folder with `kept.NAME` is a file that no fix may change, or whose fixes would undo each
other. Other files of the folder stand beside the fixed one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent / "fixtures_fixed"
NAMED = ("before.", "after.", "kept.")


@dataclass(frozen=True)
class Case:
    """One file with what its fixes must make of it."""

    name: str
    before: Path
    after: Path
    beside: tuple[Path, ...]

    @property
    def file_name(self) -> str:
        rest = self.before.name.partition(".")[2]
        return f".{rest}" if rest == "env" else rest

    @property
    def options(self) -> list[str]:
        unsafe = [] if self.name.startswith("safe_") else ["--unsafe-fixes"]
        return ["--isolated", *unsafe]

    @property
    def selection(self) -> list[str]:
        return ["--select", "ECO"] if self.name.startswith("select_") else []

    def put_into(self, folder: Path) -> Path:
        """Copy the file as it was, and what stands beside it, into a folder."""
        for other in self.beside:
            shutil.copy(other, folder / other.name)
        path = folder / self.file_name
        shutil.copyfile(self.before, path)
        return path


def cases() -> list[Case]:
    """All cases that are fixed, by name."""
    return [case for case in _every() if case.before != case.after]


def kept() -> list[Case]:
    """All cases that stay as they are, by name."""
    return [case for case in _every() if case.before == case.after]


def _every() -> Iterator[Case]:
    for folder in sorted(path for path in ROOT.iterdir() if path.is_dir()):
        before = next(path for path in folder.iterdir() if path.name.startswith(("before.", "kept.")))
        after = folder / before.name.replace("before.", "after.", 1)
        beside = tuple(path for path in folder.iterdir() if not path.name.startswith(NAMED))
        yield Case(folder.name, before, after, beside)

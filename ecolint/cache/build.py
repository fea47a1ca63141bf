"""Which program has found what is remembered.

The version alone does not tell: a program installed from a branch keeps its version from commit to commit.
"""

from __future__ import annotations

import os

from ecolint import __version__
from ecolint.digests import hexadecimal

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def build() -> tuple[str, object]:
    """The version of this program, and what tells it from others of the same version; None where nothing does."""
    above = os.path.dirname(PACKAGE)
    if os.access(os.path.join(above, "pyproject.toml"), os.F_OK):
        return __version__, _newest_change()
    return __version__, _record(os.path.join(above, f"ecolint-{__version__}.dist-info", "RECORD"))


def _record(path: str) -> str | None:
    """A digest of the digests of all installed files, which installers write."""
    try:
        with open(path, "rb", buffering=0) as file:
            return hexadecimal("blake2b", file.read())
    except OSError:
        return None


def _newest_change() -> int:
    """When the source tree that the program runs from last changed, in nanoseconds."""
    newest = 0
    stack = [PACKAGE]
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in entries:
                if entry.name == "__pycache__":
                    continue
                newest = max(newest, entry.stat().st_mtime_ns)
                if entry.is_dir():
                    stack.append(entry.path)
    return newest

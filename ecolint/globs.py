"""Globs on `/`-separated paths, with the meaning they have in .gitignore files."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=256)
def _compiled(glob: str) -> Any:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([glob])


def matches(path: str, glob: str) -> bool:
    """Whether a relative path, or a folder above it, matches: `build`, `src/**/*.py`, `/top.py`."""
    return bool(_compiled(glob).match_file(path))

"""What was perhaps meant by a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def alike(word: str, known: Iterable[str], *, most: int, cutoff: float = 0.6) -> list[str]:
    """The known names that look like a word, whatever its case, closest first; `cutoff` is 1 for the same only."""
    names = {name.lower(): name for name in known}
    return [names[close] for close in difflib.get_close_matches(word.lower(), names, n=most, cutoff=cutoff)]

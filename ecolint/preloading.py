"""Loading what a scan takes while other processes still read files."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.parsers.registry import format_of
from ecolint.pipeline import load_reader

_LOADED: set[str] = set()


def load_for(candidates: Mapping[str, bytes | None]) -> None:
    """Load the readers of files with these paths and bytes, unless these tell that there is nothing to judge."""
    for path, data in candidates.items():
        kind = format_of(path)
        if kind is None or kind.name in _LOADED:
            continue
        if data is None or kind.tells is None or kind.tells(data):
            _LOADED.add(kind.name)
            load_reader(kind)

"""Loading what a scan takes while other processes still read files."""

from __future__ import annotations

from collections.abc import Iterable

from ecolint.parsers.registry import format_of
from ecolint.pipeline import load_reader


def load_for(paths: Iterable[str]) -> None:
    """Load the readers of files with these paths."""
    for path in paths:
        kind = format_of(path)
        if kind is not None:
            load_reader(kind)

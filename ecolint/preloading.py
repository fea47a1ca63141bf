"""Loading what a scan takes while other processes still read files."""

from __future__ import annotations

from ecolint.discovery.kinds import MODULE_ENDINGS, sure_ending
from ecolint.sieve.document_glance import may_be_judged

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_LOADED: set[str] = set()
"""Endings of files whose reader is loaded; the empty one stands for all names that tell more than their ending."""


def load_for(candidates: Mapping[str, bytes | None]) -> None:
    """Load the readers of files with these paths and bytes, unless a glance tells that there is nothing to judge."""
    for path, data in candidates.items():
        ending = sure_ending(path.lower())
        if ending in _LOADED:
            continue
        if data is None or ending in MODULE_ENDINGS or may_be_judged(data):
            _LOADED.add(ending)
            _load_for(path)


def _load_for(path: str) -> None:
    from ecolint.parsers.registry import format_of
    from ecolint.pipeline import load_reader

    kind = format_of(path)
    if kind is not None:
        load_reader(kind)

"""Where the rows come from, and under which licence."""

from __future__ import annotations

from functools import cache

from ecolint.evidence.tables import table
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One source of rows."""

    source_id: str
    title: str
    url_or_doi: str
    date: str
    licence: str
    covers: str


@cache
def sources() -> tuple[Source, ...]:
    """Every source, in file order."""
    return tuple(Source(**dict(cells)) for cells in table("sources"))


def source(source_id: str) -> Source:
    """The source of that id. Raises KeyError."""
    return {one.source_id: one for one in sources()}[source_id]

"""Several limits of one model in a file: they are tried one after the other, or chosen one by one."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.finding import FoundSetup
from ecolint.inference import InferenceSetup
from ecolint.records import replace

FEWEST = 3
"""Different limits of one model in one file that make a sweep; two may be of two services."""
TRIED = "one of several limits that this file gives the model"


def told(found: Sequence[FoundSetup]) -> list[FoundSetup]:
    """The setups of a file, with limits that are part of a sweep under that condition."""
    limits: dict[tuple[str, str], set[int]] = {}
    for item in found:
        key = _swept(item.setup)
        if key is not None:
            limits.setdefault(key, set()).add(item.setup.batch_limit.value or 0)
    return [_told(item, limits) for item in found]


def _swept(setup: InferenceSetup) -> tuple[str, str] | None:
    """What a limit is tried with; None where that, or the limit, is not known."""
    model = setup.model.value if setup.model.is_known else None
    return (setup.framework, model) if model and setup.batch_limit.is_known else None


def _told(item: FoundSetup, limits: dict[tuple[str, str], set[int]]) -> FoundSetup:
    key = _swept(item.setup)
    limit = item.setup.batch_limit
    if key is None or len(limits[key]) < FEWEST or limit.when is not None:
        return item
    return replace(item, setup=replace(item.setup, batch_limit=replace(limit, when=TRIED)))

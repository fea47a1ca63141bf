"""The output of a whole run, printed again while nothing that it rests on has changed."""

from __future__ import annotations

import time

from ecolint.cache import store
from ecolint.cache.holding import still_holds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ecolint.cache.memory import Memory
    from ecolint.settings.search import Scope

LARGEST = 8_000_000
"""Characters; a longer output is not kept."""


def recalled(path: str, started: float) -> tuple[str, int] | None:
    """The text that the same run printed before, with the time since it `started`, and its exit status."""
    data = store.read(path)
    try:
        watched, before, after, status = data
        if not (isinstance(before, str) and status in (0, 1) and still_holds(watched)):
            return None
    except (TypeError, ValueError):
        return None
    return (
        f"{before}{timing(time.perf_counter() - started)}{after}" if after is not None else before
    ), status


def timing(seconds: float) -> str:
    """How a report tells its time."""
    return f" in {seconds:.2f} s\n"


def keep(path: str, text: str, seconds: float, status: int, memory: Memory, scope: Scope) -> bool:
    """Remember what a run has printed; false where that cannot be done."""
    if len(text) > LARGEST:
        return False
    before, told, after = text.rpartition(timing(seconds))
    from ecolint.cache.watch import Unwatchable, watch

    try:
        watched = watch(memory, scope)
    except Unwatchable:
        return False
    return store.write(path, (watched, before, after, status) if told else (watched, text, None, status))

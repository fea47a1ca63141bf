"""A progress bar on stderr, for scans that take long and somebody who watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 1.5
"""Seconds without a bar; most scans are over by then."""


def is_watched(quiet: bool) -> bool:
    """Whether somebody would see the bar."""
    return not quiet and sys.stderr.isatty()


def shown(items: Iterable[T], total: int, patience: float = PATIENCE) -> Iterator[T]:
    """The items, with a bar from when they have taken some time; the bar is gone when they end."""
    started = time.monotonic()
    bar: Any = None
    done = 0
    try:
        for item in items:
            done += 1
            if bar is not None:
                bar.update(bar.task_ids[0], completed=done)
            elif time.monotonic() - started > patience and done < total:
                bar = _started(done, total)
            yield item
    finally:
        if bar is not None:
            bar.stop()


def _started(done: int, total: int) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("scanning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("scanning", completed=done, total=total)
    bar.start()
    return bar

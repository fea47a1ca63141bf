"""Peak memory of a command with all its processes, by looking often."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import Command, Environment, check, start

INTERVAL = 0.002
"""Seconds between two looks."""


def can_measure() -> bool:
    """Whether this system tells what is needed: Linux with `smaps_rollup` and `children` under /proc."""
    own = Path("/proc/self")
    return (own / "smaps_rollup").exists() and (own / "task" / str(os.getpid()) / "children").exists()


def peak(command: Command, variables: Environment) -> int:
    """Most memory, in bytes, that a command's processes had at one time.

    Counted are their own pages, one shared by several of them once, and the mapped files of the one that maps
    most. A peak shorter than the interval can be missed. Raises CommandFailed.
    """
    process = start(command, variables)
    most = 0
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            break
        parts = [part for member in _family(process) if (part := _memory(member))]
        if parts:
            most = max(most, sum(own for own, _ in parts) + max(mapped for _, mapped in parts))
        time.sleep(INTERVAL)
    check(command, status)
    return most


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            children = Path(f"/proc/{process}/task/{thread}/children").read_text(encoding="ascii")
            for child in children.split():
                yield from _family(int(child))
    except OSError:
        return


def _memory(process: int) -> tuple[int, int] | None:
    """Bytes of a process's own pages, shared ones in proportion, and of its mapped files; None if it is gone."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return None
    sizes = {words[0]: int(words[1]) * 1024 for line in text.splitlines()[1:] if (words := line.split())}
    own = sizes.get("Pss_Anon:", 0) + sizes.get("Pss_Shmem:", 0)
    return own, sizes.get("Rss:", 0) - sizes.get("Anonymous:", 0)

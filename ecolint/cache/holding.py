"""Whether all that an output rests on is as it was."""

from __future__ import annotations

import os

from ecolint.cache.identity import STATUS, packed

Part = tuple[str, str, bytes]
"""A folder, the paths below it with NUL between them, and their packed statuses one after the other."""
Watched = tuple[list[Part], list[tuple[str, bytes]]]
"""Parts, and single paths, whose links are followed, with their packed status, which is empty where there is none."""


def still_holds(watched: Watched) -> bool:
    """Whether everything is as it was."""
    parts, single = watched
    try:
        for path, known in single:
            if status_of(path) != known:
                return False
        lstat = os.lstat
        here = os.getcwd() + os.sep
        for folder, names, statuses in parts:
            below = folder.removeprefix(here)
            at = 0
            for name in names.split("\0"):
                if packed(lstat(below + name)) != statuses[at : at + STATUS]:
                    return False
                at += STATUS
    except (OSError, ValueError):
        return False
    return True


def status_of(path: str) -> bytes:
    """Packed status of what a path leads to; empty where it leads to nothing."""
    try:
        return packed(os.stat(path))
    except (OSError, ValueError):
        return b""

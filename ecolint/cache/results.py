"""What was found out about each file of a tree, by the file's path and content."""

from __future__ import annotations

import os

from ecolint.cache import store
from ecolint.cache.identity import STATUS, is_recent, name_of_blob

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    BlobOf = Callable[[str, os.stat_result], bytes | None]

NOTHING, CANDIDATE, NO_SCRIPT = 0, 1, 2
MOST_FILES = 400_000
UNTRUSTED = bytes(STATUS)
"""The packed status of no file: of one that may change without its own telling."""
MOST_VERSIONS = 4
"""Results that are kept for different contents of one path, so that a change of branch and back costs nothing."""


class Remembered:
    """What is known of one tree, for runs with the same choices.

    `stats` maps a path to its packed status, a byte that says whether it is a candidate, and the name of its content
    where that is known; `doubtful` are paths of files that this run has not met, though it knew of them.
    `former` maps a path to such bytes with such names, of contents that it had before. `results` maps a path to its
    results, the latest first: name of the content, stamp of the settings, the day for which it holds or None, what
    was asked of other files, and the packed report as bytes.
    """

    __slots__ = ("_changed", "_path", "doubtful", "former", "results", "started", "stats")

    def __init__(self, path: str, started: int) -> None:
        self._path = path
        self._changed = False
        self.doubtful: set[str] = set()
        self.started = started
        data = store.read(path)
        if not (isinstance(data, tuple) and len(data) == 3 and all(isinstance(part, dict) for part in data)):
            data = ({}, {}, {})
        self.stats: dict[str, bytes] = data[0]
        self.former: dict[str, tuple[bytes, ...]] = data[1]
        self.results: dict[str, list[tuple[Any, ...]]] = data[2]

    def verdict(
        self, path: str, status: os.stat_result, now: bytes, blob_of: BlobOf
    ) -> tuple[int | None, bytes]:
        """Whether a file of this status, `now` when packed, is a candidate (None where that is not known), and the
        name of its content (empty where that is not known). `blob_of` tells what git knows of it."""
        known = self.stats.get(path)
        if known is not None and known[:STATUS] == now:
            return known[STATUS], known[STATUS + 1 :]
        blob = blob_of(path, status)
        if blob is None:
            return None, b""
        name = name_of_blob(blob, status)
        for verdict in (known[STATUS:], *self.former.get(path, ())) if known is not None else ():
            if verdict[1:] == name:
                self.learn(path, now, verdict[0], name)
                return verdict[0], name
        return None, name

    def learn(self, path: str, status: bytes, flag: int, name: bytes) -> None:
        """Take in whether a file is a candidate, as it was when it had this packed status."""
        self._changed = True
        verdict = bytes((flag,)) + name
        known = self.stats.get(path)
        if known is not None and known[STATUS + 1 :] not in (b"", name):
            others = [one for one in self.former.get(path, ()) if one[1:] not in (name, known[STATUS + 1 :])]
            self.former[path] = (known[STATUS:], *others)[:MOST_VERSIONS]
        self.stats[path] = (UNTRUSTED if is_recent(status, self.started) else status) + verdict

    def doubt(self, path: str) -> None:
        """Note that there is no such regular file any more."""
        self.doubtful.add(path)

    def status(self, path: str) -> bytes | None:
        """Packed status of a file that this run has met, if it will not change unseen."""
        known = self.stats.get(path)
        if known is None or path in self.doubtful or known.startswith(UNTRUSTED):
            return None
        return known[:STATUS]

    def result(self, path: str, name: bytes, stamp: str, day: str) -> tuple[Any, Any] | None:
        """What the file with this content asked of others, and its packed report."""
        for entry in self.results.get(path, ()):
            if entry[0] == name and entry[1] == stamp and entry[2] in (None, day):
                return entry[3], entry[4]
        return None

    def keep(self, path: str, name: bytes, stamp: str, day: str | None, asked: Any, report: Any) -> None:
        """Remember the result of a file."""
        self._changed = True
        others = [entry for entry in self.results.get(path, ()) if entry[:2] != (name, stamp)]
        self.results[path] = [(name, stamp, day, asked, report), *others[: MOST_VERSIONS - 1]]

    def save(self, gone: set[str]) -> bool:
        """Write what changed, without what is known of files that are gone; false where that cannot be done."""
        if not self._changed and not gone:
            return True
        for path in gone:
            self.stats.pop(path, None)
        for kept in (self.stats, self.former, self.results):
            while len(kept) > MOST_FILES:
                kept.pop(next(iter(kept)))
        return store.write(self._path, (self.stats, self.former, self.results))

"""The tree that a scanned file belongs to, for what one file says of another.

Constants imported from another module, a kustomize base, an `env_file`, the versions in a requirement file:
all are read through `Repository.read`, which never leaves the root.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from ecolint.cache.answers import LISTED, READ, Question, answer_to_listed, answer_to_read
from ecolint.discovery.reading import read_file
from ecolint.source import SourceFile

T = TypeVar("T")

SIZE_LIMIT = 2_000_000
"""Bytes; a larger file is not read on behalf of another one."""


def upward(folder: str) -> Iterator[str]:
    """A folder and those around it, up to the root."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


class Repository:
    """Read access below `root`, a directory; `None` for a single text that belongs to no tree.

    With `recording` it notes what is asked of it, for results that are remembered.
    """

    def __init__(self, root: str | None, *, recording: bool = False) -> None:
        self.root = os.path.realpath(root) if root is not None else None
        self._read = lru_cache(maxsize=512)(self._read_uncached)
        self._list = lru_cache(maxsize=512)(self._list_uncached)
        self._answers: dict[Question, bytes] | None = {} if recording else None
        self._known: dict[object, tuple[Any, dict[Question, bytes]]] = {}

    def __reduce__(self) -> tuple[type[Repository], tuple[str | None]]:
        return Repository, (self.root,)

    def read(self, path: str) -> SourceFile | None:
        """The file at a path relative to the root, `/`-separated.

        None where there is no such regular file, where it is too large, unreadable, or where the path or a
        symbolic link leads out of the root.
        """
        source = self._read(path)
        if self._answers is not None and (READ, path) not in self._answers:
            self._answers[READ, path] = answer_to_read(source.data if source is not None else None)
        return source

    def list(self, folder: str) -> tuple[str, ...]:
        """Sorted names of the entries of a folder relative to the root; empty where it cannot be read."""
        names = self._list(folder)
        if self._answers is not None and (LISTED, folder) not in self._answers:
            self._answers[LISTED, folder] = answer_to_listed(names)
        return names

    def remembered(self, key: object, compute: Callable[[], T]) -> T:
        """The result of a computation that reads from this repository and is made once for each key."""
        if key not in self._known:
            outer = self._answers
            self._answers = {} if outer is not None else None
            try:
                value = compute()
            finally:
                own, self._answers = self._answers, outer
            self._known[key] = value, own or {}
        value, answers = self._known[key]
        if self._answers is not None:
            self._answers |= answers
        return cast("T", value)

    def take_answers(self) -> Mapping[Question, bytes]:
        """What was asked since the last call, with the answers; nothing where they are not recorded."""
        answers, self._answers = self._answers, {} if self._answers is not None else None
        return answers or {}

    def _resolve(self, path: str) -> str | None:
        if self.root is None:
            return None
        named = os.path.join(self.root, path)
        if not os.path.exists(named):
            return None
        try:
            full = os.path.realpath(named)
        except (OSError, ValueError):
            return None
        inside = full == self.root or full.startswith(self.root.rstrip(os.sep) + os.sep)
        return full if inside else None

    def _read_uncached(self, path: str) -> SourceFile | None:
        full = self._resolve(path)
        if full is None:
            return None
        try:
            data = read_file(full, limit=SIZE_LIMIT)
        except (OSError, ValueError):
            return None
        return SourceFile(path, data) if data is not None else None

    def _list_uncached(self, folder: str) -> tuple[str, ...]:
        full = self._resolve(folder)
        if full is None:
            return ()
        try:
            return tuple(sorted(os.listdir(full)))
        except (OSError, ValueError):
            return ()

"""The tree that a scanned file belongs to, for what one file says of another.

Constants imported from another module, a kustomize base, an `env_file`, the versions in a requirement file:
all are read through `Repository.read`, which never leaves the root.
"""

from __future__ import annotations

import os
from functools import lru_cache

from ecolint.files import read_regular
from ecolint.source import SourceFile

SIZE_LIMIT = 2_000_000
"""Bytes; a larger file is not read on behalf of another one."""


class Repository:
    """Read access below `root`, a directory; `None` for a single text that belongs to no tree."""

    def __init__(self, root: str | None) -> None:
        self.root = os.path.realpath(root) if root is not None else None
        self._read = lru_cache(maxsize=512)(self._read_uncached)
        self._list = lru_cache(maxsize=512)(self._list_uncached)

    def __reduce__(self) -> tuple[type[Repository], tuple[str | None]]:
        return Repository, (self.root,)

    def read(self, path: str) -> SourceFile | None:
        """The file at a path relative to the root, `/`-separated.

        None where there is no such regular file, where it is too large, unreadable, or where the path or a
        symbolic link leads out of the root.
        """
        return self._read(path)

    def list(self, folder: str) -> tuple[str, ...]:
        """Sorted names of the entries of a folder relative to the root; empty where it cannot be read."""
        return self._list(folder)

    def _resolve(self, path: str) -> str | None:
        if self.root is None:
            return None
        try:
            full = os.path.realpath(os.path.join(self.root, path))
        except (OSError, ValueError):
            return None
        inside = full == self.root or full.startswith(self.root.rstrip(os.sep) + os.sep)
        return full if inside else None

    def _read_uncached(self, path: str) -> SourceFile | None:
        full = self._resolve(path)
        if full is None:
            return None
        try:
            data = read_regular(full, SIZE_LIMIT)
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

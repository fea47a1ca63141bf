"""Which files to look at: the walk below the paths that a user names, and the sieve on raw bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

SKIPPED_FOLDERS = frozenset(
    (
        ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".tox", ".nox", ".venv", ".direnv", ".eggs",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints", ".terraform",
    )
)  # fmt: skip
SIZE_LIMIT = 20_000_000
"""Bytes; larger files are not read, and said to be where they hold a keyword."""
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
HEAD = 256
"""Bytes of a file without a telling name that are looked at for a `#!` line."""


class PathError(Exception):
    """A path that was named and cannot be scanned."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to scan: absolute path, root of the tree it belongs to, whether it was named itself."""

    path: str
    root: str
    named: bool = False

    @property
    def relative(self) -> str:
        """Path below the root, `/`-separated."""
        return os.path.relpath(self.path, self.root).replace(os.sep, "/")


@lru_cache(maxsize=4096)
def repository_root(folder: str) -> str | None:
    """Nearest folder, from an absolute one upward, that holds a `.git` folder or file."""
    if os.path.lexists(os.path.join(folder, ".git")):
        return folder
    above = os.path.dirname(folder)
    return repository_root(above) if above != folder else None


def discover(paths: Iterable[str], respect_gitignore: bool = True) -> Iterator[Found]:
    """Files below the named paths, sorted, each once. Raises PathError for a path that is not there."""
    seen: set[str] = set()
    for named in paths:
        absolute = os.path.abspath(named)
        try:
            mode = os.stat(absolute).st_mode
        except OSError as error:
            raise PathError(f"{named}: {error.strerror or error}") from None
        if stat.S_ISDIR(mode):
            root = repository_root(absolute) or absolute
            files: Iterable[Found] = (Found(path, root) for path in _walk(absolute, root, respect_gitignore))
        else:
            folder = os.path.dirname(absolute)
            files = (Found(absolute, repository_root(folder) or _below_cwd(folder), named=True),)
        for item in files:
            if item.path not in seen:
                seen.add(item.path)
                yield item


def _below_cwd(folder: str) -> str:
    here = os.getcwd()
    return here if folder == here or folder.startswith(here.rstrip(os.sep) + os.sep) else folder


def _walk(top: str, root: str, respect_gitignore: bool) -> Iterator[str]:
    ignores = _IgnoreFiles(root) if respect_gitignore else None
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        folders = []
        for entry in listed:
            try:
                is_folder = entry.is_dir(follow_symlinks=False)
                is_file = entry.is_file(follow_symlinks=False)
            except OSError:
                continue
            if is_folder:
                if entry.name in SKIPPED_FOLDERS or (ignores and ignores.match(entry.path, True)):
                    continue
                if os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
                    continue
                folders.append(entry.path)
            elif is_file and not (ignores and ignores.match(entry.path, False)):
                yield entry.path
        stack.extend(reversed(folders))


class _IgnoreFiles:
    """The .gitignore files of a tree, from its root down to a path."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._spec = lru_cache(maxsize=None)(self._read)
        self._chain = lru_cache(maxsize=None)(self._specs_above)

    def _read(self, path: str) -> Any:
        try:
            with open(path, encoding="utf-8", errors="replace") as handle:
                lines = [line.rstrip("\n") for line in handle]
        except OSError:
            return None
        if not any(line.strip() and not line.startswith("#") for line in lines):
            return None
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(lines)

    def _specs_above(self, folder: str) -> tuple[tuple[str, Any], ...]:
        own = self._spec(os.path.join(folder, ".gitignore"))
        here = ((folder, own),) if own is not None else ()
        if folder == self._root or not folder.startswith(self._root):
            exclude = self._spec(os.path.join(folder, ".git", "info", "exclude"))
            return here + (((folder, exclude),) if exclude is not None else ())
        return here + self._chain(os.path.dirname(folder))

    def match(self, path: str, is_folder: bool) -> bool:
        """Whether the nearest .gitignore file that speaks of the path leaves it out."""
        for folder, spec in self._chain(os.path.dirname(path)):
            relative = os.path.relpath(path, folder).replace(os.sep, "/") + ("/" if is_folder else "")
            included = spec.check_file(relative).include
            if included is not None:
                return bool(included)
        return False


def passed_over(path: str, top: str, respect_gitignore: bool = True) -> bool:
    """Whether the walk of an absolute folder never comes to a file below it, by the folders on the way or by
    .gitignore files."""
    ignores = _IgnoreFiles(repository_root(top) or top) if respect_gitignore else None
    folder = top
    for name in os.path.relpath(os.path.dirname(path), top).split(os.sep):
        if name == os.curdir:
            continue
        folder = os.path.join(folder, name)
        if name in SKIPPED_FOLDERS or os.path.exists(os.path.join(folder, "pyvenv.cfg")):
            return True
        if ignores is not None and ignores.match(folder, True):
            return True
    return ignores is not None and ignores.match(path, False)


def read_file(path: str) -> bytes | None:
    """Bytes of a regular file; None where it is none or larger than the limit. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > SIZE_LIMIT:
            return None
        with open(descriptor, "rb", closefd=False) as handle:
            return handle.read()
    finally:
        os.close(descriptor)


@cache
def _keywords() -> tuple[bytes, ...]:
    from ecolint.frameworks.registry import anchors
    from ecolint.parsers.registry import formats
    from ecolint.suppressions import MARK

    own = {anchor for item in formats() for anchor in item.anchors}
    return tuple(sorted({*anchors(), *own, MARK}))


@cache
def _search() -> Callable[[bytes], bool]:
    """Whether bytes hold any keyword; by automaton where its library is there, one by one where it is not."""
    keywords = _keywords()
    try:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind
    except ImportError:
        return lambda data: any(keyword in data for keyword in keywords)
    automaton = BytesAhoCorasick(list(keywords), matchkind=MatchKind.LeftmostFirst)
    return lambda data: bool(automaton.find_matches_as_indexes(data))


def is_candidate(data: bytes) -> bool:
    """Whether the bytes hold a keyword of any framework or format, in UTF-8, UTF-16 or UTF-32."""
    if data.startswith(WIDE_BOMS):
        data = data.replace(b"\0", b"")
    return _search()(data)

"""The walk through a folder that leaves out what .gitignore files leave out."""

from __future__ import annotations

import os
import sys

from ecolint.discovery.reading import GONE, read_file
from ecolint.exhaustion import is_exhausted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecolint.discovery.globs import Glob

    Ignores = tuple[Glob, ...]

SKIPPED_FOLDERS = frozenset(
    (
        ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".tox", ".nox", ".venv", ".direnv", ".eggs",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints", ".terraform",
    )
)  # fmt: skip
ENVIRONMENT = "pyvenv.cfg"
"""A file that makes a folder a virtual environment, which is not entered unless it is named itself."""
IGNORE_FILE_LIMIT = 4_000_000


def walk(top: str, ignores: IgnoreFiles | None) -> Iterator[tuple[str, list[str]]]:
    """Each absolute folder from `top` down, with the names of the regular files in it that are not ignored.

    Symbolic links are not followed. Of folders that cannot be listed, and of virtual environments, no file is told.
    """
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except OSError as error:
            if is_exhausted(error):
                raise
            _tell(folder, error)
            listed = []
        if folder != top and any(entry.name == ENVIRONMENT for entry in listed):
            listed = []
        files = []
        for entry in listed:
            name = entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if name not in SKIPPED_FOLDERS and not (ignores and ignores.match(entry.path, True)):
                        stack.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    if not (ignores and ignores.match(entry.path, False)):
                        files.append(name)
            except OSError:
                continue
        yield folder, files


def _tell(folder: str, error: OSError) -> None:
    """Say that a folder is not looked into, unless it has gone meanwhile."""
    if error.errno not in GONE and sys.stderr is not None:
        from ecolint.reporters.escaping import visible

        print(f"ecolint: {visible(folder)}: {error.strerror}: not looked into", file=sys.stderr)


class IgnoreFiles:
    """The .gitignore files of a tree, from its root down to a path."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._specs: dict[str, Ignores | None] = {}
        self._chains: dict[str, tuple[tuple[str, Ignores], ...]] = {}

    def _spec(self, path: str) -> Ignores | None:
        if path not in self._specs:
            self._specs[path] = _read(path)
        return self._specs[path]

    def _chain(self, folder: str) -> tuple[tuple[str, Ignores], ...]:
        below = []
        while folder not in self._chains and folder != self._root and folder.startswith(self._root):
            below.append(folder)
            folder = os.path.dirname(folder)
        chain = self._chains.get(folder)
        if chain is None:
            chain = self._chains[folder] = self._at_root(folder)
        for inner in reversed(below):
            own = self._spec(os.path.join(inner, ".gitignore"))
            chain = self._chains[inner] = ((inner, own), *chain) if own is not None else chain
        return chain

    def _at_root(self, folder: str) -> tuple[tuple[str, Ignores], ...]:
        found = (
            self._spec(os.path.join(folder, *place))
            for place in ((".gitignore",), (".git", "info", "exclude"))
        )
        return tuple((folder, spec) for spec in found if spec is not None)

    def match(self, path: str, is_folder: bool) -> bool:
        """Whether the nearest .gitignore file that speaks of an absolute path leaves it out."""
        for folder, globs in self._chain(os.path.dirname(path)):
            from ecolint.discovery.globs import verdict

            relative = path[len(folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
            left_out = verdict(globs, relative, is_folder)
            if left_out is not None:
                return left_out
        return False

    def leave_out(self, folder: str) -> bool:
        """Whether an absolute folder below the root, or one that it lies in, is left out."""
        while len(folder) > len(self._root) and folder.startswith(self._root):
            if self.match(folder, True):
                return True
            folder = os.path.dirname(folder)
        return False


def _read(path: str) -> Ignores | None:
    try:
        data = read_file(path, limit=IGNORE_FILE_LIMIT)
    except OSError:
        return None
    if data is None:
        return None
    lines = data.decode("utf-8", "replace").splitlines()
    if not any(line.strip() and not line.startswith("#") for line in lines):
        return None
    from ecolint.discovery.globs import globs_of

    return globs_of(lines)

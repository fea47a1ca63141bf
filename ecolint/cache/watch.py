"""Everything that a run's output rests on, as a list of files and folders with what they were."""

from __future__ import annotations

import os

from ecolint.cache.answers import READ
from ecolint.cache.holding import status_of
from ecolint.cache.identity import is_recent, packed
from ecolint.discovery import gitlist
from ecolint.discovery.gitindex import git_folder
from ecolint.discovery.walk import SKIPPED_FOLDERS
from ecolint.settings.search import FILE_NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecolint.cache.holding import Part, Watched
    from ecolint.cache.memory import Memory
    from ecolint.cache.results import Remembered
    from ecolint.discovery.trees import Tree
    from ecolint.settings.search import Scope

MOST_FOLDERS = 100_000
MOST_UNKNOWN = 200
"""Folders without a file that git knows; of more it is not asked whether it ignores them."""


class Unwatchable(Exception):
    """Something may change without its status telling."""


def watch(memory: Memory, scope: Scope) -> Watched:
    """What must not change, if the run's output is to be the same. Raises Unwatchable."""
    watching = _Watching(memory.started)
    for tree, paths in memory.trees:
        if tree.named:
            for path in paths:
                watching.single(os.path.join(tree.root, path))
            tops = [os.path.dirname(os.path.join(tree.root, path)) for path in paths]
        else:
            watching.add_tree(tree, paths, memory.at(tree.root))
            tops = [os.path.join(tree.root, min(tree.folders, key=len, default="")).rstrip(os.sep) or os.sep]
        for top in tops:
            watching.add_surroundings(tree.root, top)
    if not scope.isolated:
        watching.add_settings(scope)
    for root, asked in memory.asked.items():
        watching.add_asked(root, asked)
    return watching.result()


class _Watching:
    def __init__(self, started: int) -> None:
        self._started = started
        self._parts: list[Part] = []
        self._single: dict[str, bytes] = {}
        self._folders: dict[str, bytes] = {}
        self._above: set[str] = set()

    def result(self) -> Watched:
        folders = ("", "\0".join(self._folders), b"".join(self._folders.values()))
        return ([folders] if self._folders else []) + self._parts, list(self._single.items())

    def single(self, path: str) -> None:
        """Watch whatever stands at an absolute path, if only that nothing does."""
        if path in self._single:
            return
        status = status_of(path)
        if status and is_recent(status, self._started):
            raise Unwatchable(path)
        self._single[path] = status

    def _folder(self, path: str) -> os.stat_result:
        status = os.lstat(path)
        known = packed(status)
        if is_recent(known, self._started) or "\0" in path:
            raise Unwatchable(path)
        self._folders[path] = known
        if len(self._folders) > MOST_FOLDERS:
            raise Unwatchable("too many folders")
        return status

    def add_tree(self, tree: Tree, paths: list[str], remembered: Remembered) -> None:
        """Watch the files of a tree, its folders, and what decides which of them are looked at."""
        statuses = bytearray()
        for path in paths:
            status = remembered.status(path)
            if status is None:
                raise Unwatchable(path)
            statuses += status
        if paths:
            self._parts.append((tree.prefix, "\0".join(paths), bytes(statuses)))
        try:
            for folder in self._all_folders(tree):
                for name in (".gitignore", *FILE_NAMES):
                    path = os.path.join(folder, name)
                    if os.access(path, os.F_OK):
                        self.single(path)
        except OSError as error:
            raise Unwatchable(str(error)) from None

    def _all_folders(self, tree: Tree) -> list[str]:
        """Absolute folders that a new file might appear in, without those that git ignores."""
        prefix = tree.prefix
        children: dict[str, int] = {}
        for folder in tree.folders:
            if folder:
                above = folder[: max(folder.rfind("/"), 0)]
                children[above] = children.get(above, 0) + 1
        found = [prefix + folder if folder else tree.root for folder in tree.folders]
        unknown = []
        for folder, path in zip(tree.folders, found, strict=True):
            links = self._folder(path).st_nlink
            if tree.from_git and links - 2 != children.get(folder, 0):
                unknown += [below for below in _folders_in(path) if below[len(prefix) :] not in tree.folders]
        while unknown:
            if len(unknown) > MOST_UNKNOWN:
                raise Unwatchable("too many folders without files")
            ignored = gitlist.ignored(tree.root, unknown)
            if ignored is None:
                raise Unwatchable("git does not tell what it ignores")
            kept = [path for path in unknown if path not in ignored]
            found += kept
            for path in kept:
                self._folder(path)
            unknown = [below for path in kept for below in _folders_in(path)]
        return found

    def add_surroundings(self, root: str, top: str) -> None:
        """Watch what holds for a folder from above it: settings, ignore files, and where its repository begins."""
        folder = top
        while folder not in self._above:
            self._above.add(folder)
            for name in (".gitignore", *FILE_NAMES):
                self.single(os.path.join(folder, name))
            if folder != root:
                self.single(os.path.join(folder, ".git"))
            folder = os.path.dirname(folder)
        own = git_folder(root)
        if own is not None:
            for name in ("index", "config", "config.worktree", os.path.join("info", "exclude"), "commondir"):
                self.single(os.path.join(own, name))
        for path in gitlist.user_files(root):
            self.single(path)

    def add_settings(self, scope: Scope) -> None:
        """Watch the settings files that were read."""
        if scope.config:
            self.single(os.path.abspath(scope.config))
        for path in scope.read:
            self.single(path)

    def add_asked(self, root: str, asked: Iterable[tuple[str, str]]) -> None:
        """Watch the files and folders that results rest on. One that is not there is watched by its folder."""
        real = os.path.realpath(root)
        for kind, path in asked:
            full = os.path.join(root, path)
            if os.path.realpath(full) != os.path.normpath(os.path.join(real, path)):
                raise Unwatchable(full)
            if kind == READ and os.path.exists(full):
                self.single(full)
                continue
            folder = os.path.dirname(full) if kind == READ else full
            while not os.path.isdir(folder):
                folder = os.path.dirname(folder)
            if folder not in self._folders:
                self._folder(folder)


def _folders_in(path: str) -> list[str]:
    with os.scandir(path) as entries:
        return [
            entry.path
            for entry in entries
            if entry.is_dir(follow_symlinks=False) and entry.name not in SKIPPED_FOLDERS
        ]

"""The memory of one run: which files it need not open, and what they gave when they were scanned."""

from __future__ import annotations

import os
import stat

from ecolint.cache import store
from ecolint.cache.identity import STATUS, name_of_content, packed
from ecolint.cache.results import CANDIDATE, NO_SCRIPT, NOTHING, Remembered
from ecolint.discovery import gitindex
from ecolint.discovery.candidates import Candidate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecolint.discovery.trees import Tree
    from ecolint.settings.search import Scope
    from ecolint.sieve.sifter import Sifter


class Memory:
    """What the cache folder holds for runs of this program with these choices.

    `trees` are those of the run, with the files that it looks at; `asked` is by root what its results rest on beside
    these; `started` is the time when it began, in nanoseconds since 1970.
    """

    def __init__(self, folder: str, key: object, scope: Scope, started: int) -> None:
        self._folder = folder
        self._key = key
        self._scope = scope
        self._remembered: dict[tuple[str, bool], Remembered] = {}
        self.started = started
        self.trees: list[tuple[Tree, list[str]]] = []
        self.asked: dict[str, set[tuple[str, str]]] = {}

    def at(self, root: str) -> Remembered:
        """What is remembered of the tree at an absolute folder."""
        key = root, self._scope.thorough
        if key not in self._remembered:
            name = store.name_of((self._key, key))
            self._remembered[key] = Remembered(os.path.join(self._folder, f"results-{name}"), self.started)
        return self._remembered[key]

    def recall(self, tree: Tree, files: list[str], scripts: list[str]) -> Recalled | None:
        """What is remembered of the files of a tree; None where to read them is less work than to remember."""
        self.trees.append((tree, [*files, *scripts]))
        return None if tree.named else Recalled(self.at(tree.root), tree, files, scripts)

    def save(self) -> bool:
        """Write what the run has found out; false where that cannot be done."""
        gone: dict[str, set[str]] = {}
        for tree, paths in self.trees:
            if not tree.named and "" in tree.folders:
                gone[tree.root] = self.at(tree.root).stats.keys() - set(paths)
        done = True
        for (root, _), one in self._remembered.items():
            done &= one.save(gone.get(root, set()))
        return done


class Recalled:
    """The files of one tree: those that must be read, and what is known of the others.

    `files` and `scripts` must be read; `scanned` counts all that the run looks at, once the sifter has read those.
    `_open` are the packed statuses with the names of contents, of files that must be read and of candidates.
    """

    def __init__(self, remembered: Remembered, tree: Tree, files: list[str], scripts: list[str]) -> None:
        self._remembered = remembered
        self._tree = tree
        self._open: dict[str, bytes] = {}
        self._candidates: list[str] = []
        self._counted = 0
        blobs = _Blobs(tree)
        self.files = self._unknown(files, blobs)
        self.scripts = self._unknown(scripts, blobs)

    def _unknown(self, paths: list[str], blobs: _Blobs) -> list[str]:
        """Those of some paths of regular files that must be read."""
        unknown = []
        prefix = self._tree.prefix
        verdict = self._remembered.verdict
        for path in paths:
            try:
                status = os.lstat(prefix + path)
            except (OSError, ValueError):
                self._remembered.doubt(path)
                continue
            if not stat.S_ISREG(status.st_mode):
                self._remembered.doubt(path)
                continue
            now = packed(status)
            flag, name = verdict(path, status, now, blobs.name)
            if flag == NOTHING:
                self._counted += 1
            elif flag is None:
                self._open[path] = now + name
                unknown.append(path)
            elif flag == CANDIDATE:
                self._counted += 1
                self._open[path] = now + name
                self._candidates.append(path)
        return unknown

    def learn(self, sifter: Sifter) -> None:
        """Take in what the sifter has read."""
        for path in self.files:
            if path in sifter.missing:
                self._remembered.doubt(path)
                continue
            self._counted += 1
            flag = CANDIDATE if path in sifter.kept else NOTHING
            self._learn(path, flag, sifter)
        for path in self.scripts:
            is_script = path in sifter.scripts
            self._counted += is_script
            flag = CANDIDATE if path in sifter.kept else NOTHING if is_script else NO_SCRIPT
            self._learn(path, flag, sifter)

    def _learn(self, path: str, flag: int, sifter: Sifter) -> None:
        known = self._open[path] if flag == CANDIDATE else self._open.pop(path)
        status, name = known[:STATUS], known[STATUS:]
        if flag == CANDIDATE:
            data = sifter.kept[path]
            name = name_of_content(data) if data is not None else b""
            self._open[path] = status + name
        self._remembered.learn(path, status, flag, name)

    @property
    def scanned(self) -> int:
        """Files that the run looks at."""
        return self._counted

    def candidates(self, sifter: Sifter) -> Iterator[Candidate]:
        """The candidates among all files."""
        for path in (*self._candidates, *sifter.kept):
            known = self._open[path]
            yield Candidate(self._tree.found(path), sifter.kept.get(path), known[STATUS:], known[:STATUS])


class _Blobs:
    """What git's index knows of the files of a tree; it is read when it is first asked."""

    def __init__(self, tree: Tree) -> None:
        self._root = tree.root
        self._may_know = tree.from_git
        self._index: gitindex.Index | None = None

    def name(self, path: str, status: os.stat_result) -> bytes | None:
        """Name of the blob that a file of this status holds, where git need not read the file to know."""
        if self._may_know and self._index is None:
            self._index = gitindex.read(self._root)
            self._may_know = self._index is not None
        return self._index.blob(path, status) if self._index is not None else None

"""From the paths of a run to candidates: each file is opened once, and kept if it holds a keyword."""

from __future__ import annotations

import os
import stat

from ecolint.discovery.trees import Found, discover
from ecolint.settings.search import Scope
from ecolint.sieve.sifter import Sifter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecolint.cache.memory import Memory
    from ecolint.discovery.trees import Tree


class Candidate:
    """A file that must be read in full. `data` are its bytes where they were kept; None also where reading failed.
    `name` is that of its content where it is known without reading, `status` its packed status before it was read,
    where results are remembered. A plain class, as every run imports this module."""

    __slots__ = ("data", "found", "name", "status")

    def __init__(
        self,
        found: Found,
        data: bytes | None = None,
        name: bytes = b"",
        status: bytes = b"",
    ) -> None:
        self.found = found
        self.data = data
        self.name = name
        self.status = status


class Collected:
    """What the sieve left: candidates sorted by path, how many files were looked at, whether all of the candidates
    is to be read, and absolute paths of files that were named themselves and are of no kind that is read."""

    __slots__ = ("candidates", "passed", "scanned", "thorough")

    def __init__(self, candidates: list[Candidate], scanned: int, thorough: bool, passed: list[str]) -> None:
        self.candidates = candidates
        self.scanned = scanned
        self.thorough = thorough
        self.passed = passed


class HeadStart:
    """Reads what git tracks while git looks for the rest of a tree."""

    def __init__(self, scope: Scope, jobs: int | None) -> None:
        self._scope = scope
        self._jobs = jobs
        self._read: list[str] = []
        self._sifter: Sifter | None = None
        self._thorough = False

    def begin(self, tree: Tree) -> None:
        """Read the files that a tree has so far. Raises SettingsError and WorkerDied."""
        self._read = self._scope.kept(tree, list(tree.files))
        self._thorough = self._scope.thorough
        self._sifter = Sifter(tree, self._thorough)
        self._sifter.read(self._read, self._jobs)

    def finish(self, tree: Tree, files: list[str]) -> Sifter:
        """A sifter that has read all files of a tree which the run looks at. Raises WorkerDied."""
        sifter, read, self._sifter = self._sifter, self._read, None
        if sifter is None or self._thorough != self._scope.thorough:
            sifter, read = Sifter(tree, self._scope.thorough), []
        if read != files:
            sifter.forget(set(read).difference(files))
            files = sorted(set(files).difference(read))
            sifter.read(files, self._jobs)
        return sifter


def _nothing(tree: Tree) -> None:
    """What is done while git looks for the rest of a tree, where all of it must be known first."""


def listed(
    scope: Scope, meanwhile: Callable[[Tree], None] = _nothing
) -> Iterator[tuple[Tree, list[str], list[str]]]:
    """The trees of a run, with the files and the possible scripts of each that the run looks at.

    Raises PathError and SettingsError.
    """
    seen: set[str] = set()
    for tree in discover(scope.paths, scope.respects_gitignore(), meanwhile=meanwhile):
        files, scripts = scope.kept(tree, tree.files), scope.kept(tree, tree.scripts)
        if len(scope.paths) > 1:
            files, scripts = _new(tree, files, seen), _new(tree, scripts, seen)
        yield tree, files, scripts


def _new(tree: Tree, paths: list[str], seen: set[str]) -> list[str]:
    found = [path for path in paths if os.path.join(tree.root, path) not in seen]
    seen.update(os.path.join(tree.root, path) for path in found)
    return found


def collect(scope: Scope, jobs: int | None = None, memory: Memory | None = None) -> Collected:
    """Open what a run looks at, and keep what holds a keyword. Raises PathError, SettingsError and WorkerDied."""
    candidates: list[Candidate] = []
    passed: list[str] = []
    scanned = 0
    start = HeadStart(scope, jobs)
    has_start = memory is None and len(scope.paths) == 1
    for tree, files, scripts in listed(scope, start.begin if has_start else _nothing):
        recalled = memory.recall(tree, files, scripts) if memory is not None else None
        if recalled is None:
            sifter = start.finish(tree, files)
            scanned += len(files) - len(sifter.missing) + sifter.read_scripts(scripts)
            candidates += (Candidate(tree.found(path), data) for path, data in sifter.kept.items())
            if tree.named:
                passed += (tree.found(path).path for path in scripts if path not in sifter.scripts)
            continue
        sifter = Sifter(tree, scope.thorough)
        sifter.read(recalled.files, jobs)
        sifter.read_scripts(recalled.scripts)
        recalled.learn(sifter)
        scanned += recalled.scanned
        candidates += recalled.candidates(sifter)
    candidates.sort(key=lambda candidate: candidate.found.path)
    return Collected(candidates, scanned, scope.thorough, passed)


def files_of(scope: Scope) -> list[str]:
    """Absolute paths of the files that a run looks at, sorted. Raises PathError and SettingsError."""
    found: list[str] = []
    for tree, files, scripts in listed(scope):
        whole = [os.path.join(tree.root, path) for path in files]
        found += whole if tree.named else filter(_is_regular, whole)
        found += (os.path.join(tree.root, path) for path in scripts if Sifter(tree).is_script(path))
    return sorted(found)


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False

"""From trees to candidates: each file is opened once, and kept if it holds a keyword."""

from __future__ import annotations

import errno
import os
import stat

from ecolint.discovery import SIZE_LIMIT, Found, discover
from ecolint.exhaustion import is_exhausted
from ecolint.kinds import MODULE_ENDINGS, is_script
from ecolint.parallel import CAN_FORK, cores, fork_map
from ecolint.settings_search import Scope
from ecolint.sieve import is_candidate, is_telling_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecolint.discovery import Tree

FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
PIECE = 65_536
KEPT = 32_000_000
"""Bytes of candidates that are kept in memory until they are scanned; the others are read again."""
PARALLEL_FROM = 1500
"""Files from which they are read by several processes."""
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO)
"""What says that there is no regular file of a name, though there was when the tree was listed."""


class TooLarge(Exception):
    """A file of more than `SIZE_LIMIT` bytes."""


class Candidate:
    """A file that must be read in full. `data` are its bytes where they were kept; None also where reading failed.
    A plain class, as this module is imported by every run."""

    __slots__ = ("data", "found")

    def __init__(self, found: Found, data: bytes | None = None) -> None:
        self.found = found
        self.data = data


class Collected:
    """What the sieve left: candidates sorted by path, how many files were looked at, and whether all of the
    candidates is to be read."""

    __slots__ = ("candidates", "scanned", "thorough")

    def __init__(self, candidates: list[Candidate], scanned: int, thorough: bool) -> None:
        self.candidates = candidates
        self.scanned = scanned
        self.thorough = thorough


def read_file(path: str, flags: int = FLAGS) -> bytes | None:
    """Bytes of a regular file; None for what is none. Raises TooLarge and OSError; never waits for a writer."""
    descriptor = os.open(path, flags)
    try:
        data = os.read(descriptor, PIECE)
        if len(data) < PIECE and data:
            return data
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > SIZE_LIMIT:
            raise TooLarge
        pieces = [data]
        size = len(data)
        while data:
            data = os.read(descriptor, 1 << 20)
            pieces.append(data)
            size += len(data)
            if size > SIZE_LIMIT:
                raise TooLarge
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def listed(scope: Scope) -> Iterator[tuple[Tree, list[str], list[str]]]:
    """The trees of a run, with the files and the possible scripts of each that the run looks at.

    Raises PathError and SettingsError.
    """
    seen: set[str] = set()
    for tree in discover(scope.paths, scope.respects_gitignore()):
        files, scripts = scope.kept(tree, tree.files), scope.kept(tree, tree.scripts)
        if len(scope.paths) > 1:
            files, scripts = _new(tree, files, seen), _new(tree, scripts, seen)
        yield tree, files, scripts


def _new(tree: Tree, paths: list[str], seen: set[str]) -> list[str]:
    found = [path for path in paths if os.path.join(tree.root, path) not in seen]
    seen.update(os.path.join(tree.root, path) for path in found)
    return found


def collect(scope: Scope, jobs: int | None = None) -> Collected:
    """Open what a run looks at, and keep what holds a keyword. Raises PathError, SettingsError and WorkerDied."""
    candidates: list[Candidate] = []
    scanned = 0
    for tree, files, scripts in listed(scope):
        sieved = Sieved(tree, scope.thorough)
        if len(files) >= PARALLEL_FROM and CAN_FORK and (workers := jobs or cores()) > 1:
            sieved.read_in_parallel(files, workers)
        else:
            sieved.read(files)
        scanned += len(files) - sieved.missing + sieved.read_scripts(scripts)
        candidates += (Candidate(tree.found(path), data) for path, data in sieved.kept.items())
    candidates.sort(key=lambda candidate: candidate.found.path)
    return Collected(candidates, scanned, scope.thorough)


def files_of(scope: Scope) -> list[str]:
    """Absolute paths of the files that a run looks at, sorted. Raises PathError and SettingsError."""
    found: list[str] = []
    for tree, files, scripts in listed(scope):
        whole = [os.path.join(tree.root, path) for path in files]
        found += whole if tree.named else filter(_is_regular, whole)
        found += (os.path.join(tree.root, path) for path in scripts if Sieved(tree).is_script(path))
    return sorted(found)


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _may_tell(path: str, data: bytes) -> bool:
    return not path.lower().endswith(MODULE_ENDINGS) or is_telling_module(data)


class Sieved:
    """What the sieve keeps of a tree: paths, with the bytes where there was room for them.

    `missing` counts those that are no regular files any more.
    """

    __slots__ = ("_flags", "_prefix", "_room", "_thorough", "kept", "missing", "named")

    def __init__(self, tree: Tree, thorough: bool = True) -> None:
        self._prefix = tree.root.rstrip(os.sep) + os.sep
        self._flags = FLAGS if tree.named else FLAGS | NO_LINK
        self._room = KEPT
        self._thorough = thorough
        self.named = tree.named
        self.kept: dict[str, bytes | None] = {}
        self.missing = 0

    def read(self, files: Iterable[str]) -> None:
        """Read files and keep the candidates among them."""
        for path in files:
            data = self._bytes(path)
            if data and is_candidate(data) and (self._thorough or _may_tell(path, data)):
                self._keep(path, data)

    def read_scripts(self, paths: Iterable[str]) -> int:
        """Read files that may be scripts; returns how many are, and keeps the candidates among those."""
        scripts = 0
        for path in paths:
            data = self._bytes(path, look=True)
            if data is None or not is_script(data):
                continue
            scripts += 1
            if is_candidate(data):
                self._keep(path, data)
        return scripts

    def is_script(self, path: str) -> bool:
        """Whether a file begins as a script."""
        data = self._bytes(path, look=True)
        return data is not None and is_script(data)

    def read_in_parallel(self, files: list[str], workers: int) -> None:
        """The same as `read`, in several processes; the bytes are not kept."""
        size = -(-len(files) // (workers * 4))

        def work(number: int) -> tuple[list[str], int]:
            own = Sieved.__new__(Sieved)
            own._prefix, own._flags, own.named = self._prefix, self._flags, self.named
            own._thorough = self._thorough
            own._room, own.kept, own.missing = 0, {}, 0
            own.read(files[number * size : (number + 1) * size])
            return list(own.kept), own.missing

        is_candidate(b"")
        for _, (kept, missing) in fork_map(work, -(-len(files) // size), workers):
            self.kept.update(dict.fromkeys(kept))
            self.missing += missing

    def _bytes(self, path: str, look: bool = False) -> bytes | None:
        """Bytes of a file. One that is there and cannot be read is kept, to be told of, unless it is only looked at."""
        try:
            data = read_file(self._prefix + path, self._flags)
        except TooLarge:
            is_there = True
        except (OSError, ValueError) as error:
            if is_exhausted(error):
                raise
            is_there = self.named or getattr(error, "errno", None) not in GONE
        else:
            if data is not None:
                return data
            is_there = self.named
        if is_there and not look:
            self.kept[path] = None
        elif not look:
            self.missing += 1
        return None

    def _keep(self, path: str, data: bytes) -> None:
        self._room -= len(data)
        self.kept[path] = data if self._room >= 0 else None

"""The sieve on files: which of them hold a keyword."""

from __future__ import annotations

from ecolint.discovery.kinds import MODULE_ENDINGS, is_script
from ecolint.discovery.reading import FLAGS, GONE, NO_LINK, read_file
from ecolint.exhaustion import is_exhausted
from ecolint.parallel import CAN_FORK, cores, fork_map
from ecolint.sieve.search import is_candidate, is_telling_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecolint.discovery.trees import Tree

PARALLEL_FROM = 2000
"""Files from which they are read by several processes."""
PARALLEL_BYTES = 12_000_000
"""Bytes of files from which the same is done."""
PARALLEL_LOADING = 400
"""Files from which the same is done where there are candidates, whose readers can be loaded meanwhile."""
CHUNKS = 16
"""Parts of the files that each process reads, so that none waits long for another at the end."""
SAMPLE = 200
"""Files of fewer than these that are read first, and tell how much work the others may be."""
KEPT = 32_000_000
"""Bytes of candidates that are kept in memory until they are scanned; the others are read again."""


class Sifter:
    """What the sieve keeps of a tree: `kept` are the paths of candidates, with their bytes where there was room.

    `missing` are those that are no regular files any more, `scripts` those that begin as a script.
    """

    __slots__ = ("_amount", "_flags", "_named", "_prefix", "_room", "_thorough", "kept", "missing", "scripts")

    def __init__(self, tree: Tree, thorough: bool = True) -> None:
        self._prefix = tree.prefix
        self._flags = FLAGS if tree.named else FLAGS | NO_LINK
        self._named = tree.named
        self._amount = 0
        self._thorough = thorough
        self._room = KEPT
        self.kept: dict[str, bytes | None] = {}
        self.missing: set[str] = set()
        self.scripts: set[str] = set()

    def read(self, files: list[str], jobs: int | None = None) -> None:
        """Read files and keep the candidates among them, with several processes where there is much to read."""
        workers = jobs or cores()
        may_share = workers > 1 and CAN_FORK
        first = SAMPLE if may_share and len(files) < PARALLEL_FROM else 0
        self._amount = 0
        self._read(files[:first])
        rest = files[first:]
        if may_share and self._is_much(rest, first):
            self._read_in_parallel(rest, workers)
        else:
            self._read(rest)

    def _is_much(self, files: list[str], read: int) -> bool:
        """Whether several processes are to read the files, told by those that were read before."""
        return (
            len(files) >= PARALLEL_FROM
            or len(files) * self._amount >= PARALLEL_BYTES * read > 0
            or (len(files) >= PARALLEL_LOADING and bool(self.kept))
        )

    def _read(self, files: Iterable[str]) -> None:
        for path in files:
            data = self._bytes(path)
            if data:
                self._amount += len(data)
                if self._sieve(path)(data):
                    self._keep(path, data)

    def _read_in_parallel(self, files: list[str], workers: int) -> None:
        size = -(-len(files) // (workers * CHUNKS))
        chunks = -(-len(files) // size)

        def work(number: int) -> tuple[dict[str, bytes | None], list[str]]:
            self.kept.clear()
            self.missing.clear()
            self._room = KEPT // chunks
            self._read(files[number * size : (number + 1) * size])
            return self.kept, list(self.missing)

        is_candidate(b"")
        to_load = dict(self.kept)
        for _, (kept, missing) in fork_map(work, chunks, workers):
            self.kept.update(kept)
            self.missing.update(missing)
            to_load.update(kept)
            if to_load:
                from ecolint.preloading import load_for

                load_for(to_load)
                to_load.clear()

    def forget(self, paths: set[str]) -> None:
        """Undo the reading of some files."""
        self.missing -= paths
        for path in paths & self.kept.keys():
            del self.kept[path]

    def read_scripts(self, paths: Iterable[str]) -> int:
        """Read files that may be scripts; returns how many are, and keeps the candidates among those."""
        before = len(self.scripts)
        for path in paths:
            data = self._bytes(path, look=True)
            if data is not None and is_script(data):
                self.scripts.add(path)
                if is_candidate(data):
                    self._keep(path, data)
        return len(self.scripts) - before

    def is_script(self, path: str) -> bool:
        """Whether a file begins as a script."""
        data = self._bytes(path, look=True)
        return data is not None and is_script(data)

    def _bytes(self, path: str, look: bool = False) -> bytes | None:
        """Bytes of a file. One that is there and cannot be read is kept, to be told of, unless it is only looked at."""
        try:
            data = read_file(self._prefix + path, self._flags)
        except (OSError, ValueError) as error:
            if is_exhausted(error):
                raise
            is_there = self._named or getattr(error, "errno", None) not in GONE
        else:
            if data is not None:
                return data
            is_there = self._named
        if is_there and not look:
            self.kept[path] = None
        elif not look:
            self.missing.add(path)
        return None

    def _sieve(self, path: str) -> Callable[[bytes], bool]:
        is_module = not self._thorough and path.lower().endswith(MODULE_ENDINGS)
        return is_telling_module if is_module else is_candidate

    def _keep(self, path: str, data: bytes) -> None:
        self._room -= len(data)
        self.kept[path] = data if self._room >= 0 else None

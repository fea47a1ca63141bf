"""git's index: which files git tracks, and what it knew of each when it last looked.

Versions 2 and 3 of the file are read; https://git-scm.com/docs/index-format describes them. Other versions, split and
sparse indexes, and those of repositories with SHA-256 names are left to git itself.
"""

from __future__ import annotations

import os

from ecolint.discovery.reading import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 512_000_000
"""Bytes; a larger index is left to git."""
FIXED = 62
"""Bytes of an entry before its path: ten numbers of 4, the 20 of the name, 2 of flags."""
TICK = 20_000_000
"""Nanoseconds within which a second change of a file may not show in its time."""
LONG = FIXED + 2
"""The same of an entry with more flags."""
REGULAR, GITLINK = 0x8, 0xE
EXTENDED = 0x40


class Index:
    """The index of one work tree.

    `offsets` are those of the entries of regular files in `data`, in their order there; `nested` are the folders of
    submodules; `written` is the time of the index file in nanoseconds.
    """

    __slots__ = ("_at", "_last", "data", "nested", "offsets", "written")

    def __init__(self, data: bytes, offsets: list[int], nested: list[str], written: int) -> None:
        self.data = data
        self.offsets = offsets
        self.nested = nested
        self.written = written
        self._at = 0
        self._last = b""

    def files(self) -> Iterator[str]:
        """Path of each regular file, relative to the work tree."""
        data = self.data
        for at in self.offsets:
            start = at + LONG if data[at + 60] & EXTENDED else at + FIXED
            yield data[start : data.index(0, start)].decode("utf-8", "surrogateescape")

    def offset(self, path: str) -> int | None:
        """Offset of the entry of a regular file. Asked in the order of the index, it looks at each entry once."""
        name = path.encode("utf-8", "surrogateescape")
        if name < self._last:
            self._at = 0
        self._last = name
        data = self.data
        while self._at < len(self.offsets):
            at = self.offsets[self._at]
            start = at + LONG if data[at + 60] & EXTENDED else at + FIXED
            found = data[start : data.index(0, start)]
            if found >= name:
                return at if found == name else None
            self._at += 1
        return None

    def blob(self, path: str, status: os.stat_result) -> bytes | None:
        """Name of the blob that a file of this status holds; None where git would have to read the file to know."""
        at = self.offset(path)
        if at is None:
            return None
        data = self.data
        number = int.from_bytes
        modified = number(data[at + 8 : at + 12], "big") * 1_000_000_000 + number(
            data[at + 12 : at + 16], "big"
        )
        if modified > self.written - TICK or modified != status.st_mtime_ns:
            return None
        changed = number(data[at : at + 4], "big") * 1_000_000_000 + number(data[at + 4 : at + 8], "big")
        known = (changed, number(data[at + 20 : at + 24], "big"), number(data[at + 36 : at + 40], "big"))
        if known != (status.st_ctime_ns, status.st_ino & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF):
            return None
        return data[at + 40 : at + 60]


def git_folder(root: str) -> str | None:
    """The folder in which git keeps the index of the work tree at `root`; None where that cannot be told."""
    path = os.path.join(root, ".git")
    if os.path.isdir(path):
        return path
    try:
        text = read_file(path, limit=8192)
    except OSError:
        return None
    if text is None or not text.startswith(b"gitdir: "):
        return None
    return os.path.join(root, os.fsdecode(text[8:].rstrip(b"\r\n")))


def read(root: str) -> Index | None:
    """The index of the work tree at `root`; None where it is of another kind, or broken."""
    folder = git_folder(root)
    if folder is None:
        return None
    path = os.path.join(folder, "index")
    try:
        written = os.stat(path).st_mtime_ns
        data = read_file(path, limit=LARGEST)
        parsed = parse(data) if data is not None else None
    except (OSError, IndexError, ValueError):
        return None
    return Index(data, *parsed, written) if data is not None and parsed is not None else None


def parse(data: bytes) -> tuple[list[int], list[str]] | None:
    """Offsets of the files' entries, and folders of submodules, of an index that is wholly understood.

    May raise IndexError or ValueError for bytes that are no index.
    """
    if data[:4] != b"DIRC" or data[4:8] not in (b"\0\0\0\2", b"\0\0\0\3"):
        return None
    offsets = []
    nested = []
    last = b""
    at = 12
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = at + LONG if data[at + 60] & EXTENDED else at + FIXED
        end = data.index(0, start)
        name = data[start:end]
        kind = data[at + 26] >> 4
        if name <= last:
            if name < last:
                return None
        elif kind == REGULAR:
            offsets.append(at)
        elif kind == GITLINK:
            nested.append(name.decode("utf-8", "surrogateescape"))
        elif kind == 0x4:
            return None
        last = name
        at += (end - at + 8) & ~7
    return (offsets, nested) if _ends_well(data, at) else None


def _ends_well(data: bytes, at: int) -> bool:
    """Whether only extensions that may be passed over stand between the entries and the checksum."""
    while at < len(data) - 20:
        if not 65 <= data[at] <= 90:
            return False
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    return at == len(data) - 20

"""git's index: which files git tracks, and what it knew of each when it last looked.

Versions 2 and 3 of the file are read; https://git-scm.com/docs/index-format describes them. Other versions, split and
sparse indexes, and those of repositories with SHA-256 names are left to git itself.
"""

from __future__ import annotations

import os

from ecolint.reading import read_file

LARGEST = 512_000_000
"""Bytes; a larger index is left to git."""
FIXED = 62
"""Bytes of an entry before its path: ten numbers of 4, the 20 of the name, 2 of flags."""
TICK = 20_000_000
"""Nanoseconds within which a second change of a file may not show in its time."""
REGULAR, GITLINK = 0x8, 0xE
EXTENDED = 0x40


class Index:
    """The index of one work tree.

    `files` maps the path of each regular file, relative to the work tree, to the offset of its entry in `data`;
    `nested` are the folders of submodules; `written` is the time of the index file in nanoseconds.
    """

    __slots__ = ("data", "files", "nested", "written")

    def __init__(self, data: bytes, files: dict[str, int], nested: list[str], written: int) -> None:
        self.data = data
        self.files = files
        self.nested = nested
        self.written = written

    def blob(self, path: str, status: os.stat_result) -> bytes | None:
        """Name of the blob that a file of this status holds; None where git would have to read the file to know."""
        at = self.files.get(path)
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


def parse(data: bytes) -> tuple[dict[str, int], list[str]] | None:
    """Files with the offsets of their entries, and folders of submodules, of an index that is wholly understood.

    May raise IndexError or ValueError for bytes that are no index.
    """
    if data[:4] != b"DIRC" or data[4:8] not in (b"\0\0\0\2", b"\0\0\0\3"):
        return None
    files: dict[str, int] = {}
    nested = []
    at = 12
    for _ in range(int.from_bytes(data[8:12], "big")):
        start = at + FIXED
        if data[at + 60] & EXTENDED:
            start += 2
        end = data.index(0, start)
        kind = data[at + 26] >> 4
        if kind == REGULAR:
            files[data[start:end].decode("utf-8", "surrogateescape")] = at
        elif kind == GITLINK:
            nested.append(data[start:end].decode("utf-8", "surrogateescape"))
        elif kind == 0x4:
            return None
        at += (end - at + 8) & ~7
    return (files, nested) if _ends_well(data, at) else None


def _ends_well(data: bytes, at: int) -> bool:
    """Whether only extensions that may be passed over stand between the entries and the checksum."""
    while at < len(data) - 20:
        if not 65 <= data[at] <= 90:
            return False
        at += 8 + int.from_bytes(data[at + 4 : at + 8], "big")
    return at == len(data) - 20

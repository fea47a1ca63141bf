"""Files of plain data that are either whole and ours, or not there at all.

The data are what `marshal` writes: numbers, bytes, strings and their collections. Reading them runs nothing.
"""

from __future__ import annotations

import marshal
import os
import stat
import zlib

from ecolint.digests import hexadecimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"ecolint cache 1\n"
HEAD = len(MAGIC) + 4 + 8
LARGEST = 256_000_000
"""Bytes; a larger file is not read, and none is written."""
MOST_FILES = 256
MOST_BYTES = 512_000_000
"""What the folder may hold before the oldest files go."""


def name_of(key: object) -> str:
    """A file name for a key that `repr` tells apart."""
    return hexadecimal("blake2b", repr(key).encode("utf-8", "surrogateescape"))[:32]


def read(path: str) -> Any:
    """The data of a file; None for one that is not there, not whole, or not ours."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not HEAD <= status.st_size <= LARGEST:
            return None
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            return None
        data = b""
        while piece := os.read(descriptor, status.st_size + 1):
            data = data + piece if data else piece
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return _opened(data)


def _opened(data: bytes) -> Any:
    body = memoryview(data)[HEAD:]
    head = MAGIC + zlib.crc32(body).to_bytes(4, "big") + len(body).to_bytes(8, "big")
    if data[:HEAD] != head:
        return None
    try:
        return marshal.loads(body)
    except (EOFError, ValueError, TypeError, MemoryError):
        return None


def write(path: str, value: Any) -> bool:
    """Replace a file by one with these data, as a whole; false where that cannot be done."""
    try:
        body = marshal.dumps(value)
    except ValueError:
        return False
    if len(body) > LARGEST:
        return False
    temporary = f"{path}.{os.getpid()}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        is_new = not os.path.lexists(path)
        descriptor = os.open(temporary, flags, 0o600)
        try:
            for part in (MAGIC + zlib.crc32(body).to_bytes(4, "big") + len(body).to_bytes(8, "big"), body):
                left = memoryview(part)
                while left:
                    left = left[os.write(descriptor, left) :]
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            return False
        raise
    if is_new:
        _prune(os.path.dirname(path))
    return True


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def _prune(folder: str) -> None:
    """Remove the files that were written longest ago, until the folder holds no more than it may."""
    try:
        with os.scandir(folder) as entries:
            files = [(entry.stat(follow_symlinks=False), entry.path) for entry in entries]
    except OSError:
        return
    files.sort(key=lambda item: -item[0].st_mtime_ns)
    size = 0
    for number, (status, path) in enumerate(files):
        size += status.st_size
        if stat.S_ISREG(status.st_mode) and (number >= MOST_FILES or size > MOST_BYTES):
            _remove(path)

"""Reading files of which nothing is known but their name."""

from __future__ import annotations

import errno
import os
import stat

SIZE_LIMIT = 20_000_000
"""Bytes; larger files are not read, and said to be where they are candidates."""
FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
PIECE = 65_536
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO)
"""What says that there is no regular file of a name, though there was when the tree was listed."""


class TooLarge(OSError):
    """A file of more bytes than are read."""

    def __init__(self, limit: int) -> None:
        super().__init__(errno.EFBIG, f"larger than {limit // 1_000_000} MB, not read")


def _seek_and_read(descriptor: int, size: int, offset: int) -> bytes:
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, size)


_read_at = getattr(os, "pread", _seek_and_read)
"""Reads from a place in a file, which a pipe, a socket and a terminal do not have: so these need no other test."""


def read_file(path: str, flags: int = FLAGS, limit: int = SIZE_LIMIT) -> bytes | None:
    """Bytes of a regular file; None for what is none. Raises TooLarge and other OSErrors; never waits for a writer."""
    descriptor = os.open(path, flags)
    try:
        data: bytes = _read_at(descriptor, PIECE, 0)
        if 0 < len(data) < PIECE and len(data) <= limit:
            return data
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > limit:
            raise TooLarge(limit)
        pieces = []
        size = 0
        piece = status.st_size + 1
        while data := _read_at(descriptor, piece, size):
            pieces.append(data)
            size += len(data)
            if size > limit:
                raise TooLarge(limit)
            if size == status.st_size:
                break
            piece = PIECE
        return b"".join(pieces)
    except OSError as error:
        if error.errno == errno.ESPIPE:
            return None
        raise
    finally:
        os.close(descriptor)

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


class TooLarge(Exception):
    """A file of more than `SIZE_LIMIT` bytes."""


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


def read_regular(path: str, limit: int) -> bytes | None:
    """Bytes of a regular file; None where it is none, or larger than `limit` bytes. Raises OSError.

    A pipe or a device is not waited for. A file that grows while it is read counts as too large.
    """
    descriptor = os.open(path, FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            return None
        with open(descriptor, "rb", closefd=False) as handle:
            data = handle.read(limit + 1)
        return data if len(data) <= limit else None
    finally:
        os.close(descriptor)

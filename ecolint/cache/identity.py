"""By what a file is known to be the one that was read before."""

from __future__ import annotations

import os
from _struct import Struct

from ecolint.digests import hexadecimal

_STATUS = Struct("<qqqQ")
_pack = _STATUS.pack
STATUS = _STATUS.size
"""Bytes of a packed status."""
JUST_NOW = 2_000_000_000
"""Nanoseconds; a file that changed less than these before a run may change again without its status telling."""


def packed(status: os.stat_result) -> bytes:
    """Times of modification and change, size and number of a file, for comparison."""
    return _pack(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino & 0xFFFFFFFFFFFFFFFF)


def is_recent(known: bytes, started: int) -> bool:
    """Whether a file of this packed status may have changed unseen during a run that started at this time, in
    nanoseconds since 1970."""
    modified, changed, _, _ = _STATUS.unpack(known)
    return bool(max(modified, changed) >= started - JUST_NOW)


def name_of_blob(blob: bytes, status: os.stat_result) -> bytes:
    """The name of what a file of this status holds, if git says that it is this blob.

    The size tells where git changes contents on their way into the tree, such as line ends.
    """
    return blob + status.st_size.to_bytes(8, "big")


def name_of_content(data: bytes) -> bytes:
    """The name that git gives to these bytes, with their number: 28 bytes."""
    digest = hexadecimal("sha1", b"blob %d\0" % len(data) + data)
    return bytes.fromhex(digest) + len(data).to_bytes(8, "big")

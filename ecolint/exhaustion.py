"""Errors that say nothing of a file, but that the machine has run out of something."""

from __future__ import annotations

import errno

EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM))


def is_exhausted(error: BaseException) -> bool:
    """Whether there are no more file descriptors or no more memory."""
    return isinstance(error, OSError) and error.errno in EXHAUSTED

"""How much is read of one file: words of commands, in whatever formats and texts they stand, and parts of texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

WORDS = 80_000
"""Words, operators and parts of words that are read for one file; the longest scripts of people have some 25,000."""
TEXT = 8
"""Words that a text counts for beside its own: the line of a recipe, an item of a list of commands."""
COMMAND = 10_000
"""Words of one command that are read."""
DOCUMENT = 20
"""Words that a document counts for."""


def for_size(limit: int, text: str) -> int:
    """How much a limit allows that is given for each megabyte which a text begins."""
    return limit * (len(text) // 1_000_000 + 1)


class Allowance:
    """What may still be read of the words of one file. `is_exceeded` where some were left out."""

    __slots__ = ("is_exceeded", "left")

    def __init__(self) -> None:
        self.left = WORDS
        self.is_exceeded = False

    def spend(self, words: int = 1) -> bool:
        """Takes some words, if there are any left."""
        if self.left <= 0:
            self.is_exceeded = True
            return False
        self.left -= words
        return True


_current: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


def current() -> Allowance:
    """The allowance of the file that is being read; one of its own for a text outside of any."""
    return _current.get() or Allowance()


@contextmanager
def of_one_file() -> Iterator[Allowance]:
    """What is read meanwhile shares one allowance."""
    allowance = Allowance()
    token = _current.set(allowance)
    try:
        yield allowance
    finally:
        _current.reset(token)

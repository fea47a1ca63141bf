"""Text that is not what its file's name says."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from ecolint.source import Fragment, SourceFile, Unreadable

T = TypeVar("T")


class Malformed(Unreadable):
    """Text that is not of its language; `at` is the character at fault."""

    language: ClassVar[str] = ""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(f"{self.language}: {reason}")
        self.at = at


def tree_of(source: SourceFile, read: Callable[[Fragment], T]) -> T:
    """What a reader makes of a whole file. Raises Unreadable, with the line at fault."""
    fragment = source.fragment
    try:
        return read(fragment)
    except Malformed as error:
        line = source.line_of(fragment.span(error.at, error.at).start)
        raise Unreadable(error.reason, line) from None

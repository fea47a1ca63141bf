"""Files inside files: a unit in a here-document, a script in a manifest, a code block in Markdown.

The inner text is read as a file of its own, by whichever reader its name or language calls for, and the spans
of what it says are moved to where that text stands in the outer file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import accumulate
from typing import Any

from ecolint.parsers import allowance
from ecolint.parsers.base import Format
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span, Unreadable
from ecolint.statements import Statement

NESTING_LIMIT = 3
"""Files within files within files."""
DEPTH_LIMIT = 60
"""Values within values of a statement whose spans are moved."""
OUTSIDE = Repository(None)
_level: ContextVar[int] = ContextVar("level", default=0)


def format_statements(
    name: str, fragment: Fragment, path: str, repository: Repository | None = None
) -> Iterator[Statement]:
    """What a text says, read as a file of the named format; nothing where it cannot be read."""
    from ecolint.parsers.registry import format_named

    found = format_named(name)
    if found is not None:
        yield from _statements(found, fragment, path, repository)


def file_statements(
    path: str, fragment: Fragment, repository: Repository | None = None
) -> Iterator[Statement]:
    """What a text says as a file of this path; nothing where the name tells no format."""
    from ecolint.parsers.registry import format_of

    head = fragment.text[:256].encode("utf-8", "surrogatepass")
    found = format_of(path.strip("\"'").lstrip("/"), head)
    if found is not None:
        yield from _statements(found, fragment, path, repository)


def _statements(
    item: Format, fragment: Fragment, path: str, repository: Repository | None
) -> Iterator[Statement]:
    level = _level.get()
    if level >= NESTING_LIMIT or not fragment.text.strip():
        return
    if not allowance.current().spend(allowance.DOCUMENT):
        return
    token = _level.set(level + 1)
    try:
        reading = item.read(SourceFile(path, _bytes(fragment.text)), repository or OUTSIDE)
    except (Unreadable, RecursionError):
        return
    finally:
        _level.reset(token)
    mover = Mover(fragment)
    for statement in reading.statements:
        yield mover.statement(statement)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


class Mover:
    """Moves what was read from a fragment's text, as UTF-8, to where the fragment stands. What statements share is
    moved once."""

    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment
        self._offsets: list[int] | None = None
        if not fragment.text.isascii():
            self._offsets = [0, *accumulate(len(_bytes(sign)) for sign in fragment.text)]
        self._known: dict[int, tuple[Any, Any]] = {}

    def span(self, span: Span) -> Span:
        return self.fragment.span(self._character(span.start), self._character(span.end))

    def statement(self, statement: Statement) -> Statement:
        moved: Statement = self._moved(statement, 0)
        return moved

    def _character(self, offset: int) -> int:
        if self._offsets is None:
            return min(offset, len(self.fragment))
        return min(bisect_right(self._offsets, offset) - 1, len(self.fragment))

    def _moved(self, value: Any, depth: int) -> Any:
        if isinstance(value, Span):
            return self.span(value)
        if value is None or isinstance(value, (str, int, float, bool, Enum)) or depth > DEPTH_LIMIT:
            return value
        if id(value) not in self._known:
            self._known[id(value)] = value, self._anew(value, depth)
        return self._known[id(value)][1]

    def _anew(self, value: Any, depth: int) -> Any:
        if isinstance(value, tuple):
            return tuple(self._moved(item, depth + 1) for item in value) if value else value
        if isinstance(value, Mapping):
            return {key: self._moved(item, depth + 1) for key, item in value.items()} if value else value
        if is_dataclass(value) and not isinstance(value, type):
            changed = {}
            for name in _names(type(value)):
                old = getattr(value, name)
                new = self._moved(old, depth + 1)
                if new is not old:
                    changed[name] = new
            return replace(value, **changed) if changed else value
        return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    """Fields of a dataclass that a statement is made of."""
    return tuple(item.name for item in fields(kind))

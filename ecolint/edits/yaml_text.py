"""What a YAML text tells of the place of an edit: parts that stand for more than one place, items between brackets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import field
from functools import lru_cache
from typing import Any

from ecolint.edits.sheet import NotEditable, Sheet
from ecolint.records import dataclass

ANCHOR = re.compile(r"(?:^|[\s\[{,])&[\w.-]+")
ALIAS = re.compile(r"(?:^|[\s\[{,])\*[\w.-]+")
Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Outline:
    """Parts of a text, as character indices: what aliases repeat, and scalars that are items between brackets."""

    repeated: tuple[Bounds, ...] = ()
    items: frozenset[Bounds] = frozenset()


def check_unshared(sheet: Sheet, start: int, end: int) -> None:
    """Raises NotEditable where characters of a YAML text are in, or around, a part that aliases repeat elsewhere."""
    repeated = _repeated(sheet.text)
    number = bisect_left(repeated, (end,)) - 1
    if number >= 0 and start < repeated[number][1]:
        raise NotEditable("other places refer to it")


def is_item(sheet: Sheet, start: int, end: int) -> bool:
    """Whether these characters are an item of a YAML list in brackets."""
    return sheet.is_yaml and (start, end) in outline(sheet.text).items


@lru_cache(maxsize=2)
def _repeated(text: str) -> tuple[Bounds, ...]:
    """What aliases repeat, in the order of the text; parts that lie in others are left out."""
    found: list[Bounds] = []
    for start, end in sorted(outline(text).repeated) if ANCHOR.search(text) else ():
        if not found or end > found[-1][1]:
            found.append((start, end))
    return tuple(found)


@lru_cache(maxsize=2)
def outline(text: str) -> Outline:
    """Of a text that is no YAML before it is filled in, all is repeated that may be."""
    import yaml

    events: Iterable[Any] = yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    reader = _Reader()
    try:
        for event in events:
            reader.take(event)
    except (yaml.YAMLError, RecursionError):
        return Outline(((0, len(text)),) if ALIAS.search(text) else ())
    repeated = (bounds for anchor, bounds in reader.anchored if anchor in reader.aliases)
    return Outline(tuple(repeated), frozenset(reader.items))


@dataclass(frozen=True)
class _Reader:
    opened: list[Any] = field(default_factory=list)
    anchored: list[tuple[str, Bounds]] = field(default_factory=list)
    aliases: set[str] = field(default_factory=set)
    items: set[Bounds] = field(default_factory=set)

    def take(self, event: Any) -> None:
        import yaml

        if isinstance(event, yaml.AliasEvent):
            self.aliases.add(str(event.anchor))
        elif isinstance(event, yaml.CollectionStartEvent):
            self.opened.append(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._note(self.opened.pop(), event)
        elif isinstance(event, yaml.ScalarEvent):
            self._note(event, event)
            around = self.opened[-1] if self.opened else None
            if isinstance(around, yaml.SequenceStartEvent) and around.flow_style:
                self.items.add(_bounds(event, event))

    def _note(self, first: Any, last: Any) -> None:
        if first.anchor:
            self.anchored.append((first.anchor, _bounds(first, last)))


def _bounds(first: Any, last: Any) -> Bounds:
    return first.start_mark.index, last.end_mark.index

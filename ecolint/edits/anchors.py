"""Parts of YAML text that stand for more than one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from ecolint.edits.sheet import NotEditable, Sheet

YAML_NAME = re.compile(r"\.ya?ml(?:\.\w+)?\Z", re.I)
ANCHOR = re.compile(r"(?:^|[\s\[{,])&[\w.-]+")
ALIAS = re.compile(r"(?:^|[\s\[{,])\*[\w.-]+")
Bounds = tuple[int, int]


def check_unshared(sheet: Sheet, start: int, end: int) -> None:
    """Raises NotEditable where characters of a YAML text are in, or around, a part that aliases repeat elsewhere."""
    if not YAML_NAME.search(sheet.source.path) or not ANCHOR.search(sheet.text):
        return
    if any(first < end and start < last for first, last in _repeated(sheet.text)):
        raise NotEditable("other places refer to it")


@lru_cache(maxsize=2)
def _repeated(text: str) -> tuple[Bounds, ...]:
    """What the anchors stand at that aliases refer to; all of a text that is no YAML before it is filled in."""
    import yaml

    try:
        return tuple(_anchored(text))
    except (yaml.YAMLError, RecursionError):
        return ((0, len(text)),) if ALIAS.search(text) else ()


def _anchored(text: str) -> Iterator[Bounds]:
    import yaml

    opening: list[tuple[str | None, int]] = []
    found: list[tuple[str, Bounds]] = []
    aliases: set[str] = set()
    events: Iterable[Any] = yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            aliases.add(str(event.anchor))
        elif isinstance(event, yaml.CollectionStartEvent):
            opening.append((event.anchor, _at(event.start_mark)))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, start = opening.pop()
            if anchor:
                found.append((anchor, (start, _at(event.end_mark))))
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            found.append((event.anchor, (_at(event.start_mark), _at(event.end_mark))))
    yield from (bounds for anchor, bounds in found if anchor in aliases)


def _at(mark: Any) -> int:
    index: int = mark.index
    return index

"""Keys of configuration mappings in any spelling, and values without their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ecolint.frameworks.base import Coerced
from ecolint.inference import Located
from ecolint.statements import Call, Symbol, Tree

HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
DEEPEST = 12


@lru_cache(maxsize=8192)
def snake(key: str) -> str:
    """A key in snake case: `maxNumSeqs` and `max-num-seqs` read `max_num_seqs`."""
    return HUMP.sub(r"_\1", key).replace("-", "_").lower()


def snaked(tree: Tree) -> dict[str, Located[Any]]:
    """A mapping by its keys in snake case; the last of several spellings counts."""
    return {snake(key): value for key, value in tree.items() if isinstance(key, str)}


def inner(value: Any) -> Tree | None:
    """The mapping that a value is, or the keywords of a call; None for anything else."""
    if isinstance(value, Call):
        return value.keywords
    return value if isinstance(value, Mapping) else None


def lookup(tree: Tree, path: str) -> Located[Any] | None:
    """Entry under a dotted path in snake case; None where there is none."""
    return Keys(tree).lookup(path)


class Keys:
    """A mapping, and those within it, by keys in snake case; for many look-ups in one mapping."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[int, dict[str, str]] = {}

    def lookup(self, path: str) -> Located[Any] | None:
        """Entry under a dotted path in snake case; None where there is none."""
        found: Located[Any] | None = None
        current: Tree | None = self._tree
        for key in path.split("."):
            if current is None:
                return None
            written = self._written(current).get(key)
            if written is None:
                return None
            found = current[written]
            current = inner(found.value)
        return found

    def _written(self, tree: Tree) -> dict[str, str]:
        """Keys as they are written, by their snake case; the last of several spellings counts."""
        known = self._known.get(id(tree))
        if known is None:
            known = self._known[id(tree)] = {snake(key): key for key in tree if isinstance(key, str)}
        return known


def plain(value: Any, depth: int = 0) -> Any:
    """A value without places: mappings become dicts, sequences lists, symbols and calls their last name.

    What depends on run time, and what is nested too deeply, is `Coerced.UNKNOWN`.
    """
    if depth > DEEPEST:
        return Coerced.UNKNOWN
    if isinstance(value, Located):
        return Coerced.UNKNOWN if value.is_dynamic else plain(value.value, depth + 1)
    if isinstance(value, Symbol):
        return value.name.rpartition(".")[2]
    if isinstance(value, Call):
        return {key: plain(item, depth + 1) for key, item in value.keywords.items()}
    if isinstance(value, Mapping):
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item, depth + 1) for item in value]
    return value


def mappings(value: Any, depth: int = 0) -> Iterator[Tree]:
    """Every mapping inside a value, the outer before the inner."""
    if depth > DEEPEST:
        return
    value = value.value if isinstance(value, Located) else value
    tree = inner(value)
    if tree is not None:
        yield tree
        for item in tree.values():
            yield from mappings(item, depth + 1)
    elif isinstance(value, tuple):
        for item in value:
            yield from mappings(item, depth + 1)

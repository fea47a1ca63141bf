"""References in HCL: `local.x` stands for the value that it is given, `var.x` for a variable's default."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, Sheet, pinned

REFERENCE = re.compile(r"(local|var)\.([A-Za-z_][\w-]*)")
IN_STRING = re.compile(r"\$\{\s*(?:local|var)\.[A-Za-z_][\w-]*\s*\}")
TEMPLATE = re.compile(r"[$%]\{")
DEPTH_LIMIT = 150
"""Nested values and references to references that are followed."""
LENGTH_LIMIT = 10_000
"""Characters of a string with references."""
COPIED_LIMIT = 5_000
"""Values that may be copied from elsewhere; later references are not followed."""


class Given(NamedTuple):
    """A value that stands elsewhere, and what it is known from."""

    value: AnyNode
    origin: str


Lookup = Callable[[str], "Given | None"]


def locals_of(document: Mapping) -> dict[str, AnyNode]:
    return {
        name: entry.value for block in document.mappings("locals") for name, entry in block.entries.items()
    }


def resolve(document: Mapping, default: Lookup, elsewhere: Lookup) -> None:
    """Puts into a tree what its references stand for, where that is known. The tree stays without cycles.

    `default` tells defaults of variables, `elsewhere` the locals of other files.
    """
    _Names(document, default, elsewhere).settle(document, 0)


class _Names:
    def __init__(self, document: Mapping, default: Lookup, elsewhere: Lookup) -> None:
        self.given = {"var": default, "local": elsewhere}
        self.locals = locals_of(document)
        self.known: dict[str, AnyNode | None] = {}
        self.open: set[int] = set()
        self.done: dict[int, AnyNode] = {}
        self.followed: set[tuple[str, str]] = set()
        self.left = COPIED_LIMIT

    def settle(self, node: AnyNode, depth: int) -> AnyNode:
        """What stands for a node: itself, with what its parts stand for, or what it refers to."""
        if isinstance(node, Scalar):
            return self._referred(node, depth) if node.strange else node
        if id(node) in self.done or depth > DEPTH_LIMIT:
            return node
        self.done[id(node)] = node
        self.open.add(id(node))
        if isinstance(node, Mapping):
            for entry in node.entries.values():
                entry.value = self.settle(entry.value, depth + 1)
        else:
            node.items = [self.settle(item, depth + 1) for item in node.items]
        self.open.discard(id(node))
        return node

    def _referred(self, node: Scalar, depth: int) -> AnyNode:
        found = REFERENCE.fullmatch(node.text)
        value = self._filled(node, depth) if found is None else self._value(found[1], found[2], node, depth)
        return node if value is None else value

    def _value(self, kind: str, name: str, node: Scalar, depth: int) -> AnyNode | None:
        value = self.locals.get(name) if kind == "local" else None
        if value is None:
            return self._from_elsewhere(kind, name, node, depth)
        if id(value) in self.open or depth > DEPTH_LIMIT:
            return None
        if name not in self.known:
            self.known[name] = None
            self.known[name] = self.settle(value, depth + 1)
        value = self.known[name]
        return None if isinstance(value, Scalar) and value.strange else value

    def _from_elsewhere(self, kind: str, name: str, node: Scalar, depth: int) -> AnyNode | None:
        found = self.given[kind](name)
        if found is None or (kind, name) in self.followed or depth > DEPTH_LIMIT:
            return None
        self.followed.add((kind, name))
        value = self.settle(self._copied(found.value, node, found.origin), depth + 1)
        self.followed.discard((kind, name))
        is_open = isinstance(value, Scalar) and (value.strange or value.is_null)
        return None if is_open or self.left < 0 else value

    def _copied(self, value: AnyNode, node: Scalar, origin: str) -> AnyNode:
        """A value that stands elsewhere, in the place of a node."""
        self.left -= 1
        if isinstance(value, Scalar):
            return _standing(value.text, node, origin, plain=value.plain, strange=value.strange)
        sheet = _sheet(" ", node, origin)
        if self.left < 0:
            return Sequence(sheet, 0, 1)
        if isinstance(value, Sequence):
            items = Sequence(sheet, 0, 1)
            items.items = [self._copied(item, node, origin) for item in value.items]
            return items
        result = Mapping(sheet, 0, 1)
        for name, entry in value.entries.items():
            key = _standing(entry.key.text, node, origin, plain=entry.key.plain)
            result.entries[name] = Entry(key, self._copied(entry.value, node, origin), key.end)
        return result

    def _filled(self, node: Scalar, depth: int) -> Scalar | None:
        """A string whose templates are all references to what is known; not of a here-document, whose lines keep
        their places."""
        if not (node.sheet.origin or node.sheet.fragment.text.startswith('"', node.start)):
            return None
        origin = ""
        text = node.text
        for reference in dict.fromkeys(IN_STRING.findall(text)):
            found = REFERENCE.search(reference)
            value = self._value(found[1], found[2], node, depth) if found else None
            if not isinstance(value, Scalar):
                return None
            text = text.replace(reference, value.text)
            origin = origin or value.sheet.origin or reference
            if len(text) > LENGTH_LIMIT:
                return None
        return None if TEMPLATE.search(text) else _standing(text, node, origin, plain=False)


def _sheet(text: str, node: Scalar, origin: str) -> Sheet:
    return Sheet(pinned(text, node.span), node.sheet.place, origin)


def _standing(text: str, node: Scalar, origin: str, *, plain: bool, strange: bool = False) -> Scalar:
    """A text that is known from elsewhere, in the place of a node."""
    return Scalar(_sheet(text, node, origin), 0, len(text), text, plain=plain, strange=strange)

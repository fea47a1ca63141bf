"""References in HCL: `local.x` stands for the value that the file gives it, `var.x` for a variable's default."""

from __future__ import annotations

import re
from collections.abc import Callable

from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sheet, pinned

REFERENCE = re.compile(r"(local|var)\.([A-Za-z_][\w-]*)")
IN_STRING = re.compile(r"\$\{\s*(?:local|var)\.[A-Za-z_][\w-]*\s*\}")
TEMPLATE = re.compile(r"[$%]\{")
DEPTH_LIMIT = 150
"""Nested values and references to references that are followed."""
LENGTH_LIMIT = 10_000
"""Characters of a string with references."""
Default = Callable[[str], "tuple[Scalar, str] | None"]
"""Default of a variable, and where it is known from; None where that is not known."""


def resolve(document: Mapping, default: Default) -> None:
    """Puts into a tree what its references stand for, where that is known. The tree stays without cycles."""
    _Names(document, default).settle(document, 0)


class _Names:
    def __init__(self, document: Mapping, default: Default) -> None:
        self.default = default
        self.locals = {
            name: entry.value
            for block in document.mappings("locals")
            for name, entry in block.entries.items()
        }
        self.known: dict[str, AnyNode | None] = {}
        self.open: set[int] = set()
        self.done: set[int] = set()

    def settle(self, node: AnyNode, depth: int) -> AnyNode:
        """What stands for a node: itself, with what its parts stand for, or what it refers to."""
        if isinstance(node, Scalar):
            return self._referred(node, depth) if node.strange else node
        if id(node) in self.done or depth > DEPTH_LIMIT:
            return node
        self.done.add(id(node))
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
        if kind == "var":
            given = self.default(name)
            return None if given is None else _standing(given[0].text, node, given[1], given[0].plain)
        value = self.locals.get(name)
        if value is None or id(value) in self.open or depth > DEPTH_LIMIT:
            return None
        if name not in self.known:
            self.known[name] = None
            self.known[name] = self.settle(value, depth + 1)
        value = self.known[name]
        return None if isinstance(value, Scalar) and value.strange else value

    def _filled(self, node: Scalar, depth: int) -> Scalar | None:
        """A string whose templates are all references to what is known; not of a here-document, whose lines keep
        their places."""
        if not node.sheet.fragment.text.startswith('"', node.start):
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


def _standing(text: str, node: Scalar, origin: str, plain: bool) -> Scalar:
    """A text that is known from elsewhere, in the place of a node."""
    sheet = Sheet(pinned(text, node.span), node.sheet.place, origin)
    return Scalar(sheet, 0, len(text), text, plain=plain)

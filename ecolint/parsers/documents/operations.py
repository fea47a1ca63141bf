"""JSON patches: operations on a document, each at a path."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, walk
from ecolint.source import Span

OPERATIONS = frozenset(("add", "replace", "remove"))
CONTAINERS = frozenset(("containers", "initContainers"))
DEPTH = 30
"""Keys in a path that is followed."""


def are_in(document: AnyNode) -> bool:
    """Whether a document is a list of operations."""
    return isinstance(document, Sequence) and any(True for _ in _of(document))


def _of(document: AnyNode) -> Iterator[Mapping]:
    for item in document.items if isinstance(document, Sequence) else ():
        if isinstance(item, Mapping) and item.text("op") and item.text("path").startswith("/"):
            yield item


def place_of(document: AnyNode) -> Span:
    """The value that the first operation on a container puts there."""
    for operation in _of(document):
        value = operation.get("value")
        if value is not None and CONTAINERS & set(operation.text("path").split("/")):
            return value.span
    return document.span


def applied(base: Mapping, document: AnyNode) -> Mapping:
    """The document with the operations that can be made; what they do not touch is shared with `base`."""
    for operation in _of(document):
        keys = [key.replace("~1", "/").replace("~0", "~") for key in operation.text("path")[1:].split("/")]
        if operation.text("op") in OPERATIONS and len(keys) < DEPTH:
            changed = _changed(base, keys, operation)
            base = changed if isinstance(changed, Mapping) else base
    return base


def _changed(node: AnyNode, keys: list[str], operation: Mapping) -> AnyNode:
    if isinstance(node, Mapping):
        return _with_entry(node, keys, operation)
    return _with_item(node, keys, operation) if isinstance(node, Sequence) else node


def _with_entry(node: Mapping, keys: list[str], operation: Mapping) -> Mapping:
    key, *rest = keys
    value = operation.get("value")
    known = node.entries.get(key)
    result = Mapping(operation.sheet, operation.start, operation.end)
    result.entries = dict(node.entries)
    if rest:
        inner = _changed(known.value, rest, operation) if known is not None else None
        if known is None or inner is None or inner is known.value:
            return node
        result.entries[key] = Entry(known.key, inner, known.end)
    elif operation.text("op") == "remove":
        result.entries.pop(key, None)
    elif value is not None:
        written = Scalar(value.sheet, value.start, value.end, key)
        result.entries[key] = Entry(written, value, value.end)
    return result


def _with_item(node: Sequence, keys: list[str], operation: Mapping) -> Sequence:
    key, *rest = keys
    is_added = operation.text("op") == "add" and not rest
    number = len(node.items) if key == "-" else int(key) if key.isdecimal() and len(key) < 6 else -1
    if not 0 <= number < len(node.items) + is_added:
        return node
    value = operation.get("value")
    result = Sequence(operation.sheet, operation.start, operation.end)
    result.items = list(node.items)
    if rest:
        result.items[number] = _changed(node.items[number], rest, operation)
        if result.items[number] is node.items[number]:
            return node
    elif operation.text("op") == "remove":
        del result.items[number]
    elif value is not None:
        result.items[number : number + (not is_added)] = [value]
    return result


def only_changed(base: Mapping, changed: Mapping) -> Mapping:
    """A changed document, and what it shares with `base`, without the containers that are as they were there."""
    old = {id(mapping) for mapping in walk(base)}
    for mapping in walk(changed):
        for key in CONTAINERS & mapping.entries.keys():
            entry = mapping.entries[key]
            if isinstance(entry.value, Sequence):
                fresh = Sequence(entry.value.sheet, entry.value.start, entry.value.end)
                fresh.items = [item for item in entry.value.items if id(item) not in old]
                mapping.entries[key] = Entry(entry.key, fresh, entry.end)
    return changed

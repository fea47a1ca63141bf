"""Arguments and items of Python source, with what stands beside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ecolint.edits.elements import SPACE, Element
from ecolint.edits.sheet import NotEditable, Sheet
from ecolint.parsers.pythonic.text import Text


def element_at(sheet: Sheet, start: int, end: int) -> Element:
    """The argument, dictionary item or list element (or several) at these characters. Raises NotEditable."""
    text = Text(sheet.fragment)
    for opening, items, node in _lists(sheet.tree, text, start, end):
        found = [item for item in items if start <= item[0] and item[1] <= end]
        if not found or found[0][0] != start or found[-1][1] != end:
            continue
        first, last = items.index(found[0]), items.index(found[-1])
        before = items[first - 1][1] if first else opening
        after = (
            items[last + 1][0] if last + 1 < len(items) else _closing(sheet.text, end, text.bounds(node)[1])
        )
        return Element(start, end, before, after, first == 0, last == len(items) - 1)
    raise NotEditable("not an argument of its own")


def _closing(text: str, end: int, node_end: int) -> int:
    space = SPACE.match(text, end)
    assert space is not None
    return max(node_end - 1, end)


Bounds = tuple[int, int]


def _lists(
    tree: ast.Module, text: Text, start: int, end: int
) -> Iterator[tuple[int, list[Bounds], ast.expr]]:
    """Calls, dictionaries and lists around these characters: where they open, and their elements."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Call, ast.Dict, ast.List, ast.Tuple)):
            continue
        first, last = text.bounds(node)
        if not first <= start < end <= last:
            continue
        if isinstance(node, ast.Call):
            opening = sheet_opening(text, text.bounds(node.func)[1])
            items = [text.bounds(item) for item in (*node.args, *node.keywords)]
        elif isinstance(node, ast.Dict):
            opening = first + 1
            items = [
                (text.bounds(key)[0] if key is not None else text.bounds(value)[0], text.bounds(value)[1])
                for key, value in zip(node.keys, node.values, strict=True)
            ]
        else:
            opening = first + 1
            items = [text.bounds(item) for item in node.elts]
        yield opening, sorted(items), node


def sheet_opening(text: Text, at: int) -> int:
    """Index behind the bracket that opens a call's arguments."""
    return text.fragment.text.index("(", at) + 1

"""Arguments and items of Python source, with what stands beside them."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator

from ecolint.edits.elements import Element
from ecolint.edits.sheet import NotEditable, Sheet

Bounds = tuple[int, int]


def element_at(sheet: Sheet, start: int, end: int) -> Element:
    """The argument, dictionary item or list element (or several) at these characters. Raises NotEditable."""
    for _, (opening, items, closing) in _lists(sheet, start, end):
        first = bisect_left(items, (start,))
        last = bisect_left(items, (end,)) - 1
        if not first <= last or items[first][0] != start or items[last][1] != end:
            continue
        before = items[first - 1][1] if first else opening
        after = items[last + 1][0] if last + 1 < len(items) else max(closing, end)
        return Element(start, end, before, after, first == 0, last == len(items) - 1)
    raise NotEditable("not an argument of its own")


def container_at(sheet: Sheet, start: int, end: int) -> ast.Call | ast.Dict | None:
    """The call or dictionary of which these characters are an element. Raises NotEditable."""
    for node, (_, items, _) in _lists(sheet, start, end):
        if isinstance(node, (ast.Call, ast.Dict)) and (start, end) in items:
            return node
    return None


def _lists(sheet: Sheet, start: int, end: int) -> Iterator[tuple[ast.expr, tuple[int, list[Bounds], int]]]:
    """Calls, dictionaries and lists around these characters, with where they open, their elements, and where they
    close."""
    for first, last, node in sheet.lists_around(start, end):
        if node not in sheet.elements:
            sheet.elements[node] = _elements(sheet, first, last, node)
        found = sheet.elements[node]
        if found is not None:
            yield node, found


def _elements(sheet: Sheet, first: int, last: int, node: ast.AST) -> tuple[int, list[Bounds], int] | None:
    text = sheet.python
    opening = first + 1
    if isinstance(node, ast.Call):
        opening = _bracket(sheet, text.bounds(node.func)[1])
        items = [text.bounds(item) for item in (*node.args, *node.keywords)]
    elif isinstance(node, ast.Dict):
        items = [
            (text.bounds(value if key is None else key)[0], text.bounds(value)[1])
            for key, value in zip(node.keys, node.values, strict=True)
        ]
    elif isinstance(node, (ast.List, ast.Tuple)):
        items = [text.bounds(item) for item in node.elts]
    else:
        return None
    return opening, sorted(items), last - 1


def _bracket(sheet: Sheet, at: int) -> int:
    """Index behind the bracket that opens a call's arguments."""
    found = sheet.text.find("(", at)
    if found < 0:
        raise NotEditable("not a call as it is written")
    return found + 1

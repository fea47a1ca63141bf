"""Arguments and items of Python source, with what stands beside them."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator

from ecolint.edits.elements import Element, without
from ecolint.edits.sheet import NotEditable, NothingLeft, Sheet
from ecolint.finding import Edit
from ecolint.parsers.pythonic.syntax.called import called_name
from ecolint.records import dataclass, replace

Bounds = tuple[int, int]
TAKES_WORDS = frozenset(("create_subprocess_exec",))
"""Functions that take the words of a command one by one."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Elements among those of a call, dictionary, list or tuple; `others` is the number of all that are beside them,
    and `next_end` where the next one ends."""

    element: Element
    node: ast.AST
    others: int
    next_end: int


def element_at(sheet: Sheet, start: int, end: int) -> Element:
    """The argument, dictionary item or list element (or several) at these characters. Raises NotEditable."""
    found = _listed(sheet, start, end)
    if found is None:
        raise NotEditable("not an argument of its own")
    return found.element


def without_element(sheet: Sheet, start: int, end: int) -> Edit:
    """The removal of an argument or dictionary item. Raises NotEditable."""
    return without(sheet, element_at(sheet, start, end))


def without_word(sheet: Sheet, start: int, end: int) -> Edit | None:
    """The removal of words of a command that are elements of their own; None where they are none.

    Raises NotEditable where fewer elements would be another thing.
    """
    found = _listed(sheet, start, end)
    if found is None:
        return None
    if isinstance(found.node, ast.Call) and called_name(found.node) not in TAKES_WORDS:
        raise NothingLeft("the argument of a call that takes it by itself")
    if isinstance(found.node, ast.Tuple):
        return _without_item_of_tuple(sheet, found)
    return without(sheet, found.element)


def appended_by(sheet: Sheet, start: int, end: int) -> Bounds:
    """The statement that only appends the word at these characters, among others of its block. Raises NotEditable."""
    found = _listed(sheet, start, end)
    call = found.node if found is not None and not found.others else None
    if not isinstance(call, ast.Call) or called_name(call) != "append":
        raise NotEditable("nothing would be left of it")
    statement = sheet.index.parents[call]
    if not isinstance(statement, ast.Expr) or sheet.neighbours.get(statement, 1) == 1:
        raise NotEditable("nothing would be left of its block")
    return sheet.python.bounds(statement)


def _without_item_of_tuple(sheet: Sheet, found: Listed) -> Edit:
    """A tuple of one element keeps its comma; one of none is no pair any more to those that take it apart."""
    element = found.element
    start, end = sheet.python.bounds(found.node)
    parent = sheet.index.parents[found.node]
    if not sheet.text.startswith("(", start) or isinstance(parent, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
        raise NothingLeft("a tuple that others take apart")
    if isinstance(parent, ast.Assign) and not isinstance(parent.targets[0], (ast.Name, ast.Attribute)):
        raise NothingLeft("a tuple that is taken apart")
    if found.others != 1:
        return without(sheet, element)
    if element.last:
        return without(sheet, replace(element, keeps_comma=True))
    if "," in sheet.text[found.next_end : end]:
        return without(sheet, element)
    left = sheet.text[element.after : found.next_end]
    return sheet.replaced(element.start, found.next_end, f"{left},")


def _listed(sheet: Sheet, start: int, end: int) -> Listed | None:
    for node, (opening, items, closing) in _lists(sheet, start, end):
        first = bisect_left(items, (start,))
        last = bisect_left(items, (end,)) - 1
        if not first <= last or items[first][0] != start or items[last][1] != end:
            continue
        before = items[first - 1][1] if first else opening
        is_last = last + 1 == len(items)
        after = max(closing, end) if is_last else items[last + 1][0]
        element = Element(start, end, before, after, first == 0, is_last)
        others = len(items) - (last + 1 - first)
        return Listed(element, node, others, end if is_last else items[last + 1][1])
    return None


def container_at(sheet: Sheet, start: int, end: int) -> ast.Call | ast.Dict | None:
    """The call or dictionary of which these characters are an element. Raises NotEditable."""
    for node, (_, items, _) in _lists(sheet, start, end):
        if isinstance(node, (ast.Call, ast.Dict)) and (start, end) in items:
            return node
    return None


def _lists(sheet: Sheet, start: int, end: int) -> Iterator[tuple[ast.AST, tuple[int, list[Bounds], int]]]:
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

"""Variables of Python text that hold what an edit would change, and what else they are used for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import islice

from ecolint.edits.sheet import NotEditable, Sheet
from ecolint.parsers.pythonic.called import called_name
from ecolint.records import dataclass

CONTAINERS = (
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.Starred,
    ast.keyword,
    ast.BinOp,
    ast.IfExp,
    ast.Constant,
    ast.JoinedStr,
)
MAKERS = frozenset(("dict", "list", "tuple", "OrderedDict", "copy", "deepcopy"))
FILLERS = frozenset(("append", "extend", "update"))
"""Methods by which a list or mapping is put together."""
TELLERS = frozenset(("print", "pprint", "log", "debug", "info", "warning", "error", "exception", "echo"))
"""Functions that only tell what they are given."""
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
USES = 1
"""What a list or mapping is put together for."""


def check_unshared(sheet: Sheet, start: int, end: int) -> None:
    """Raises NotEditable where the list, mapping or text at these characters is held by a variable of several uses."""
    held = _held(sheet, start, end)
    if held is None or not isinstance(held.by, (ast.Name, ast.Attribute)):
        return
    scope = _scope(sheet, held.by) if isinstance(held.by, ast.Name) else None
    known = (ast.unparse(held.by), scope, held.key)
    if known not in sheet.refusals:
        several = any(True for _ in islice(_uses(sheet, held), USES, None))
        sheet.refusals[known] = "its variable is used elsewhere" if several else ""
    if sheet.refusals[known]:
        raise NotEditable(sheet.refusals[known])


def _innermost(sheet: Sheet, start: int, end: int) -> ast.AST | None:
    written = (*sheet.lists, *sheet.texts)
    around = [(last - first, node) for first, last, node in written if first <= start and end <= last]
    return min(around, key=lambda item: item[0])[1] if around else None


@dataclass(frozen=True, slots=True)
class Held:
    """The name or attribute that is given what an edit is part of, and the key that this stands under, if any."""

    by: ast.expr
    key: str = ""


def _held(sheet: Sheet, start: int, end: int) -> Held | None:
    node = _innermost(sheet, start, end)
    key = ""
    while node is not None:
        key = _key(sheet, node, start) or key
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in FILLERS:
                return Held(function.value, key)
            if called_name(node) not in MAKERS:
                return None
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            return Held(node.targets[0] if isinstance(node, ast.Assign) else node.target, key)
        elif not isinstance(node, CONTAINERS):
            return None
        node = sheet.parents.get(node)
    return None


def _key(sheet: Sheet, node: ast.AST, at: int) -> str:
    """The key of the entry of a mapping that holds a character."""
    bounds = sheet.python.bounds
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and bounds(key)[0] <= at < bounds(value)[1]:
                return str(key.value)
    elif isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg and bounds(keyword)[0] <= at < bounds(keyword)[1]:
                return keyword.arg
    return ""


def _uses(sheet: Sheet, held: Held) -> Iterator[ast.AST]:
    holder = held.by
    if isinstance(holder, ast.Attribute):
        nodes: Iterable[ast.AST] = (
            node for node in sheet.parents if isinstance(node, ast.Attribute) and node.attr == holder.attr
        )
    elif isinstance(holder, ast.Name):
        nodes = _named(sheet, holder.id, _scope(sheet, holder))
    else:
        return
    for node in nodes:
        if isinstance(getattr(node, "ctx", None), ast.Load) and not _is_idle(sheet, node, held):
            yield node


def _scope(sheet: Sheet, node: ast.AST) -> ast.AST:
    while not isinstance(node, SCOPES):
        node = sheet.parents[node]
    return node


def _named(sheet: Sheet, name: str, scope: ast.AST) -> Iterator[ast.AST]:
    """Names below a scope, but for functions with a variable of their own by that name."""
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and node.id == name:
            yield node
        if node is scope or not isinstance(node, SCOPES) or not _binds(node, name):
            waiting.extend(ast.iter_child_nodes(node))


def _binds(function: ast.AST, name: str) -> bool:
    return any(
        (isinstance(node, ast.arg) and node.arg == name)
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        for node in ast.walk(function)
    )


def _is_idle(sheet: Sheet, node: ast.AST, held: Held) -> bool:
    """Whether a use only puts the variable together, tells what it holds, or takes something else from it."""
    parent = sheet.parents[node]
    if isinstance(parent, ast.Attribute) and parent.attr in FILLERS:
        return True
    if isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.slice, ast.Constant):
        return bool(held.key) and parent.slice.value != held.key
    at: ast.AST | None = parent
    while isinstance(at, (ast.expr, ast.keyword)):
        if isinstance(at, ast.Call) and called_name(at) in TELLERS:
            return True
        at = sheet.parents.get(at)
    return isinstance(at, ast.Assign) and ast.dump(at.targets[0]) == ast.dump(_stored(held.by))


def _stored(holder: ast.expr) -> ast.expr:
    """A name or attribute as what is assigned to."""
    if isinstance(holder, ast.Name):
        return ast.Name(holder.id, ast.Store())
    assert isinstance(holder, ast.Attribute)
    return ast.Attribute(holder.value, holder.attr, ast.Store())

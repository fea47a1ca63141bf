"""Variables of Python text that hold what an edit would change, and what else they are used for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ecolint.edits.sheet import NotEditable, Sheet

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
    holder = _holder(sheet, _innermost(sheet, start, end))
    if holder is not None and sum(1 for _ in _uses(sheet, holder)) > USES:
        raise NotEditable("its variable is used elsewhere")


def _innermost(sheet: Sheet, start: int, end: int) -> ast.AST | None:
    written = (*sheet.lists, *sheet.texts)
    around = [(last - first, node) for first, last, node in written if first <= start and end <= last]
    return min(around, key=lambda item: item[0])[1] if around else None


def _holder(sheet: Sheet, node: ast.AST | None) -> ast.expr | None:
    """The name or attribute that is given what a node is part of."""
    while node is not None:
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in FILLERS:
                return function.value
            if _called(node) not in MAKERS:
                return None
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            return node.targets[0] if isinstance(node, ast.Assign) else node.target
        elif not isinstance(node, CONTAINERS):
            return None
        node = sheet.parents.get(node)
    return None


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _uses(sheet: Sheet, holder: ast.expr) -> Iterator[ast.AST]:
    if isinstance(holder, ast.Attribute):
        nodes: Iterable[ast.AST] = (
            node for node in sheet.parents if isinstance(node, ast.Attribute) and node.attr == holder.attr
        )
    elif isinstance(holder, ast.Name):
        nodes = _named(sheet, holder.id, _scope(sheet, holder))
    else:
        return
    for node in nodes:
        if isinstance(getattr(node, "ctx", None), ast.Load) and not _is_idle(sheet, node):
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


def _is_idle(sheet: Sheet, node: ast.AST) -> bool:
    """Whether a use only puts the variable together, or tells what it holds."""
    parent = sheet.parents[node]
    if isinstance(parent, ast.Attribute) and parent.attr in FILLERS:
        return True
    at: ast.AST | None = parent
    while isinstance(at, ast.expr):
        if isinstance(at, ast.Call) and _called(at) in TELLERS:
            return True
        at = sheet.parents.get(at)
    return False

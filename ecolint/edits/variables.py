"""Variables of Python text that hold what an edit would change, and what else they are used for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import islice

from ecolint.edits.sheet import NotEditable, Sheet
from ecolint.parsers.pythonic.scopes import Scope
from ecolint.parsers.pythonic.syntax.called import called_name
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
USES = 1
"""What a list or mapping is put together for."""


def check_unshared(sheet: Sheet, start: int, end: int) -> None:
    """Raises NotEditable where the list, mapping or text at these characters is held by a variable of several uses."""
    held = _held(sheet, start, end)
    if held is None or not isinstance(held.by, (ast.Name, ast.Attribute)):
        return
    known = (ast.unparse(held.by), held.scope, held.key)
    if known not in sheet.refusals:
        several = any(True for _ in islice(_uses(sheet, held), USES, None))
        sheet.refusals[known] = "its variable is used elsewhere" if several else ""
    if sheet.refusals[known]:
        raise NotEditable(sheet.refusals[known])


@dataclass(frozen=True, slots=True)
class Held:
    """The name or attribute that is given what an edit is part of, and the key that this stands under, if any."""

    by: ast.expr
    scope: Scope
    key: str


def _held(sheet: Sheet, start: int, end: int) -> Held | None:
    node: ast.AST | None = sheet.innermost(start, end)
    if node is None:
        return None
    scope = sheet.outline.scope_of(node)
    key = ""
    while node is not None:
        key = _key(sheet, node, start) or key
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in FILLERS:
                return Held(function.value, scope, key)
            if called_name(node) not in MAKERS:
                return None
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            return Held(node.targets[0] if isinstance(node, ast.Assign) else node.target, scope, key)
        elif not isinstance(node, CONTAINERS):
            return None
        node = sheet.index.parents.get(node)
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


def _uses(sheet: Sheet, held: Held) -> Iterator[ast.expr]:
    for node in _reads(sheet, held):
        if not _is_idle(sheet, node, held):
            yield node


def _reads(sheet: Sheet, held: Held) -> Iterable[ast.expr]:
    holder = held.by
    if isinstance(holder, ast.Attribute):
        return sheet.outline.attributes.get(holder.attr, ())
    assert isinstance(holder, ast.Name)
    owner = held.scope.owner(holder.id)
    if owner is None:
        return sheet.index.reads(holder.id)
    attributes = sheet.outline.attributes.get(holder.id, ()) if owner.is_class else ()
    return (*sheet.index.reads_of(holder.id, owner), *attributes)


def _is_idle(sheet: Sheet, node: ast.AST, held: Held) -> bool:
    """Whether a use only puts the variable together, tells what it holds, or takes something else from it."""
    parent = sheet.index.parents[node]
    if isinstance(parent, ast.Attribute) and parent.attr in FILLERS:
        return True
    if isinstance(parent, ast.Subscript) and parent.value is node and isinstance(parent.slice, ast.Constant):
        return bool(held.key) and parent.slice.value != held.key
    at: ast.AST | None = parent
    while isinstance(at, (ast.expr, ast.keyword)):
        if isinstance(at, ast.Call) and called_name(at) in TELLERS:
            return True
        at = sheet.index.parents.get(at)
    return isinstance(at, ast.Assign) and ast.dump(at.targets[0]) == ast.dump(_stored(held.by))


def _stored(holder: ast.expr) -> ast.expr:
    """A name or attribute as what is assigned to."""
    if isinstance(holder, ast.Name):
        return ast.Name(holder.id, ast.Store())
    assert isinstance(holder, ast.Attribute)
    return ast.Attribute(holder.value, holder.attr, ast.Store())

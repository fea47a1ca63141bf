"""Branches that make what they find missing, as caches and singletons do."""

from __future__ import annotations

import ast
from functools import lru_cache

from ecolint.parsers.pythonic.scopes import Guard, Site, dotted_path


@lru_cache(maxsize=4096)
def asks_for_missing(guard: Guard) -> bool:
    """Whether the branch makes what its condition finds missing, as caches and singletons do."""
    node = guard.node
    if not isinstance(node, ast.If):
        return False
    subject = _subject_of(guard, node)
    if not subject:
        return False
    if guard.early:
        return True
    for statement in node.body:
        for inner in ast.walk(statement):
            targets = inner.targets if isinstance(inner, ast.Assign) else []
            for target in targets:
                for leaf in ast.walk(target):
                    if isinstance(leaf, (ast.Name, ast.Attribute, ast.Subscript)) and _path(leaf) == subject:
                        return True
    return False


def asks_for_variable(guard: Guard, site: Site) -> bool:
    """Whether what the condition of a branch finds missing is a variable of the function that it stands in."""
    assert isinstance(guard.node, ast.If)
    name = _subject_of(guard, guard.node)
    owner = site.scope.owner(name) if name and "." not in name else None
    return owner is not None and owner.function is site.scope.function


def _subject_of(guard: Guard, node: ast.If) -> str:
    return _missing_subject(node.test, positive=guard.truth and not guard.early)


def _path(node: ast.AST) -> str:
    return dotted_path(node.value if isinstance(node, ast.Subscript) else node)


def _missing_subject(test: ast.expr, *, positive: bool) -> str:
    """Path of what a test asks about: `x is None`, `not x`, `k not in x`, `not hasattr(x, …)`."""
    if not positive:
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.IsNot, ast.In)):
            asks_none = isinstance(test.ops[0], ast.In) or _is_none(test.comparators[0])
            return (
                _path(test.left if isinstance(test.ops[0], ast.IsNot) else test.comparators[0])
                if asks_none
                else ""
            )
        return ""
    if isinstance(test, ast.BoolOp):
        for part in test.values:
            found = _missing_subject(part, positive=True)
            if found:
                return found
        return ""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = test.operand
        if isinstance(inner, ast.Call) and dotted_path(inner.func) == "hasattr" and len(inner.args) == 2:
            name = inner.args[1].value if isinstance(inner.args[1], ast.Constant) else ""
            return f"{_path(inner.args[0])}.{name!s}"
        return _path(inner)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        if isinstance(test.ops[0], (ast.Is, ast.Eq)) and _is_none(test.comparators[0]):
            return _path(test.left)
        if isinstance(test.ops[0], ast.NotIn):
            return _path(test.comparators[0])
    return ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None

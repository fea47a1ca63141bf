"""Which calls in a module are of one of its own functions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.scopes import Scope

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module


def callers(scope: Scope, module: Module) -> list[ast.Call]:
    """Calls in the module of a function, method or (for `__init__`) class of it, outside of itself."""
    cache = module.callers
    if scope not in cache:
        cache[scope] = _find_callers(scope, module)
    return cache[scope]


def _find_callers(scope: Scope, module: Module) -> list[ast.Call]:
    if not scope.name or scope.parent is None:
        return []
    method = scope.parent.is_class
    name = scope.parent.name if method and scope.name == "__init__" else scope.name
    found = []
    for call in module.index.calls_named(name):
        function = call.func
        if isinstance(function, ast.Name) and function.id == name:
            owner = module.index.sites[call].scope.owner(name)
            fits = owner is (scope.parent.parent if method else scope.parent) and (
                not method or scope.name == "__init__"
            )
        elif (
            isinstance(function, ast.Attribute)
            and function.attr == name
            and method
            and scope.name != "__init__"
        ):
            fits = isinstance(function.value, ast.Name) and (
                function.value.id == "self" and module.index.sites[call].scope.enclosing_class is scope.parent
            )
        else:
            fits = False
        if fits and not _inside(module.index.sites[call].scope, scope):
            found.append(call)
    return found


def _inside(inner: Scope | None, outer: Scope) -> bool:
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.parent
    return False

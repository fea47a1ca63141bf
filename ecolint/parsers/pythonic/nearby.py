"""What a module names besides its wanted calls: callees, decorators, devices, settings by short literal words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ecolint.cloud_functions import CARD_KEYWORDS
from ecolint.context import TRAINING_METHODS
from ecolint.parsers.pythonic.index import Index
from ecolint.parsers.pythonic.scopes import Kind, Scope, dotted_path

LITERAL_LIMIT = 40
PLACING = frozenset(("to", "device"))
"""Methods and functions that are given a device by its name."""


def nearby_of(index: Index) -> frozenset[str]:
    """Dotted names of all callees, decorators and functions with arguments filled in, names of methods that training
    calls, and settings such as `cache_implementation=static`, and `device=cuda`."""
    found: set[str] = set()
    for node in index.calls:
        scope = index.sites[node].scope
        found.update(_callees(node, scope))
        found.update(_device(node))
        found.update(_keywords(node, scope))
    for scope in index.scopes.values():
        if scope.name in TRAINING_METHODS:
            found.add(scope.name)
        found.update(_decorators(scope))
        found.update(_attributes(scope))
    return frozenset(found)


def _callees(node: ast.Call, scope: Scope) -> Iterator[str]:
    """The callee of a call, and of one that fills in arguments the function that they are for."""
    path = dotted_path(node.func)
    if path:
        yield _imported(path, scope)
        if path.rpartition(".")[2] == "partial" and node.args and (inner := dotted_path(node.args[0])):
            yield _imported(inner, scope)
    elif isinstance(node.func, ast.Attribute):
        yield f"?.{node.func.attr}"


def _device(node: ast.Call) -> Iterator[str]:
    if len(node.args) == 1 and getattr(node.func, "attr", "") in PLACING:
        place = node.args[0]
        if isinstance(place, ast.Constant) and isinstance(place.value, str):
            yield f"device={place.value[:LITERAL_LIMIT]}"


def _keywords(node: ast.Call, scope: Scope) -> Iterator[str]:
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg in CARD_KEYWORDS and isinstance(value, ast.Name):
            value = _only_value(value.id, scope) or value
        text = _word(value)
        if keyword.arg and text is not None and len(text) <= LITERAL_LIMIT:
            yield f"{keyword.arg}={text}"


def _decorators(scope: Scope) -> Iterator[str]:
    for decorator in getattr(scope.node, "decorator_list", ()):
        if path := dotted_path(decorator):
            yield _imported(path, scope)


def _attributes(scope: Scope) -> Iterator[str]:
    for name, bindings in scope.bindings.items():
        _, dot, attribute = name.rpartition(".")
        if dot:
            for binding in bindings:
                text = _word(binding.value)
                if text is not None:
                    yield f"{attribute}={text}"[: LITERAL_LIMIT * 2]


def _word(node: ast.AST | None) -> str | None:
    """A literal text or truth value as it is spelled."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bool)):
        return str(node.value)
    return None


def _imported(path: str, scope: Scope) -> str:
    root, dot, rest = path.partition(".")
    owner = scope.owner(root)
    if owner is None:
        return path
    binding = owner.bindings[root][0]
    if binding.kind is Kind.IMPORT:
        return f"{binding.dotted}{dot}{rest}"
    return f"?.{rest}" if rest else path


def _only_value(name: str, scope: Scope) -> ast.expr | None:
    """What a variable is set to, where it is set once."""
    owner = scope.owner(name)
    bindings = owner.bindings[name] if owner is not None else []
    return bindings[0].value if len(bindings) == 1 and bindings[0].kind is Kind.ASSIGN else None

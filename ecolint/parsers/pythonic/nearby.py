"""What a module names besides its wanted calls: callees, decorators, devices, settings by short literal words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ecolint.cloud_functions import ANY_CARD, CARD_KEYWORDS
from ecolint.context import TRAINING_METHODS
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Kind, Scope, dotted_path
from ecolint.parsers.pythonic.syntax.called import is_partial

LITERAL_LIMIT = 40
PLACING = frozenset(("to", "device"))
"""Methods and functions that are given a device by its name."""
UNREAD = "?"
"""The value of a setting that stands somewhere and is not read."""
COMPILING = frozenset(("cache_implementation", "dynamo_backend"))
"""Settings by which a library compiles a model, wherever they are written."""


def nearby_of(module: Module) -> frozenset[str]:
    """Dotted names of all callees, decorators and functions with arguments filled in, names of methods that training
    calls, and settings such as `cache_implementation=static`, and `device=cuda`; of settings that compile a model also
    `cache_implementation=?`, where the value or its use is not read here."""
    index = module.index
    found: set[str] = set()
    for node in index.calls:
        scope = index.sites[node].scope
        found.update(_callees(node, scope))
        found.update(_device(node))
        found.update(_keywords(node, module))
    for scope in index.scopes.values():
        if scope.name in TRAINING_METHODS:
            found.add(scope.name)
        found.update(_decorators(scope))
        found.update(_attributes(scope))
    found.update(f"{name}={UNREAD}" for name in _unread(module))
    return frozenset(found)


def _callees(node: ast.Call, scope: Scope) -> Iterator[str]:
    """The callee of a call, and of one that fills in arguments the function that they are for."""
    path = dotted_path(node.func)
    if path:
        yield _imported(path, scope)
        if is_partial(node) and node.args and (inner := dotted_path(node.args[0])):
            yield _imported(inner, scope)
    elif isinstance(node.func, ast.Attribute):
        yield f"?.{node.func.attr}"


def _device(node: ast.Call) -> Iterator[str]:
    if len(node.args) == 1 and getattr(node.func, "attr", "") in PLACING:
        place = node.args[0]
        if isinstance(place, ast.Constant) and isinstance(place.value, str):
            yield f"device={place.value[:LITERAL_LIMIT]}"


def _keywords(node: ast.Call, module: Module) -> Iterator[str]:
    for keyword in node.keywords:
        if keyword.arg in CARD_KEYWORDS:
            for card in _cards(keyword.value, node, module):
                yield f"{keyword.arg}={card}"
            continue
        text = _word(keyword.value)
        if keyword.arg and text is not None and len(text) <= LITERAL_LIMIT:
            yield f"{keyword.arg}={text}"


def _cards(node: ast.expr, call: ast.Call, module: Module) -> Iterator[str]:
    """The card that an argument names by its text; `ANY_CARD` where it may name one that is not known."""
    card = Evaluator().value(node, module, module.index.sites[call])
    if isinstance(card.value, str):
        yield card.value[:LITERAL_LIMIT]
    elif card.is_dynamic or isinstance(card.value, tuple):
        yield ANY_CARD


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


def _unread(module: Module) -> Iterator[str]:
    """Settings that compile a model, given in a mapping, by name, or with a value that is no literal."""
    names = {name for name in COMPILING if name in module.text.fragment.text}
    for node in ast.walk(module.tree) if names else ():
        match node:
            case ast.Constant(value=str(name)) if name in names:
                yield name
            case ast.keyword(arg=str(name), value=value) if name in names and not isinstance(
                value, ast.Constant
            ):
                yield name
            case ast.Assign(targets=targets, value=value) if not isinstance(value, ast.Constant):
                yield from names.intersection(getattr(target, "attr", "") for target in targets)


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

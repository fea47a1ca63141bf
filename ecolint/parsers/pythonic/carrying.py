"""Whether a load may be given a judged setting, told from the tree alone, before anything is evaluated.

Says yes wherever evaluation might find one; no only where names, keywords and the bindings of what is spread show
that none can arrive.
"""

from __future__ import annotations

import ast
from functools import cache

from ecolint.parsers.pythonic import names
from ecolint.parsers.pythonic.evaluator import READERS
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind
from ecolint.sieve_words import OF_CALLS

HARMLESS = frozenset(("pop", "get", "clear", "remove"))
"""Methods of a mapping that put nothing into it."""
STORED = ("bitsandbytes-", "bitsandbytes_", "bitsandbytes4", "bitsandbytes8")
DEPTH_LIMIT = 3


@cache
def _words() -> tuple[str, ...]:
    return tuple(word.decode() for word in OF_CALLS)


@cache
def _values() -> tuple[str, ...]:
    """Words that tell wherever in a module they stand, as no keyword is called so."""
    return (
        *(word for word in _words() if not word.isidentifier()),
        "bnb4",
        "unsloth",
        "FastLanguageModel",
        *STORED,
    )


def tells_by_value(text: str) -> bool:
    """Whether a module's text holds a word that a name or class tells by."""
    return any(word in text for word in _values())


def may_carry(node: ast.Call, module: Module) -> bool:
    """Whether a keyword of the call is judged, or a mapping that is spread into it may hold one that is."""
    return any(
        is_judged(keyword.arg) if keyword.arg else _holds(keyword.value, module, 0)
        for keyword in node.keywords
    )


@cache
def is_judged(keyword: str) -> bool:
    return any(word in keyword for word in _words())


def _holds(node: ast.expr, module: Module, depth: int) -> bool:
    """Whether an expression may be a mapping with a judged key."""
    if isinstance(node, ast.Dict):
        return any(
            _holds(value, module, depth) if key is None else _is_judged_key(key)
            for key, value in zip(node.keys, node.values, strict=True)
        )
    if isinstance(node, ast.Name) and depth < DEPTH_LIMIT:
        owner = module.site_of(node).scope.owner(node.id)
        return owner is None or any(
            _gives(binding, module, depth + 1) for binding in owner.bindings.get(node.id, ())
        )
    return type(node) in READERS


def _is_judged_key(key: ast.expr) -> bool:
    return not isinstance(key, ast.Constant) or not isinstance(key.value, str) or is_judged(key.value)


def _gives(binding: Binding, module: Module, depth: int) -> bool:
    if binding.kind is Kind.PARAMETER:
        scope = binding.site.scope
        return bool(names.callers(scope, module)) or (
            binding.value is not None and _holds(binding.value, module, depth)
        )
    if binding.kind is Kind.ITEM:
        return binding.key is None or _is_judged_key(binding.key)
    if binding.kind is Kind.MUTATION:
        call = binding.value
        method = getattr(getattr(call, "func", None), "attr", "")
        if method == "setdefault" and isinstance(call, ast.Call) and call.args:
            return _is_judged_key(call.args[0])
        return method not in HARMLESS
    if binding.kind is Kind.ASSIGN:
        return binding.value is not None and _holds(binding.value, module, depth)
    return True

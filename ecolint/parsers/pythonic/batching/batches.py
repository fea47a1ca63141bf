"""Whether a loop goes over batches of prompts rather than single ones."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ecolint.parsers.pythonic.evaluation import passing
from ecolint.parsers.pythonic.evaluation.bound import bindings_of, functions_of, own_name
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import COMPREHENSIONS, Kind, Site, dotted_path

BATCHES = re.compile(r"batch|loader|chunk|array_split|grouper|sliced|split_list|windowed", re.I)
"""Names of what gives batches."""
CALLERS_LIMIT = 20
"""Calls of a function that are looked at for what a parameter of it is."""
SIZES = frozenset(("batch_size", "bs", "chunk_size", "batch", "per_device_eval_batch_size"))


def is_batched(node: ast.expr, site: Site, module: Module) -> bool:
    """Whether a loop goes over batches: told by how what it goes over was made."""
    return any(_makes_batches(value, site, module) for value in makers(node, site, module))


def makers(node: ast.expr, site: Site, module: Module, depth: int = 0) -> Iterator[ast.expr]:
    """An expression, what the variable that it is was made from, and what callers pass for a parameter."""
    yield node
    name = dotted_path(node)
    for binding in bindings_of(name, site, module) if name else ():
        if binding.kind is Kind.PARAMETER and depth == 0:
            for call in callers(binding.site.scope, module)[:CALLERS_LIMIT]:
                passed = passing.passed(call, binding, binding.site.scope)
                if passed is not None:
                    yield from makers(passed, module.site_of(call), module, 1)
        elif binding.value is not None and binding.kind is not Kind.LOOP:
            yield binding.value


def _makes_batches(node: ast.expr, site: Site, module: Module, depth: int = 0) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return bool(node.elts) and all(isinstance(item, (ast.List, ast.Tuple)) for item in node.elts)
    if isinstance(node, COMPREHENSIONS):
        return any(isinstance(item, ast.Slice) for item in module.traced_nodes(node))
    if isinstance(node, ast.Starred):
        return isinstance(node.value, ast.BinOp)
    if not isinstance(node, ast.Call):
        return False
    name = dotted_path(node.func)
    if isinstance(node.func, ast.Attribute) and (
        node.func.attr in ("iter", "batch") or _splits_by_size(node)
    ):
        return True
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values"):
        return any(_holds_lists(value) for value in makers(node.func.value, site, module))
    if _states_one(node):
        return False
    if (
        BATCHES.search(name)
        or BATCHES.search(own_name(name, site, module))
        or any(_is_size(item) for item in node.keywords)
    ):
        return True
    functions = functions_of(name, site, module)
    if depth == 0 and any(
        value is not None and _makes_batches(value, inner, module, 1)
        for scope in functions
        for value, inner in scope.returns
    ):
        return True
    return any(
        isinstance(item, ast.Yield) and any(isinstance(part, ast.Slice) for part in module.traced_nodes(item))
        for scope in functions
        for item in module.traced_nodes(scope.node)
    )


def _splits_by_size(call: ast.Call) -> bool:
    """Whether a tensor, not a text, is split."""
    last = call.args[-1] if call.args and dotted_path(call.func).endswith("split") else None
    return last is not None and not (isinstance(last, ast.Constant) and isinstance(last.value, str))


def _is_size(keyword: ast.keyword) -> bool:
    return keyword.arg in SIZES


def _states_one(call: ast.Call) -> bool:
    """Whether batches are made that hold one item each."""
    return any(
        _is_size(item) and isinstance(item.value, ast.Constant) and item.value.value == 1
        for item in call.keywords
    )


def _holds_lists(node: ast.expr) -> bool:
    lists = (ast.List, ast.Tuple, ast.ListComp)
    return (
        isinstance(node, ast.Dict)
        and bool(node.values)
        and all(isinstance(item, lists) for item in node.values)
    )

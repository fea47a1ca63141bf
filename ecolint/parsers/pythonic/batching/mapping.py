"""Functions that are handed to what calls them for each item of a collection, one after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from ecolint.parsers.pythonic.batching.prompts import APPLIERS, BATCHY, MAPPERS
from ecolint.parsers.pythonic.evaluation.bound import bindings_of
from ecolint.parsers.pythonic.evaluation.worlds import brief
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site, dotted_path
from ecolint.parsers.pythonic.syntax.called import called_name

ROWS = (1, "columns")
"""Axes along which the function of a frame is given rows."""
LOADING = frozenset(
    """load_dataset load_from_disk from_pandas from_dict from_list from_csv from_json from_parquet
    from_generator""".split()
)
"""Functions and methods that give a data set of the package `datasets`."""
TOGETHER = frozenset(("batched", "num_proc", None))
"""Keywords by which a data set hands over several items at a time, and those that are spread among them."""
CHAIN_LIMIT = 12


class Mapped(NamedTuple):
    """A call that calls a function for each item of what is iterated."""

    call: ast.Call
    iterated: ast.expr

    @property
    def words(self) -> str:
        return brief(ast.Call(self.call.func, self.call.args, []))


def mapped(parameter: Binding, module: Module) -> Iterator[Mapped]:
    """Where the function of a parameter is called for each of many values of it."""
    scope = parameter.site.scope
    if scope.positional[:1] != [parameter.name]:
        return
    for node in _named(scope, module):
        call = module.index.parents.get(node)
        if not isinstance(call, ast.Call) or call.args[:1] != [node]:
            continue
        iterated = _iterated(call, module)
        if iterated is not None and not BATCHY.search(brief(iterated)):
            yield Mapped(call, iterated)


def _named(scope: Scope, module: Module) -> list[ast.expr]:
    """Where a function stands as a value."""
    if isinstance(scope.node, ast.Lambda):
        return [scope.node]
    if not scope.name or scope.parent is None:
        return []
    if scope.parent.is_class:
        reads = module.index.reads(f"self.{scope.name}")
        return [read for read in reads if module.site_of(read).scope.enclosing_class is scope.parent]
    return module.index.reads_of(scope.name, scope.parent)


def _iterated(call: ast.Call, module: Module) -> ast.expr | None:
    """What a call goes over with the function that is its first argument; None where that is not certain."""
    name = called_name(call)
    if isinstance(call.func, ast.Name):
        return call.args[1] if name == "map" and len(call.args) == 2 else None
    assert isinstance(call.func, ast.Attribute)
    owner = call.func.value
    if name in MAPPERS and _is_column(owner):
        return owner
    if name in APPLIERS:
        axes = [*call.args[1:2], *(item.value for item in call.keywords if item.arg == "axis")]
        return owner if any(isinstance(axis, ast.Constant) and axis.value in ROWS for axis in axes) else None
    if name != "map" or any(item.arg in TOGETHER and not _is_off(item.value) for item in call.keywords):
        return None
    return owner if _is_dataset(owner, module.site_of(call), module, 0) else None


def _is_off(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _is_column(node: ast.expr) -> bool:
    """Whether an expression takes one column of a table by its name, as `frame["question"]`."""
    key = node.slice if isinstance(node, ast.Subscript) else None
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _is_dataset(node: ast.expr, site: Site, module: Module, depth: int) -> bool:
    """Whether an expression is a data set of the package `datasets`, or made from one."""
    while True:
        depth += 1
        if depth > CHAIN_LIMIT:
            return False
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call) and called_name(node) in LOADING:
            return True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    made = bindings_of(dotted_path(node), site, module)
    return (
        bool(made)
        and made[0].kind is Kind.ASSIGN
        and made[0].value is not None
        and _is_dataset(made[0].value, made[0].site, module, depth)
    )

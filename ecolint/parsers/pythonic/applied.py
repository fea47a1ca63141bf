"""Functions that are handed to a method which calls them for one item after the other, as `frame.apply` does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ecolint.parsers.pythonic.called import called_name
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.prompts import BATCHY, names_several
from ecolint.parsers.pythonic.scopes import Binding, Scope
from ecolint.parsers.pythonic.worlds import brief

APPLYING = frozenset(("apply", "progress_apply", "map", "progress_map"))
TOGETHER = frozenset(("batched", "num_proc", "concurrency", "num_cpus", "num_gpus"))
"""Keywords by which several items are given at once, or several workers are started."""
SEVERAL_WORKERS = re.compile(
    r"pool|executor|parallel|swifter|rdd|spark|\bray\b|dask|ddf|client|pipeline", re.I
)


def applications(parameter: Binding, module: Module) -> Iterator[ast.Call]:
    """Calls that give a function one item after the other by this parameter, its first one."""
    scope = parameter.site.scope
    if (
        scope.positional[:1] != [parameter.name]
        or BATCHY.search(parameter.name)
        or names_several(parameter.name)
    ):
        return
    for function in _mentions(scope, module):
        call = module.index.parents.get(function)
        if isinstance(call, ast.Call) and call.args == [function] and _is_for_each(call):
            yield call


def _mentions(scope: Scope, module: Module) -> list[ast.expr]:
    """Where a function is named without being called, or stands as a lambda."""
    if isinstance(scope.node, ast.Lambda):
        return [scope.node]
    if scope.parent is None:
        return []
    if scope.parent.is_class:
        return module.index.reads(f"self.{scope.name}")
    return module.index.reads_of(scope.name, scope.parent)


def _is_for_each(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or called_name(call) not in APPLYING:
        return False
    over = brief(call.func.value)
    return (
        TOGETHER.isdisjoint(keyword.arg for keyword in call.keywords)
        and SEVERAL_WORKERS.search(over) is None
        and BATCHY.search(over) is None
    )

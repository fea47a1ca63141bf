"""Calls whose results are waited for, or collected to be run together: nothing tells how many run at a time."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import COMPREHENSIONS, Scope
from ecolint.parsers.pythonic.syntax.called import called_name

TOGETHER = frozenset(
    """gather wait as_completed create_task ensure_future run_coroutine_threadsafe start_soon spawn
    merge_async_iterators""".split()
)
"""Functions that run what they are given at the same time."""
COLLECTING = frozenset(("add", "append", "extend", "insert", "put", "put_nowait"))
"""Methods that keep what they are given."""
COLLECTIONS = (ast.List, ast.Tuple, ast.Set, ast.Dict, *COMPREHENSIONS)
PASSING = (ast.Starred, ast.IfExp, ast.NamedExpr)


def is_asynchronous(
    call: ast.Call, module: Module, callee: ast.AST | None = None, *, gives_at_once: bool = False
) -> bool:
    """Whether the result of a call is waited for, or handed on to be run together with others.

    `callee` is the function that is called where it is known; `gives_at_once` says that the object is no asynchronous
    one. Of others that an asynchronous function calls, the result may be a coroutine or an asynchronous generator; if
    it is only collected, nothing says that it ran.
    """
    scope = module.site_of(call).scope
    may_wait = not gives_at_once and isinstance(callee or scope.function.node, ast.AsyncFunctionDef)
    return _Result(module, scope, may_wait).is_waited_for(call)


@dataclass(eq=False)
class _Result:
    """What a call gives, followed through the variables of its scope; it may be something to wait for."""

    module: Module
    scope: Scope
    may_wait: bool
    followed: set[str] = field(default_factory=set)

    def is_waited_for(self, node: ast.AST) -> bool:
        """Whether an expression with the result is. Too much to look at counts as such."""
        if not self.module.may_trace():
            return True
        parents = self.module.index.parents
        parent = parents.get(node)
        collected = False
        while isinstance(parent, (*COLLECTIONS, *PASSING)):
            collected = collected or isinstance(parent, COLLECTIONS)
            node, parent = parent, parents.get(parent)
        if isinstance(parent, ast.keyword):
            parent = parents.get(parent)
        if isinstance(parent, (ast.Await, ast.AsyncFor)):
            return True
        if isinstance(parent, ast.comprehension):
            return bool(parent.is_async)
        if isinstance(parent, ast.Call) and parent.func is not node:
            return self._is_given_to(parent)
        if isinstance(parent, (ast.Assign, ast.AnnAssign)):
            target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
            is_kept = collected or not isinstance(target, ast.Name)
            return (self.may_wait and is_kept) or self._variable_is(target)
        return collected and self.may_wait

    def _is_given_to(self, call: ast.Call) -> bool:
        function = call.func
        name = called_name(call)
        if name in TOGETHER:
            return True
        if isinstance(function, ast.Attribute) and name in COLLECTING:
            return self.may_wait or self._variable_is(function.value)
        return _Result(self.module, self.scope, False, self.followed).is_waited_for(call)

    def _variable_is(self, target: ast.expr) -> bool:
        """Whether the variable that takes the result is waited for somewhere."""
        if not isinstance(target, ast.Name) or target.id in self.followed:
            return False
        self.followed.add(target.id)
        owner = self.scope.owner(target.id)
        reads = self.module.index.reads_of(target.id, owner) if owner is not None else ()
        return any(self.is_waited_for(read) for read in reads)

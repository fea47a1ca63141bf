"""One walk over a module: bindings, calls and reads, each with its site."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from ecolint.parsers.pythonic.branching import case_test, guarded, leaves, past, without
from ecolint.parsers.pythonic.index import Index, Waiting
from ecolint.parsers.pythonic.scopes import (
    COMPREHENSIONS,
    Binding,
    Comprehension,
    Function,
    Guard,
    Kind,
    Scope,
    Site,
    dotted_path,
)

MUTATORS = frozenset(
    ("update", "setdefault", "pop", "append", "extend", "insert", "clear", "remove", "popleft")
)
SETTER = "setattr"
UNPACKED = (ast.Tuple, ast.List)
SIGNS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
LINE = 12
"""Bits of an order below its line."""
SHORT = 3
"""Lines below which a body is walked at once."""


def index_of(tree: ast.Module, text: str, starts: list[int]) -> Index:
    """Index of a module, given its source and the index of the first character of each line."""
    scope = Scope(tree, None)
    indexer = _Indexer(Index(scope, text, starts))
    indexer.index.scopes[tree] = scope
    indexer.block(tree.body, Site(scope, 0))
    return indexer.index


class _Indexer:
    def __init__(self, index: Index) -> None:
        self.index = index

    def block(self, body: Sequence[ast.stmt], around: Site) -> None:
        for statement in body:
            site = around._replace(order=_order(statement))
            self.statement(statement, site)
            if isinstance(statement, ast.If) and not statement.orelse:
                around = past(statement, around)
            elif leaves(statement):
                return

    def statement(self, node: ast.stmt, site: Site) -> None:
        method = getattr(self, f"on_{type(node).__name__.lower()}", None)
        if method is not None:
            method(node, site)
        else:
            self.expressions(ast.iter_child_nodes(node), node, site)

    def bind(
        self,
        name: str,
        kind: Kind,
        site: Site,
        node: ast.AST,
        value: ast.expr | None = None,
        path: tuple[int, ...] = (),
        *,
        dotted: str = "",
        key: ast.expr | None = None,
    ) -> None:
        scope = site.scope
        if name in scope._foreign:
            scope = self.index.module
        binding = Binding(name, kind, site, node, value, path, dotted, key)
        scope._bindings[name].append(binding)
        if not kind.changes:
            scope._assigned.add(name)

    def target(
        self,
        node: ast.expr,
        kind: Kind,
        site: Site,
        whole: ast.AST,
        value: ast.expr | None,
        path: tuple[int, ...] = (),
    ) -> None:
        if isinstance(node, UNPACKED):
            starred = any(isinstance(item, ast.Starred) for item in node.elts)
            for number, item in enumerate(node.elts):
                inner = item.value if isinstance(item, ast.Starred) else item
                self.target(inner, Kind.OTHER if starred else kind, site, whole, value, (*path, number))
            return
        if isinstance(node, ast.Subscript):
            name = dotted_path(node.value)
            self.expressions((node.slice, node.value), node, site)
            if name and not path:
                self.bind(name, Kind.ITEM, site, whole, value, key=node.slice)
            return
        name = dotted_path(node)
        if name:
            self.bind(name, kind, site, whole, value, path)
        if isinstance(node, ast.Attribute):
            self.expressions((node.value,), node, site)

    # Statements

    def on_assign(self, node: ast.Assign, site: Site) -> None:
        self.expressions((node.value,), node, site)
        for target in node.targets:
            for one, value in _pairs(target, node.value):
                self.target(one, Kind.ASSIGN, site, node, value)
            self.index.parents[target] = node

    def on_annassign(self, node: ast.AnnAssign, site: Site) -> None:
        if node.value is not None:
            self.expressions((node.value,), node, site)
        if node.value is not None or site.scope.is_class:
            self.target(node.target, Kind.ASSIGN, site, node, node.value)

    def on_augassign(self, node: ast.AugAssign, site: Site) -> None:
        self.expressions((node.value,), node, site)
        name = dotted_path(node.target)
        if name:
            self.bind(name, Kind.MUTATION, site, node, node.value)

    def on_delete(self, node: ast.Delete, site: Site) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript) and dotted_path(target.value):
                self.bind(dotted_path(target.value), Kind.ITEM, site, node, None, key=target.slice)
            elif isinstance(target, ast.Name):
                self.bind(target.id, Kind.OTHER, site, node)

    def on_import(self, node: ast.Import, site: Site) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.bind(name, Kind.IMPORT, site, node, dotted=alias.name if alias.asname else name)

    def on_importfrom(self, node: ast.ImportFrom, site: Site) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                site.scope.stars.append(module)
                continue
            joint = "" if module.endswith(".") else "."
            self.bind(
                alias.asname or alias.name, Kind.IMPORT, site, node, dotted=f"{module}{joint}{alias.name}"
            )

    def on_global(self, node: ast.Global | ast.Nonlocal, site: Site) -> None:
        site.scope._foreign.update(node.names)

    on_nonlocal = on_global

    def on_if(self, node: ast.If, site: Site) -> None:
        while True:
            self.index.tests[node.test] = site
            self.expressions((node.test,), node, site)
            self.block(node.body, guarded(site, Guard(node, node.test, True)))
            site = without(site, Guard(node, node.test, False))
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                site = site._replace(order=_order(node))
                continue
            self.block(node.orelse, site)
            return

    def on_for(self, node: ast.For | ast.AsyncFor, site: Site) -> None:
        self.expressions((node.iter,), node, site)
        inner = site._replace(loops=(*site.loops, node))
        self.target(node.target, Kind.LOOP, inner, node, node.iter)
        self.block(node.body, inner)
        self.block(node.orelse, site)

    on_asyncfor = on_for

    def on_while(self, node: ast.While, site: Site) -> None:
        inner = site._replace(loops=(*site.loops, node))
        self.expressions((node.test,), node, inner)
        self.block(node.body, inner)
        self.block(node.orelse, site)

    def on_with(self, node: ast.With | ast.AsyncWith, site: Site) -> None:
        for item in node.items:
            self.expressions((item.context_expr,), node, site)
            if item.optional_vars is not None:
                self.target(item.optional_vars, Kind.OTHER, site, node, item.context_expr)
        contexts = (*site.contexts, *(item.context_expr for item in node.items))
        self.block(node.body, site._replace(contexts=contexts))

    on_asyncwith = on_with

    def on_try(self, node: ast.Try, site: Site) -> None:
        self.block(node.body, site)
        for handler in node.handlers:
            inner = guarded(site, Guard(handler, None, True))
            if handler.name:
                self.bind(handler.name, Kind.OTHER, inner, handler)
            self.block(handler.body, inner)
        self.block(node.orelse, site)
        self.block(node.finalbody, site)

    on_trystar = on_try

    def on_match(self, node: ast.Match, site: Site) -> None:
        self.expressions((node.subject,), node, site)
        around = site
        for case in node.cases:
            test = case_test(node.subject, case.pattern)
            for item in ast.walk(case.pattern):
                name = getattr(item, "name", None) or getattr(item, "rest", None)
                if isinstance(name, str):
                    self.bind(name, Kind.OTHER, around, case)
            if test is None:
                self.block(case.body, around)
                continue
            self.index.tests[test] = around
            self.block(case.body, guarded(around, Guard(case, test, True)))
            around = without(around, Guard(case, test, False))

    def on_return(self, node: ast.Return, site: Site) -> None:
        site.scope.function._returns.append((node.value, site))
        if node.value is not None:
            self.expressions((node.value,), node, site)

    def on_expr(self, node: ast.Expr, site: Site) -> None:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS:
            name = dotted_path(call.func.value)
            if name:
                self.bind(name, Kind.MUTATION, site, node, call)
        elif _is_setattr(call) and (name := dotted_path(call.args[0])):  # type: ignore[attr-defined]
            key, value = call.args[1:]  # type: ignore[attr-defined]
            self.bind(name, Kind.ATTRIBUTE, site, node, value, key=key)
        self.expressions((call,), node, site)

    # Definitions

    def on_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, site: Site) -> None:
        self.expressions(node.decorator_list, node, site)
        self.bind(node.name, Kind.DEFINITION, site, node)
        scope = self.function(node, site)
        inside = Site(scope, site.order)
        start, end = node.body[0].lineno, node.end_lineno or node.body[-1].lineno
        index = self.index
        if end - start < SHORT or any(index.holds(start, end, word) for word in ("global", "nonlocal")):
            self.block(node.body, inside)
            return
        waiting = Waiting(scope, start, end)

        def walk() -> None:
            scope.walk = None
            index.waiting.remove(waiting)
            self.block(node.body, inside)

        scope.walk = walk
        index.waiting.append(waiting)

    on_asyncfunctiondef = on_functiondef

    def on_classdef(self, node: ast.ClassDef, site: Site) -> None:
        self.expressions((*node.decorator_list, *node.bases), node, site)
        self.bind(node.name, Kind.DEFINITION, site, node)
        scope = Scope(node, site.scope, site)
        self.index.scopes[node] = scope
        self.block(node.body, Site(scope, site.order))

    def function(self, node: Function, site: Site) -> Scope:
        scope = Scope(node, site.scope, site)
        self.index.scopes[node] = scope
        inside = Site(scope, site.order)
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults.extend(arguments.defaults)
        pairs = [
            *zip(positional, defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            self.bind(argument.arg, Kind.PARAMETER, inside, argument, default)
            if default is not None:
                self.expressions((default,), node, site)
        for argument in filter(None, (arguments.vararg, arguments.kwarg)):
            self.bind(argument.arg, Kind.PARAMETER, inside, argument)
        return scope

    # Expressions

    def expressions(self, nodes: Iterable[ast.AST], parent: ast.AST, site: Site) -> None:
        index = self.index
        parents, reads, sites = index.parents, index.walked_reads, index.sites
        stack = [(node, parent, site) for node in nodes]
        stack.reverse()
        while stack:
            node, parent, site = stack.pop()
            parents[node] = parent
            kind = type(node)
            if kind is ast.Constant:
                continue
            if kind is ast.Name:
                reads[node.id].append(node)  # type: ignore[attr-defined, arg-type]
                sites[node] = site
                continue
            if kind is ast.Attribute:
                sites[node] = site
                name = dotted_path(node)
                if name:
                    reads[name].append(node)  # type: ignore[arg-type]
            elif kind is ast.Call:
                index.walked_calls.append(node)  # type: ignore[arg-type]
                sites[node] = site
                for guard in site.guards:
                    if guard.truth or not guard.early:
                        index.branches[guard.node].append(node)  # type: ignore[arg-type]
            elif isinstance(node, ast.Lambda):
                scope = self.function(node, site)
                inner = Site(scope, site.order, (), ())
                scope._returns.append((node.body, inner))
                stack.append((node.body, node, inner))
                continue
            elif isinstance(node, COMPREHENSIONS):
                stack.extend(reversed(self.comprehension(node, site)))
                continue
            elif isinstance(node, ast.IfExp):
                index.tests[node.test] = site
                stack.append((node.orelse, node, guarded(site, Guard(node, node.test, False))))
                stack.append((node.body, node, guarded(site, Guard(node, node.test, True))))
                stack.append((node.test, node, site))
                continue
            elif isinstance(node, ast.NamedExpr):
                self.bind(node.target.id, Kind.ASSIGN, site, node, node.value)
            stack.extend([(child, node, site) for child in _children_backwards(node)])

    def comprehension(self, node: Comprehension, site: Site) -> list[tuple[ast.AST, ast.AST, Site]]:
        scope = Scope(node, site.scope, site)
        self.index.scopes[node] = scope
        inner = Site(scope, site.order, site.guards, (*site.loops, node), site.contexts)
        todo: list[tuple[ast.AST, ast.AST, Site]] = []
        for number, generator in enumerate(node.generators):
            todo.append((generator.iter, node, inner if number else site))
            self.target(generator.target, Kind.LOOP, inner, node, generator.iter)
            todo.extend((condition, node, inner) for condition in generator.ifs)
        parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        todo.extend((part, node, inner) for part in parts)
        return todo


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """What an assignment gives to what: item by item where both sides are written out."""
    if isinstance(target, UNPACKED) and isinstance(value, UNPACKED) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _is_setattr(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == SETTER
        and len(node.args) == 3
        and not node.keywords
    )


def _order(node: ast.stmt) -> int:
    """The place of a statement in the order of the text."""
    return node.lineno << LINE | min(node.col_offset, (1 << LINE) - 1)


def _children_backwards(node: ast.AST) -> list[ast.AST]:
    """Nodes directly below, without operators and contexts, the last one first."""
    found: list[ast.AST] = []
    for name in reversed(node._fields):
        held = getattr(node, name, None)
        if type(held) is list:
            found.extend(item for item in reversed(held) if isinstance(item, ast.AST))
        elif isinstance(held, ast.AST) and not isinstance(held, SIGNS):
            found.append(held)
    return found

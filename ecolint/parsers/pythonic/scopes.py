"""Who binds a name, where, and under which conditions."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Loop = ast.For | ast.AsyncFor | ast.While | Comprehension
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Kind(Enum):
    """How a binding gives its name a value, or changes the value that it has."""

    ASSIGN = "assign"
    PARAMETER = "parameter"
    IMPORT = "import"
    DEFINITION = "definition"
    LOOP = "loop"
    OTHER = "other"
    ITEM = "item"
    MUTATION = "mutation"

    @property
    def changes(self) -> bool:
        """Whether the binding changes a value in place."""
        return self in (Kind.ITEM, Kind.MUTATION)


class Guard(NamedTuple):
    """A condition under which a place is reached.

    `node` is the statement or expression that branches, `truth` the side. `test` is None for exception
    handlers. `early` guards come from a preceding `if …: return`.
    """

    node: ast.AST
    test: ast.expr | None
    truth: bool
    early: bool = False


class Site(NamedTuple):
    """Where something stands: scope, order in the text, and what surrounds it inside that scope."""

    scope: Scope
    order: int
    guards: tuple[Guard, ...] = ()
    loops: tuple[Loop, ...] = ()
    contexts: tuple[ast.expr, ...] = ()


@dataclass(eq=False, slots=True)
class Binding:
    """One binding of a name or dotted path (`self.model`).

    `value` is the expression bound (the iterated one for loops, the default for parameters); `path` the
    indices taken from it by unpacking; `node` the whole statement, argument, alias or definition.
    """

    name: str
    kind: Kind
    site: Site
    node: ast.AST
    value: ast.expr | None = None
    path: tuple[int, ...] = ()
    dotted: str = ""
    key: ast.expr | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """Module, class, function, lambda or comprehension. `site` is where it is defined."""

    node: ast.AST
    parent: Scope | None
    site: Site | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    foreign: set[str] = field(default_factory=set)
    stars: list[str] = field(default_factory=list)
    returns: list[tuple[ast.expr | None, Site]] = field(default_factory=list)

    @property
    def arguments(self) -> ast.arguments:
        """Parameters of a function or lambda; none for other scopes."""
        if isinstance(self.node, FUNCTIONS):
            return self.node.args
        return ast.arguments([], [], None, [], [], None, [])

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, FUNCTIONS)

    @property
    def is_comprehension(self) -> bool:
        return isinstance(self.node, COMPREHENSIONS)

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "")

    def binds(self, name: str) -> bool:
        """Whether the name itself is local here."""
        if name in self.foreign:
            return False
        return any(not item.kind.changes for item in self.bindings.get(name, ()))

    def owner(self, name: str) -> Scope | None:
        """The scope whose variable a plain name means when it is read here."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if (first or not scope.is_class) and scope.binds(name):
                return scope
            first = first and scope.is_comprehension
            scope = scope.parent
        return None

    @property
    def function(self) -> Scope:
        """The nearest enclosing function, class or module: where statements run in the order of the text."""
        scope = self
        while scope.is_comprehension and scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def enclosing_class(self) -> Scope | None:
        scope: Scope | None = self
        while scope is not None:
            if scope.is_class:
                return scope
            scope = scope.parent
        return None


@dataclass(eq=False)
class Index:
    """Everything that one walk over a module finds."""

    module: Scope
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    sites: dict[ast.AST, Site] = field(default_factory=dict)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    reads: dict[str, list[ast.expr]] = field(default_factory=lambda: defaultdict(list))
    branches: dict[ast.AST, list[ast.Call]] = field(default_factory=lambda: defaultdict(list))


def dotted_path(node: ast.AST) -> str:
    """`a.b.c` for a chain of attributes on a name, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))

"""Who binds a name, where, and under which conditions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
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
    ATTRIBUTE = "attribute"

    def __init__(self, word: str) -> None:
        self.changes = word in ("item", "mutation", "attribute")
        """Whether the binding changes a value in place."""


class Guard(NamedTuple):
    """A condition under which a place is reached.

    `node` is the statement or expression that branches, `truth` the side. `test` is None for exception
    handlers. `early` guards come from a preceding `if …: return`, those that are `final` as well from one that ends the
    program or raises an exception.
    """

    node: ast.AST
    test: ast.expr | None
    truth: bool
    early: bool = False
    final: bool = False


class Site(NamedTuple):
    """Where something stands: scope, order in the text, and what surrounds it inside that scope. `exits` are final
    guards, which say nothing of what is bound before."""

    scope: Scope
    order: int
    guards: tuple[Guard, ...] = ()
    loops: tuple[Loop, ...] = ()
    contexts: tuple[ast.expr, ...] = ()
    exits: tuple[Guard, ...] = ()


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


class Scope:
    """Module, class, function, lambda or comprehension. `site` is where it is defined.

    The body of a function may not have been walked yet: `walk` does so when anything in it is asked for.
    """

    __slots__ = (
        "_assigned",
        "_attributes",
        "_bindings",
        "_foreign",
        "_returns",
        "node",
        "parent",
        "site",
        "stars",
        "walk",
    )

    def __init__(self, node: ast.AST, parent: Scope | None, site: Site | None = None) -> None:
        self.node = node
        self.parent = parent
        self.site = site
        self.walk: Callable[[], None] | None = None
        self._attributes: tuple[int, dict[str, list[str]]] = (0, {})
        self.stars: list[str] = []
        self._assigned: set[str] = set()
        self._bindings: dict[str, list[Binding]] = defaultdict(list)
        self._foreign: set[str] = set()
        self._returns: list[tuple[ast.expr | None, Site]] = []

    def release(self) -> None:
        """Let go of what refers back to the scope."""
        self.walk = None
        self._bindings.clear()
        self._returns.clear()

    @property
    def bindings(self) -> dict[str, list[Binding]]:
        """Bindings by name or dotted path, in the order of the text."""
        if self.walk is not None:
            self.walk()
        return self._bindings

    def attributes_of(self, name: str) -> list[str]:
        """Dotted paths that are bound here of attributes of what a name or path stands for."""
        count, known = self._attributes
        if count != len(self.bindings):
            known = {}
            for path in self.bindings:
                owner, dot, _ = path.rpartition(".")
                if dot:
                    known.setdefault(owner, []).append(path)
            self._attributes = len(self.bindings), known
        return known.get(name, [])

    @property
    def foreign(self) -> set[str]:
        """Names that belong to an outer scope, by `global` or `nonlocal`."""
        if self.walk is not None:
            self.walk()
        return self._foreign

    @property
    def returns(self) -> list[tuple[ast.expr | None, Site]]:
        """What a function returns, and where."""
        if self.walk is not None:
            self.walk()
        return self._returns

    @property
    def arguments(self) -> ast.arguments:
        """Parameters of a function or lambda; none for other scopes."""
        if isinstance(self.node, FUNCTIONS):
            return self.node.args
        return ast.arguments([], [], None, [], [], None, [])

    @property
    def positional(self) -> list[str]:
        """Parameters that a call may give by their place, without the object of a method."""
        names = [item.arg for item in self.arguments.posonlyargs + self.arguments.args]
        is_method = self.parent is not None and self.parent.is_class
        return names[1:] if is_method and names[:1] in (["self"], ["cls"]) else names

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
    def is_decorated(self) -> bool:
        return bool(getattr(self.node, "decorator_list", None))

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "")

    def binds(self, name: str) -> bool:
        """Whether the name itself is local here."""
        if self.walk is not None:
            self.walk()
        return name in self._assigned and name not in self._foreign

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


PATH_LIMIT = 64
"""Names of a dotted path; a longer chain of attributes is none."""


def dotted_path(node: ast.AST) -> str:
    """`a.b.c` for a chain of attributes on a name, else an empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        if len(parts) == PATH_LIMIT:
            return ""
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))

"""Who binds a name, where, and under which conditions."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
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

    @property
    def changes(self) -> bool:
        """Whether the binding changes a value in place."""
        return self in (Kind.ITEM, Kind.MUTATION, Kind.ATTRIBUTE)


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


class Index:
    """What walks over a module find. Bodies of functions are walked when something in them may be asked for.

    `text` is the module's source, `starts` the index of the first character of each line.
    """

    def __init__(self, module: Scope, text: str, starts: list[int]) -> None:
        self.module = module
        self.scopes: dict[ast.AST, Scope] = {}
        self.sites: dict[ast.AST, Site] = {}
        self.tests: dict[ast.expr, Site] = {}
        self.parents: dict[ast.AST, ast.AST] = {}
        self.branches: dict[ast.AST, list[ast.Call]] = defaultdict(list)
        self.walked_calls: list[ast.Call] = []
        self.walked_reads: dict[str, list[ast.expr]] = defaultdict(list)
        self.waiting: list[Waiting] = []
        self._words: set[str] = set()
        self._narrow_walks = 0
        self._sorted: dict[str, tuple[int, list[ast.expr]]] = {}
        self._owned: dict[str, tuple[int, dict[Scope, list[ast.expr]]]] = {}
        self._named: tuple[int, dict[str, list[ast.Call]]] = (0, {})
        self._places: dict[str, list[int]] = {}
        self._text = text
        self._starts = starts

    def holds(self, start: int, end: int, word: str) -> bool:
        """Whether a word, and not a part of one, stands in lines `start` to `end`, both from 1."""
        return self._are_between(self._places_of(word), start, end)

    def _places_of(self, word: str) -> list[int]:
        if word not in self._places:
            self._places[word] = _places(self._text, word)
        return self._places[word]

    def _are_between(self, places: list[int], start: int, end: int) -> bool:
        """Whether one of the places is in lines `start` to `end`."""
        stop = self._starts[end] if end < len(self._starts) else len(self._text)
        at = bisect_left(places, self._starts[start - 1])
        return at < len(places) and places[at] < stop

    @property
    def calls(self) -> list[ast.Call]:
        """Every call of the module, in the order of the text."""
        return self.calls_near(("",))

    def calls_near(self, words: Iterable[str]) -> list[ast.Call]:
        """Calls in the order of the text: all in whose function one of the words stands, and maybe others."""
        self._walk(words)
        return sorted(self.walked_calls, key=_place)

    def calls_named(self, name: str) -> list[ast.Call]:
        """Calls of a function or method of this last name, in the order of the text."""
        self._walk((name,))
        count, named = self._named
        if count != len(self.walked_calls):
            named = {}
            for call in sorted(self.walked_calls, key=_place):
                function = call.func
                if isinstance(function, ast.Name):
                    named.setdefault(function.id, []).append(call)
                elif isinstance(function, ast.Attribute):
                    named.setdefault(function.attr, []).append(call)
            self._named = len(self.walked_calls), named
        return named.get(name, [])

    def reads(self, name: str) -> list[ast.expr]:
        """Where a name or dotted path is read, in the order of the text."""
        self._walk((name.rpartition(".")[2],))
        return self._walked_reads_of(name)

    def _walked_reads_of(self, name: str) -> list[ast.expr]:
        found = self.walked_reads.get(name, [])
        count, known = self._sorted.get(name, (0, []))
        if count != len(found):
            known = sorted(found, key=_place)
            self._sorted[name] = len(found), known
        return known

    def reads_of(self, name: str, owner: Scope) -> list[ast.expr]:
        """Where a variable of a scope, or an attribute of what it holds, is read, in the order of the text."""
        self._walk_below(owner, name.rpartition(".")[2])
        reads = self._walked_reads_of(name)
        count, owned = self._owned.get(name, (0, {}))
        if count != len(reads):
            owned = {}
            root = name.partition(".")[0]
            for read in reads:
                scope = self.sites[read].scope.owner(root)
                if scope is not None:
                    owned.setdefault(scope, []).append(read)
            self._owned[name] = len(reads), owned
        return owned.get(owner, [])

    def release(self) -> None:
        """Let go of everything, so that trees need not wait until garbage is looked for: scopes and sites hold one
        another. Nothing can be asked for any more."""
        for scope in self.scopes.values():
            scope.release()
        for known in (self.scopes, self.sites, self.tests, self.parents, self.branches, self.walked_reads):
            known.clear()
        for items in (self.walked_calls, self.waiting):
            items.clear()
        self._owned.clear()

    def _walk(self, words: Iterable[str]) -> None:
        """Walk the functions in which one of the words stands; all of them once many words were asked for."""
        if not self.waiting or self._words.issuperset(words):
            return
        self._words.update(words)
        if "" in self._words or len(self._words) > WORD_LIMIT:
            self._walk_where(lambda item: True)
            return
        places = sorted(at for word in words for at in self._places_of(word))
        self._walk_where(lambda item: self._are_between(places, item.start, item.end))

    def _walk_below(self, owner: Scope, word: str) -> None:
        """Walk the functions in which a word may mean a variable of a scope; all of them once much was asked for."""
        if not self.waiting or word in self._words:
            return
        self._narrow_walks += 1
        if self._narrow_walks > WORD_LIMIT:
            word = ""
        if not isinstance(owner.node, FUNCTIONS) or not word:
            self._walk((word,))
            return
        first, last = owner.node.lineno, owner.node.end_lineno or owner.node.lineno
        places = self._places_of(word)
        self._walk_where(
            lambda item: first <= item.start <= last and self._are_between(places, item.start, item.end)
        )

    def _walk_where(self, is_due: Callable[[Waiting], bool]) -> None:
        """Walk the functions that are due, and those in them."""
        while due := [item for item in self.waiting if is_due(item)]:
            for item in due:
                if item.scope.walk is not None:
                    item.scope.walk()


def _places(text: str, word: str) -> list[int]:
    """Where a word stands, in the order of the text."""
    found = []
    end = -1
    while (at := text.find(word, end + 1)) >= 0:
        end = at + len(word)
        before, after = text[at - 1 : at], text[end : end + 1]
        if not (before == "_" or before.isalnum() or after == "_" or after.isalnum()):
            found.append(at)
    return found


WORD_LIMIT = 100
"""Words that may be asked for before every function is walked."""


class Waiting(NamedTuple):
    """A function whose body was not walked yet, and its lines."""

    scope: Scope
    start: int
    end: int


def _place(node: ast.expr) -> tuple[int, int, int, int]:
    end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
    return node.lineno, node.col_offset, -end_line, -end_column


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

"""What walks over a module have found: calls, reads and scopes, asked for by their names."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ecolint.parsers.pythonic.scopes import FUNCTIONS, Scope, Site

WORD_LIMIT = 100
"""Words that may be asked for before every function is walked."""


class Waiting(NamedTuple):
    """A function whose body was not walked yet, and its lines."""

    scope: Scope
    start: int
    end: int


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

    def mentions(self, word: str) -> bool:
        """The same for the whole text."""
        return bool(self._places_of(word))

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


def _place(node: ast.expr) -> tuple[int, int, int, int]:
    end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
    return node.lineno, node.col_offset, -end_line, -end_column

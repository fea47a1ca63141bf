"""Which reads of a variable may see what one of its bindings gave it."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator

from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Guard, Scope, Site


class Reads:
    """The reads and bindings of one variable, in the order of the text."""

    __slots__ = ("_bindings", "_elsewhere", "_here", "_module", "_orders")

    def __init__(self, name: str, owner: Scope, module: Module) -> None:
        found = [(module.site_of(read), read) for read in module.index.reads_of(name, owner)]
        here = [item for item in found if item[0].scope.function is owner.function]
        self._module = module
        self._here: list[tuple[Site, ast.expr]] = sorted(here, key=lambda item: item[0].order)
        self._orders = [site.order for site, _ in self._here]
        self._elsewhere = [read for site, read in found if site.scope.function is not owner.function]
        bindings = (item for item in owner.bindings.get(name, ()) if not item.kind.changes)
        self._bindings = sorted((item.site.order, frozenset(item.site.guards)) for item in bindings)

    def of(self, binding: Binding | None) -> Iterator[ast.expr]:
        """Reads that may see it; all of them for None. Ends early where too much was looked at for the module."""
        if binding is None:
            yield from (read for _, read in self._here)
        else:
            at = bisect_right(self._orders, binding.site.order)
            yield from self._before(binding, at)
            yield from self._after(binding, at)
        yield from self._elsewhere

    def _before(self, binding: Binding, end: int) -> Iterator[ast.expr]:
        """Reads in the next round of a loop that both stand in."""
        loops = set(binding.site.loops)
        for site, read in self._here[:end] if loops else ():
            if not self._module.may_follow():
                return
            if site.order < binding.site.order and not loops.isdisjoint(site.loops):
                yield read

    def _after(self, binding: Binding, at: int) -> Iterator[ast.expr]:
        """Reads further on, up to where every way leads over another binding."""
        following = bisect_right(self._bindings, binding.site.order, key=lambda item: item[0])
        between: set[frozenset[Guard]] = set()
        for site, read in self._here[at:]:
            while following < len(self._bindings) and self._bindings[following][0] < site.order:
                between.add(self._bindings[following][1])
                following += 1
            if frozenset() in between:
                return
            if not self._module.may_follow(1 + len(between)):
                return
            if not any(guards.issubset(site.guards) for guards in between):
                yield read

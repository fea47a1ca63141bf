"""The conditions under which a loop answers its prompts, besides those that ask about a prompt."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ecolint.inference import Known
from ecolint.parsers.pythonic.batching.items import Items
from ecolint.parsers.pythonic.batching.loops import RequestLoop
from ecolint.parsers.pythonic.evaluation import conditions
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.evaluation.values import Frame
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Guard, Scope, Site, dotted_path

FILLED: dict[tuple[type[ast.cmpop], object], bool] = {
    (ast.Gt, 0): True,
    (ast.GtE, 1): True,
    (ast.NotEq, 0): True,
    (ast.IsNot, None): True,
    (ast.NotEq, None): True,
    (ast.Eq, 0): False,
    (ast.Lt, 1): False,
    (ast.LtE, 0): False,
    (ast.Is, None): False,
    (ast.Eq, None): False,
}
"""Comparisons of a collection, or its length, and whether they say that there is something in it."""
HOLDERS = (ast.Name, ast.Attribute, ast.Subscript)
DEPTH_LIMIT = 8
"""Calls and parts within each other that are looked at for what a loop goes through."""


class Way(NamedTuple):
    """The conditions on the way to a place; those in `filled` only ask whether there is anything to answer. `calls` are
    those of functions on the way, the innermost first, and where each stands: they tell what is passed."""

    guards: list[tuple[Guard, Site]]
    filled: frozenset[Guard]
    calls: tuple[tuple[ast.Call, Site], ...] = ()

    def is_open(self, ev: Evaluator, module: Module) -> bool:
        """Whether all conditions let through, in this world; exceptions may be raised."""
        frames = self._frames(ev, module)
        return all(
            guard.test is None
            or self._is_left_open(ev, guard, site, module, frames.get(site.scope.function))
            or conditions.holds(ev, guard, module, site, frames.get(site.scope.function))
            for guard, site in self.guards
        )

    def _frames(self, ev: Evaluator, module: Module) -> dict[Scope, Frame]:
        found: dict[Scope, Frame] = {}
        frame = None
        for (_, inside), (call, site) in reversed(list(pairwise(self.calls))):
            function = inside.scope.function
            frame = found[function] = ev.shared.frame(function, call, site, module, frame)
        return found

    def _is_left_open(
        self, ev: Evaluator, guard: Guard, site: Site, module: Module, frame: Frame | None
    ) -> bool:
        """Whether a condition asks whether there is anything, of what is only known at run time."""
        if guard not in self.filled or guard.test is None:
            return False
        return conditions.three_valued(ev, guard.test, module, site, frame).known is Known.DYNAMIC


def way_to(call: ast.Call, given: ast.expr, module: Module) -> Way:
    """The conditions around a call that is given several prompts at once."""
    guards = _guards_around(module.site_of(call), module)
    return Way(guards, _filled(guards, given))


def way_through(found: RequestLoop, module: Module) -> Way:
    """The conditions around a loop and the calls in it that lead to an answer; of those that ask about what a round of
    the loop gives, some of its items meet them."""
    header = _header(found.loop)
    outside = module.site_of(header)
    items = Items(outside.scope.function, module)
    calls = tuple((call, module.site_of(call)) for call in found.calls)
    inside = [
        (guard, site)
        for _, around in reversed(calls)
        for guard, site in _guards_around(around, module)
        if guard.test is None or not items.tell(guard.test, site)
    ]
    guards = list(dict.fromkeys((*_guards_around(outside, module), *inside)))
    return Way(guards, _filled(guards, header), calls)


def _guards_around(site: Site, module: Module) -> list[tuple[Guard, Site]]:
    """The conditions around a place, those that all have to hold one by one, and where each stands."""
    found: list[tuple[Guard, Site]] = []
    for guard, around in conditions.guards_around(site):
        test = guard.test
        place = module.index.tests.get(test, around) if test is not None else around
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and guard.truth:
            found += [(guard._replace(test=part), place) for part in test.values]
        else:
            found.append((guard, place))
    return found


def _filled(guards: list[tuple[Guard, Site]], given: ast.AST) -> frozenset[Guard]:
    """The conditions that ask whether there is something in what is gone through."""
    asked = {guard: ast.dump(held) for guard, _ in guards if (held := _asked_for_any(guard)) is not None}
    parts = {ast.dump(part) for part in _parts(given)} if asked else set()
    return frozenset(guard for guard, held in asked.items() if held in parts)


def _header(loop: ast.AST) -> ast.AST:
    """What is gone through before the rounds of a loop."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return loop.iter
    if isinstance(loop, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return loop.generators[0].iter
    return loop.test if isinstance(loop, ast.While) else loop


def _parts(given: ast.AST, depth: int = 0) -> Iterator[ast.AST]:
    """The variables that are gone through, and what those are taken from or wrapped in."""
    if depth > DEPTH_LIMIT:
        return
    if isinstance(given, HOLDERS):
        yield given
    if isinstance(given, ast.Call):
        for inner in (given.func, *given.args):
            yield from _parts(inner, depth + 1)
    elif isinstance(given, (ast.Attribute, ast.Subscript)):
        yield from _parts(given.value, depth + 1)


def _asked_for_any(guard: Guard) -> ast.expr | None:
    """The variable of which a condition asks whether there is something in it."""
    test, truth = guard.test, guard.truth
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, truth = test.operand, not truth
    if isinstance(test, ast.Compare):
        bound = test.comparators[0]
        if len(test.ops) > 1 or not isinstance(bound, ast.Constant):
            return None
        truth = FILLED.get((type(test.ops[0]), bound.value)) is truth
        test = test.left
    if isinstance(test, ast.Call) and dotted_path(test.func) == "len" and test.args:
        test = test.args[0]
    return test if truth and isinstance(test, HOLDERS) else None

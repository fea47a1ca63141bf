"""What a call starts, told of every world in which the call is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ecolint.parsers.pythonic.evaluation import conditions
from ecolint.parsers.pythonic.evaluation.alternatives import covers
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator, in_every_world
from ecolint.parsers.pythonic.evaluation.worlds import Impossible, World, words
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site
from ecolint.records import replace
from ecolint.statements import CommandLine

T = TypeVar("T")


def always(ev: Evaluator) -> bool:
    """What is asked of a call that starts something in any world."""
    return True


def started(
    site: Site,
    module: Module,
    given: Callable[[Evaluator], T],
    lines: Callable[[T], Iterable[CommandLine]],
    does_start: Callable[[Evaluator], bool] = always,
) -> Iterator[CommandLine]:
    """The `lines` of what is `given` to a call, with the condition under which the call starts them."""
    guards = conditions.guards_around(site)

    def evaluated(ev: Evaluator) -> T:
        if not does_start(ev) or not conditions.may_be_reached(ev, guards, module):
            raise Impossible
        return given(ev)

    found = in_every_world(module, evaluated)
    groups: dict[tuple[CommandLine, ...], list[World]] = {}
    for outcome in found:
        groups.setdefault(tuple(lines(outcome.value)), []).append(outcome.world)
    every = [item.world for item in found]
    otherwise = conditions.exceptional(guards)
    for alike, worlds in groups.items():
        when = words(worlds, every, reached_always=covers(every)) or otherwise
        yield from (replace(line, when=line.when or when) for line in alike)

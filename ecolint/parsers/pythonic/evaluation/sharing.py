"""What an evaluation finds out for all others of the same program: values, with the looks at a world's decisions that
they depend on, and invocations of functions, so that what is known of one holds for the next."""

from __future__ import annotations

import ast
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from ecolint.parsers.pythonic.evaluation.lookups import ComparisonLook, ConditionLook, Guess, Guessed, Look
from ecolint.parsers.pythonic.evaluation.values import Frame, Instance

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.lookups import Answer
    from ecolint.parsers.pythonic.evaluation.values import Value
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Scope, Site

    Key = tuple[int, int, int]
    Held = tuple[ast.expr, Site, Frame | None]

MOST_WORLDS = 16
"""Values of one expression that are kept."""


class Settled(NamedTuple):
    """A value that holds wherever the looks at the world have the same answers."""

    value: Value
    held: Held
    looks: dict[Look, None]


class Shared:
    """Values by the identities of expression, site and invocation, which are kept with them lest they come again.

    In `values` no decision has part; `settled` are the others, one for each set of answers. A look is the same object
    each time.
    """

    __slots__ = ("_frames", "_looks", "settled", "values")

    def __init__(self) -> None:
        self.values: dict[Key, tuple[Value, Held]] = {}
        self.settled: dict[Key, deque[Settled]] = {}
        self._looks: dict[tuple[object, ...], Look] = {}
        self._frames: dict[tuple[int, int, int, tuple[int, int]], Frame] = {}

    def keep(self, key: Key, settled: Settled) -> None:
        """Keep a value for other worlds, in the place of the oldest one where there are many."""
        self.settled.setdefault(key, deque(maxlen=MOST_WORLDS)).append(settled)

    def frame(
        self,
        scope: Scope,
        call: ast.Call,
        site: Site,
        module: Module,
        caller: Frame | None = None,
        receiver: Value | None = None,
        depth: int = 0,
    ) -> Frame:
        """The invocation of a function by a call, on an object: the same one each time."""
        held = receiver.value if receiver is not None else None
        on = (id(held.scope), id(held.frame)) if isinstance(held, Instance) else (0, id(receiver))
        key = (id(scope), id(call), id(caller), on)
        if key not in self._frames:
            self._frames[key] = Frame(scope, call, site, module, caller, receiver, depth)
        return self._frames[key]

    def look(self, key: str, answer: Answer) -> Look:
        """A look at a choice by its key."""
        return self._looks.get((key, answer)) or self._new((key, answer), Look(answer, key))

    def guess(self, answer: bool, key: str | None) -> Look:
        """A look at whether nothing is split any more, or not by the choice with this key."""
        return self._looks.get((key, answer, "guess")) or self._new(
            (key, answer, "guess"), Guess(answer, key)
        )

    def guessed(self, key: str, side: int) -> Look:
        """A look at a side that was guessed."""
        return self._looks.get((key, side, "guessed")) or self._new(
            (key, side, "guessed"), Guessed(side, key)
        )

    def look_at(self, node: ast.expr, module: Module, site: Site, answer: Answer) -> Look:
        """A look at a condition."""
        key = (id(node), id(site.scope), answer)
        return self._looks.get(key) or self._new(key, ConditionLook(node, module, site, answer))

    def look_around(self, node: ast.Compare, module: Module, site: Site, answer: Answer) -> Look:
        """A look at what is decided of the thing that a comparison is about."""
        key = (id(node), id(site.scope), answer, "compared")
        return self._looks.get(key) or self._new(key, ComparisonLook(node, module, site, answer))

    def _new(self, key: tuple[object, ...], look: Look) -> Look:
        self._looks[key] = look
        return look

    def clear(self) -> None:
        """Forget everything."""
        for known in (self.values, self.settled, self._looks, self._frames):
            known.clear()

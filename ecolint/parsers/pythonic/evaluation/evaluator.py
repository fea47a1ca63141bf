"""Abstract evaluation of expressions: what a value is, as far as the text says."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ecolint.inference import Place
from ecolint.parsers.pythonic.evaluation import expressions
from ecolint.parsers.pythonic.evaluation.lookups import Look, LookedUp, implied, key_of
from ecolint.parsers.pythonic.evaluation.sharing import Settled, Shared
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Dict,
    Frame,
    Partial,
    Value,
    exported,
)
from ecolint.parsers.pythonic.evaluation.worlds import Again, Choice, Course, Outcomes, World, outcomes
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site
from ecolint.records import replace
from ecolint.statements import Call

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.sharing import Key

T = TypeVar("T")

DEPTH_LIMIT = 60
STEP_LIMIT = 1000
FILE_STEP_LIMIT = 12_000
"""Steps spent on one file; after that each look is a short one."""
SHORT_STEP_LIMIT = 60
ITEMS_A_STEP = 32
"""Bindings or entries of a mapping that are as much work as one step."""
MOST_LOOKS = 40
"""Looks at a world up to which it is worth while to ask whether they have the same answers in another one."""
NO_CHOICE = World()


def _forget(known: dict[Any, Any], size: int) -> None:
    """Leave only the first entries."""
    while len(known) > size:
        known.popitem()


class Mark(NamedTuple):
    """How much an evaluator knew at some time."""

    settled: int
    looked_up: int


@dataclass(eq=False)
class Evaluator:
    """Evaluates in the world that its course looks at; without a course nothing is split, and the likely side is
    taken."""

    course: Course | None = None
    depth: int = 0
    steps: int = 0
    cut_short: int = 0
    limit: int = STEP_LIMIT
    shared: Shared = field(default_factory=Shared)
    settled: dict[Key, Settled] = field(default_factory=dict)
    looked_up: LookedUp = field(default_factory=LookedUp)
    looks: dict[Look, None] = field(default_factory=dict)
    """Those for the value that is being found."""

    @classmethod
    def for_call(cls, module: Module, course: Course) -> Evaluator:
        """For one call of a module; a short look where much was spent on the module already."""
        tired = module.steps > FILE_STEP_LIMIT
        return cls(course, limit=SHORT_STEP_LIMIT if tired else STEP_LIMIT, shared=module.program.shared)

    @property
    def world(self) -> World:
        return self.course.world if self.course is not None else NO_CHOICE

    def is_guessing(self, key: str | None = None) -> bool:
        """Whether nothing is split any more, or not by the choice with this key."""
        return self.course is None or self.course.is_over(key)

    def must_guess(self, key: str | None = None) -> bool:
        """The same, where a value depends on it."""
        guessing = self.is_guessing(key)
        self._note(self.shared.guess(guessing, key))
        return guessing

    def turn_to(self, subject: str) -> None:
        """From here on the world is about one of several subjects, which are split each by itself."""
        if self.course is not None:
            self.course.turn_to(subject)

    def guess(self, key: str, side: bool) -> bool:
        """The side of a condition that is taken without splitting."""
        self._note(self.shared.guessed(key, side))
        return side

    def alternative(self, key: str, count: int) -> int | None:
        """Which of several alternatives, all of which really happen, the world takes; None where it must guess."""
        before = self.mark()
        side = self.world.sides.get(key)
        self._note(self.shared.look(key, side))
        if side is None and not self.must_guess(key):
            side = self.choose(Choice(key, sides=count), before)
        return side

    def side_of(self, node: ast.expr, module: Module, site: Site) -> int | None:
        """Side of a condition that the world has decided."""
        sides = self.world.sides
        side = sides.get(key_of(node, module, site)) if sides else None
        self._note(self.shared.look_at(node, module, site, side))
        return side

    def implied(self, node: ast.Compare, module: Module, site: Site) -> bool | None:
        """What the world's decisions say of a comparison with constants."""
        truth = implied(node, module, site, self.world.sides)
        self._note(self.shared.look_around(node, module, site, truth))
        return truth

    def _note(self, look: Look) -> None:
        self.looks[look] = None
        self.looked_up.note(look)

    def mark(self) -> Mark:
        """What is known before a condition is looked at."""
        return Mark(len(self.settled), self.looked_up.count)

    def choose(self, choice: Choice, before: Mark) -> int:
        """The side of a choice that is taken. Raises Again where what was found before would have been another thing
        had it been known. What was found since the mark is forgotten."""
        assert self.course is not None
        side = self.course.take(choice)
        if self.looked_up.holds(choice.key, before.looked_up):
            raise Again
        _forget(self.settled, before.settled)
        self.looks = {look: None for look in self.looks if not look.is_told_by(choice.key)}
        self._note(self.shared.look(choice.key, side))
        return side

    @contextmanager
    def deeper(self) -> Iterator[bool]:
        """Counts nesting and work; yields whether there is room for more."""
        self.depth += 1
        self.steps += 1
        try:
            yield self._has_room(self.depth <= DEPTH_LIMIT and self.steps <= self.limit)
        finally:
            self.depth -= 1

    def step(self) -> bool:
        """Counts one step of work; whether there is room for it."""
        self.steps += 1
        return self._has_room(self.steps <= self.limit)

    def afford(self, items: int) -> bool:
        """Counts the work of going through items; whether there is room for it."""
        self.steps += items // ITEMS_A_STEP
        return self._has_room(self.steps <= self.limit)

    def _has_room(self, room: bool) -> bool:
        self.cut_short += not room
        return room

    def value(self, node: ast.expr, module: Module, site: Site, frame: Frame | None = None) -> Value:
        """Value of an expression that stands at `site`. `frame` is the invocation that is followed."""
        reader = expressions.READERS.get(type(node))
        if reader is None:
            return DYNAMIC
        key = (id(node), id(site), id(frame))
        known = self.shared.values.get(key)
        if known is not None:
            return known[0]
        settled = self.settled.get(key) or self._remembered(key)
        if settled is not None:
            self.looks.update(settled.looks)
            return settled.value
        cut_short, around = self.cut_short, self.looks
        self.looks = {}
        self.depth += 1
        self.steps += 1
        try:
            if self.depth > DEPTH_LIMIT or self.steps > self.limit:
                self.cut_short += 1
                return DYNAMIC
            found = reader(self, node, module, site, frame)
        finally:
            self.depth -= 1
            looks, self.looks = self.looks, around
        around.update(looks)
        if cut_short == self.cut_short:
            held = node, site, frame
            if looks:
                self.settled[key] = settled = Settled(found, held, looks)
                if len(looks) <= MOST_LOOKS:
                    self.shared.keep(key, settled)
            else:
                self.shared.values[key] = found, held
        return found

    def _remembered(self, key: Key) -> Settled | None:
        """What was found in another world in which all that decided it was the same."""
        for settled in self.shared.settled.get(key, ()):
            if all(look.holds_in(self) for look in reversed(settled.looks)):
                for look in settled.looks:
                    self.looked_up.note(look)
                self.settled[key] = settled
                return settled
        return None

    def arguments(
        self, node: ast.Call, module: Module, site: Site, frame: Frame | None
    ) -> tuple[tuple[Value, ...], Dict]:
        """Positional and keyword arguments of a call, located; the keywords know whether they are complete."""
        positional: list[Value] = []
        keywords = Dict()
        text = module.text
        for item in node.args:
            if isinstance(item, ast.Starred):
                spread = self.value(item.value, module, site, frame)
                if isinstance(spread.value, tuple):
                    positional.extend(spread.value)
                else:
                    keywords.complete = False
                continue
            span = text.span(item)
            value = exported(self.value(item, module, site, frame))
            positional.append(replace(value, span=span, value_span=span, place=Place.POSITIONAL))
        for keyword in node.keywords:
            value = self.value(keyword.value, module, site, frame)
            if keyword.arg is None:
                if isinstance(value.value, Dict) and self.afford(len(value.value)):
                    keywords.update(exported(value).value or {})
                    keywords.complete = keywords.complete and value.value.complete
                else:
                    keywords.complete = False
                continue
            if isinstance(keyword.value, ast.Name) and value.place is Place.POSITIONAL:
                keywords[keyword.arg] = exported(value)
                continue
            keywords[keyword.arg] = replace(
                exported(value),
                span=text.span(keyword),
                value_span=text.span(keyword.value),
                place=Place.ARGUMENT,
            )
        return tuple(positional), keywords

    def call(
        self,
        node: ast.Call,
        callee: str,
        module: Module,
        site: Site,
        frame: Frame | None,
        function: Value = DYNAMIC,
    ) -> Call:
        """The call as a statement, without what surrounds it; with what its function is given anyway."""
        positional, keywords = self.arguments(node, module, site, frame)
        if isinstance(function.value, Partial):
            positional, keywords = function.value.completed(positional, keywords)
        return Call(
            callee=callee,
            span=module.text.span(node),
            callee_span=module.text.span(node.func),
            positional=positional,
            keywords=keywords,
            complete=keywords.complete,
        )


def in_every_world(module: Module, evaluate: Callable[[Evaluator], T]) -> Outcomes[T]:
    """What is found for one call of a module in every world; the steps that it takes are the module's."""

    def found(course: Course) -> T:
        ev = Evaluator.for_call(module, course)
        try:
            return evaluate(ev)
        finally:
            module.steps += ev.steps
            course.note(ev.looked_up.guesses)

    return outcomes(found)

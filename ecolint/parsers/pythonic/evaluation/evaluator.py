"""Abstract evaluation of expressions: what a value is, as far as the text says."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ecolint.inference import Known, Place
from ecolint.parsers.pythonic.evaluation import arithmetic, attributes, conditions, invocation, names
from ecolint.parsers.pythonic.evaluation.lookups import Look, LookedUp, implied, key_of
from ecolint.parsers.pythonic.evaluation.sharing import Settled, Shared
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Dict,
    Frame,
    Value,
    exported,
    relocated,
    stated,
)
from ecolint.parsers.pythonic.evaluation.worlds import Again, Choice, Course, World
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site
from ecolint.records import replace
from ecolint.statements import Call

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.sharing import Key

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

    @property
    def is_guessing(self) -> bool:
        """Whether nothing is split any more."""
        return self.course is None or self.course.is_over

    def must_guess(self) -> bool:
        """The same, where a value depends on it."""
        guessing = self.is_guessing
        self._note(self.shared.guess(guessing))
        return guessing

    def alternative(self, key: str, count: int) -> int | None:
        """Which of several alternatives, all of which really happen, the world takes; None where it must guess."""
        before = self.mark()
        side = self.world.sides.get(key)
        self._note(self.shared.look(key, side))
        if side is None and not self.must_guess():
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
        reader = READERS.get(type(node))
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

    def call(self, node: ast.Call, callee: str, module: Module, site: Site, frame: Frame | None) -> Call:
        """The call as a statement, without what surrounds it."""
        positional, keywords = self.arguments(node, module, site, frame)
        return Call(
            callee=callee,
            span=module.text.span(node),
            callee_span=module.text.span(node.func),
            positional=positional,
            keywords=keywords,
            complete=keywords.complete,
        )


Reader = Callable[[Evaluator, "ast.expr", Module, Site, "Frame | None"], Value]


def _constant(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    value = node.value  # type: ignore[attr-defined]
    if value is None or isinstance(value, (str, int, float, bool)):
        return stated(value)
    return DYNAMIC


def _dict(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Dict)
    if not ev.afford(len(node.keys)):
        return DYNAMIC
    tree = Dict()
    for key, item in zip(node.keys, node.values, strict=True):
        value = ev.value(item, module, site, frame)
        if key is None:
            if isinstance(value.value, Dict):
                tree.update(value.value)
                tree.complete = tree.complete and value.value.complete
            else:
                tree.complete = False
            continue
        name = ev.value(key, module, site, frame)
        if not isinstance(name.value, str):
            tree.complete = False
            continue
        span = module.text.between(key, item)
        tree[name.value] = replace(value, span=span, value_span=module.text.span(item), place=Place.DICT_ITEM)
    return stated(tree)


def _items(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    found: list[Value] = []
    if not ev.afford(len(node.elts)):  # type: ignore[attr-defined]
        return DYNAMIC
    for item in node.elts:  # type: ignore[attr-defined]
        if isinstance(item, ast.Starred):
            spread = ev.value(item.value, module, site, frame)
            if not isinstance(spread.value, tuple):
                return DYNAMIC
            found.extend(spread.value)
            continue
        span = module.text.span(item)
        found.append(replace(ev.value(item, module, site, frame), span=span, value_span=span))
    return stated(tuple(found))


def _name(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Name)
    value = names.lookup(ev, node.id, module, site, frame)
    if value.place is Place.NAME:
        value = relocated(value, module.text.span(node), value.origin)
    return conditions.assumed(ev, node, value, module, site)


def _attribute(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Attribute)
    value = attributes.read(ev, node, module, site, frame)
    return conditions.assumed(ev, node, value, module, site)


def _choice(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.IfExp)
    if arithmetic.is_bool(node.body) and arithmetic.is_bool(node.orelse):
        truth = conditions.three_valued(ev, node.test, module, site, frame)
        if truth.known is Known.DYNAMIC:
            return DYNAMIC
        return replace(
            ev.value(node.body if truth.value else node.orelse, module, site, frame),
            known=truth.known,
            origin=truth.origin,
        )
    chosen = node.body if conditions.decide(ev, node.test, module, site, frame) else node.orelse
    return ev.value(chosen, module, site, frame)


def _truth(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    return conditions.three_valued(ev, node, module, site, frame)


def _boolean(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.BoolOp)
    return conditions.short_circuit(ev, node, module, site, frame)


def _unary(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.Not):
        return conditions.three_valued(ev, node, module, site, frame)
    return arithmetic.unary(node.op, ev.value(node.operand, module, site, frame))


def _binary(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.BinOp)
    left = ev.value(node.left, module, site, frame)
    return arithmetic.binary(node.op, left, ev.value(node.right, module, site, frame))


def _text(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.JoinedStr)
    parts: list[Value] = []
    for item in node.values:
        inner = item.value if isinstance(item, ast.FormattedValue) else item
        plain = not isinstance(item, ast.FormattedValue) or (
            item.format_spec is None and item.conversion == -1
        )
        parts.append(ev.value(inner, module, site, frame) if plain else DYNAMIC)
    return arithmetic.joined(parts)


def _subscript(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Subscript)
    base = ev.value(node.value, module, site, frame)
    if isinstance(node.slice, ast.Slice):
        return DYNAMIC
    return arithmetic.item(base, ev.value(node.slice, module, site, frame))


def _call(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Call)
    return invocation.invoke(ev, node, module, site, frame)


def _inner(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    return ev.value(node.value, module, site, frame)  # type: ignore[attr-defined]


READERS: dict[type[ast.AST], Reader] = {
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.List: _items,
    ast.Tuple: _items,
    ast.Set: _items,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.IfExp: _choice,
    ast.Compare: _truth,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.JoinedStr: _text,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.Await: _inner,
    ast.NamedExpr: _inner,
}

"""Undecided conditions, and the worlds that they split the evaluation into."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence
from dataclasses import field
from typing import Generic, TypeVar

from ecolint.conditions import in_words, widest
from ecolint.records import dataclass

T = TypeVar("T")
WORLD_LIMIT = 12
"""Worlds that are split by every choice that comes up, for each subject."""
LAST_WORLD = 48
"""Worlds that are split by choices that were not made in any other of the subject's."""
TEXT_LIMIT = 90


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the text leaves open. `positive` and `negative` say each side in words; `likely` is the
    side that holds unless whoever runs the program says otherwise, and `default` the default it follows from. `sides`
    counts the alternatives; with more than two of them, or without words, all of them really happen."""

    key: str
    positive: str = ""
    negative: str = ""
    likely: bool | None = None
    sides: int = 2
    default: str = ""

    @property
    def subject(self) -> str:
        """What the condition asks about, as far as its words tell."""
        return self.positive.partition(" ")[0]

    def is_default(self, side: int) -> bool:
        return self.likely is not None and bool(side) is self.likely

    def words(self, side: int, besides: Collection[str] = ()) -> str:
        """A side in words; empty where it holds by default, unless the subject is among those that do not."""
        if self.is_default(side) and self.subject not in besides:
            return ""
        return self.positive if side else self.negative


class Again(Exception):
    """Raised where a choice was made of which something before should have known."""


class Impossible(Exception):
    """The world contradicts itself, or the place is not reached in it."""


@dataclass(frozen=True, slots=True)
class World:
    """Decided choices, in the order in which they came up, and the sides that were guessed where nothing was split any
    more."""

    sides: dict[str, int] = field(default_factory=dict)
    made: tuple[tuple[Choice, int], ...] = ()
    guesses: dict[str, int] = field(default_factory=dict)

    def with_(self, choice: Choice, side: int) -> World:
        return World({**self.sides, choice.key: side}, (*self.made, (choice, side)))

    @property
    def overturned(self) -> frozenset[str]:
        """Defaults that do not hold here, since a condition on them is not as it would be."""
        return frozenset(
            choice.default
            for choice, side in self.made
            if choice.default and choice.likely is not None and not choice.is_default(side)
        )

    def agrees(self, other: World, besides: Choice) -> bool:
        """Whether both take the same side of whatever both decide or guess, but for one choice."""
        mine, theirs = {**self.guesses, **self.sides}, {**other.guesses, **other.sides}
        return all(theirs.get(key, side) == side for key, side in mine.items() if key != besides.key)


def words(worlds: Sequence[World], every: Sequence[World]) -> str | None:
    """What some of all worlds have in common and the others lack, in words; None where one of them holds by default."""
    others = [world for world in every if not any(world is item for item in worlds)]
    if not worlds or any(not any(choice.words(side) for choice, side in world.made) for world in worlds):
        return None
    matters = _matters(worlds, others)
    told = list(dict.fromkeys(_told(world, matters) for world in worlds))
    known = [item for item in told if item]
    if not known:
        return None
    return in_words(widest(known))


def _matters(worlds: Sequence[World], others: Sequence[World]) -> frozenset[tuple[str, int]]:
    """The sides of choices of which the other one leads out of the worlds; where none is seen to, those of which the
    other one does not lead to a world among them."""
    made = [(world, choice, side) for world in worlds for choice, side in world.made]

    def leads_to(there: Sequence[World]) -> frozenset[tuple[str, int]]:
        return frozenset(
            (choice.key, side)
            for world, choice, side in made
            if any(_flips(world, item, choice, side) for item in there)
        )

    return leads_to(others) or frozenset((choice.key, side) for _, choice, side in made) - leads_to(worlds)


def _told(world: World, matters: frozenset[tuple[str, int]]) -> tuple[str, ...]:
    """The decisions of a world that matter, in words."""
    positive: list[str] = []
    negative: list[str] = []
    changed = {
        choice.subject
        for choice, side in world.made
        if choice.likely is not None and not choice.is_default(side)
    }
    for choice, side in world.made:
        text = choice.words(side, changed)
        if text and (choice.key, side) in matters:
            (positive if side else negative).append(text)
    exact = tuple(f"{text.partition(' == ')[0]} " for text in positive if " == " in text)
    narrower = [text for text in positive if " == " in text or not exact or not text.startswith(exact)]
    rest = [text for text in negative if not exact or not text.startswith(exact)]
    return tuple(dict.fromkeys((*narrower, *rest)))


def _flips(world: World, other: World, choice: Choice, side: int) -> bool:
    """Whether another world differs in the side of this choice, and in nothing else that both decide."""
    return other.sides.get(choice.key, side) != side and world.agrees(other, choice)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What one world gives."""

    world: World
    value: T


class Outcomes(list[Outcome[T]]):
    """What the worlds give; `lost` are those in which the place is not reached."""

    def __init__(self) -> None:
        self.lost: list[World] = []

    @property
    def every(self) -> list[World]:
        """All worlds."""
        return [*(item.world for item in self), *self.lost]


class Course:
    """One evaluation after the other, each in the world that is next. An evaluation that comes to a choice takes
    one side, in a world of its own from there on; the other sides are left for later. Where worlds become many, each
    side of a choice is taken at least once."""

    def __init__(self) -> None:
        self.world = World()
        self._pending = [self.world]
        self._subject = ""
        self._started: dict[str, int] = {}
        self._made: set[tuple[str, str]] = set()

    def is_over(self, key: str | None = None) -> bool:
        """Whether nothing is split any more, or not by the choice with this key: then evaluations must guess."""
        started = self._started.get(self._subject, 1)
        is_made = key is None or (self._subject, key) in self._made
        return started > (WORLD_LIMIT if is_made else LAST_WORLD)

    def turn_to(self, subject: str) -> None:
        """From here on the world that is looked at is about one of several subjects, which are split each by itself."""
        self._subject = subject

    def goes_on(self) -> bool:
        """Whether there is a world left; if so, it is the one that is looked at."""
        if not self._pending:
            return False
        self.world = self._pending.pop()
        self._subject = ""
        return True

    def take(self, choice: Choice) -> int:
        """The side that is taken in the world that is looked at, which knows it from now on."""
        sides = list(range(choice.sides))
        first = 1 if choice.likely is None else int(choice.likely)
        if choice.sides == 2:
            sides = [first, 1 - first]
        self._started[self._subject] = self._started.get(self._subject, 1) + len(sides) - 1
        self._made.add((self._subject, choice.key))
        self._pending.extend(self.world.with_(choice, side) for side in reversed(sides[1:]))
        self.world = self.world.with_(choice, sides[0])
        return sides[0]

    def note(self, guesses: dict[str, int]) -> None:
        """What was guessed in the world that is looked at."""
        self.world = World(self.world.sides, self.world.made, guesses)

    def start_again(self) -> None:
        """Look at the same world once more."""
        self._pending.append(self.world)


def outcomes(evaluate: Callable[[Course], T]) -> Outcomes[T]:
    """The result in every world."""
    found: Outcomes[T] = Outcomes()
    course = Course()
    while course.goes_on():
        try:
            value = evaluate(course)
            found.append(Outcome(course.world, value))
        except Again:
            course.start_again()
        except Impossible:
            found.lost.append(course.world)
    return found


def words_of(test: ast.expr) -> tuple[str, str]:
    """A condition in words, and its opposite."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        opposite = OPPOSITES.get(type(test.ops[0]))
        if opposite is not None:
            other = ast.Compare(test.left, [opposite()], test.comparators)
            return brief(test), brief(other)
    text = brief(test)
    if isinstance(test, (ast.Name, ast.Attribute, ast.Subscript)):
        return f"{text} is set", f"{text} is not set"
    return text, f"not ({text})"


OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}


def brief(node: ast.expr) -> str:
    """Source of an expression on one line, shortened."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError, AttributeError):
        return "a condition holds"
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"

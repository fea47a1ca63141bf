"""Frozen dataclasses of our own behave as those of the standard library."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import field
from typing import Any, ClassVar

import pytest

from ecolint import records

REAL = dataclasses.dataclass


def made(decorate: Any) -> type:
    class Place:
        """A place."""

        KIND: ClassVar[str] = "place"
        line: int
        name: str = "a"
        words: list[str] = field(default_factory=list, hash=False)
        note: str = field(default="", compare=False, repr=False)

        @property
        def doubled(self) -> int:
            return self.line * 2

    Place.__qualname__ = "Place"
    return decorate(Place)


OWN = made(records.dataclass(frozen=True, slots=True, order=True))
THEIRS = made(REAL(frozen=True, slots=True, order=True))
WITHOUT_SLOTS = made(records.dataclass(frozen=True))
Place = OWN


@pytest.mark.parametrize("kind", [OWN, WITHOUT_SLOTS])
def test_what_it_says_and_equals(kind: type) -> None:
    one, other = kind(1, note="x"), kind(line=1, name="a", words=[], note="y")
    assert one == other
    assert hash(one) == hash(other)
    assert one != kind(2)
    assert one != (1, "a", [])
    assert repr(one) == repr(THEIRS(1, note="x"))
    assert one.doubled == 2
    assert kind(1).words is not kind(1).words
    assert dataclasses.replace(one, line=3) == kind(3)
    assert dataclasses.asdict(one) == dataclasses.asdict(THEIRS(1, note="x"))


@pytest.mark.parametrize("kind", [OWN, WITHOUT_SLOTS, THEIRS])
def test_a_copy_with_other_values(kind: type) -> None:
    one: Any = kind(1, words=["w"], note="kept")
    other: Any = records.replace(one, line=3, name="c")
    assert (other.line, other.name, other.words, other.note) == (3, "c", ["w"], "kept")
    assert (one.line, one.name) == (1, "a")
    with pytest.raises(TypeError):
        records.replace(one, lines=3)


def test_a_copy_is_completed_as_the_first_one_was() -> None:
    class Sum:
        """A sum that is checked."""

        parts: int

        def __post_init__(self) -> None:
            if self.parts < 0:
                raise ValueError("less than nothing")

    kind: Any = records.dataclass(frozen=True)(Sum)
    with pytest.raises(ValueError, match="less than nothing"):
        records.replace(kind(1), parts=-1)


@pytest.mark.parametrize("kind", [OWN, WITHOUT_SLOTS])
def test_it_is_frozen(kind: type) -> None:
    place: Any = kind(1)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'line'"):
        place.line = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'line'"):
        del place.line


def test_it_has_an_order() -> None:
    places = [OWN(2), OWN(1, "b"), OWN(1)]
    assert sorted(places) == [OWN(1), OWN(1, "b"), OWN(2)]
    assert OWN(1) <= OWN(1) < OWN(2) > OWN(1) >= OWN(1)
    with pytest.raises(TypeError):
        OWN(1) < THEIRS(2)  # noqa: B015


def test_it_can_be_pickled() -> None:
    place = OWN(1, words=["b"], note="kept")
    again = pickle.loads(pickle.dumps(place))
    assert again == place
    assert again.note == "kept"


def test_only_frozen_ones() -> None:
    with pytest.raises(TypeError):
        made(records.dataclass(frozen=False))


def test_without_comparing_it_is_itself() -> None:
    class Frame:
        """A frame."""

        line: int

    kind: Any = records.dataclass(frozen=True, slots=True, eq=False)(Frame)
    one, other = kind(1), kind(1)
    assert one != other
    assert len({one, other}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.line = 2

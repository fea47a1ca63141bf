"""Setups of a user on a scale of model sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecolint.charts.scales import Scale
from ecolint.charts.svg import SMALL, text_width
from ecolint.records import dataclass

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PADDING = 12.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A setup to be shown: what it is called, its size in billions of parameters, and a word about it. Without
    a letter of its own it gets one by size."""

    label: str
    params_b: float
    note: str = ""
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Neighbouring marks under one flag."""

    marks: tuple[tuple[str, Mark], ...]
    place: float

    @property
    def letters(self) -> str:
        first, last = self.marks[0][0], self.marks[-1][0]
        if len(self.marks) == 1:
            return first
        return f"{first}, {last}" if len(self.marks) == 2 else f"{first}–{last}"

    @property
    def width(self) -> float:
        return text_width(self.letters, SMALL) + PADDING

    @property
    def tip(self) -> str:
        return "; ".join(f"{letter}: {mark.label}" for letter, mark in self.marks)


def letter(number: int) -> str:
    """A, B, … Z, AA, AB, …, counted from 0."""
    round_, rest = divmod(number, len(LETTERS))
    return LETTERS[rest] if round_ == 0 else f"{letter(round_ - 1)}{LETTERS[rest]}"


def lettered(setups: Iterable[Mark]) -> tuple[tuple[str, Mark], ...]:
    """Marks by size, each with its letter."""
    ordered = sorted(setups, key=lambda mark: (mark.params_b, mark.label, mark.note))
    return tuple((mark.letter or letter(number), mark) for number, mark in enumerate(ordered))


def clusters(marks: Sequence[tuple[str, Mark]], across: Scale) -> list[Cluster]:
    """Marks in groups whose flags do not overlap."""
    groups = [Cluster((pair,), across(pair[1].params_b)) for pair in marks]
    merged = True
    while merged:
        merged = False
        for at in range(len(groups) - 1):
            one, other = groups[at], groups[at + 1]
            if other.place - one.place < (one.width + other.width) / 2 + 2:
                together = (*one.marks, *other.marks)
                places = [across(mark.params_b) for _, mark in together]
                groups[at : at + 2] = [Cluster(together, sum(places) / len(places))]
                merged = True
                break
    return groups

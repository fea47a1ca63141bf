"""Arithmetic that an answer rests on, shown with its operands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Computation:
    """A figure that stands in no row: what it is, the arithmetic in figures, the result and its unit.

    `formula` uses `+ - * / ( )` and plain numbers only, so that a reader, and a test, can redo it.
    """

    name: str
    formula: str
    value: float
    unit: str

    def __str__(self) -> str:
        shown = self.formula.replace(" * ", " × ").replace(" / ", " ÷ ")
        return f"{self.name} = {shown} = {self.value:.4g} {self.unit}"


def plain(value: float) -> str:
    """A number in full, without exponent."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text or "0"

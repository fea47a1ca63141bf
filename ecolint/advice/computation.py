"""Arithmetic that an answer rests on, shown with its operands."""

from __future__ import annotations

from ecolint.records import dataclass


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
        return f"{self.name} = {shown} = {rounded(self.value)} {self.unit}"


def rounded(value: float) -> str:
    """Two decimals, or four figures of a small number."""
    text = f"{value:.2f}" if abs(value) >= 1 else f"{value:.4g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def plain(value: float) -> str:
    """A number in full, without exponent."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text or "0"

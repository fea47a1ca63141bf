"""From values to places."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, log, log10

from ecolint.records import dataclass

STEPS = (1, 2, 2.5, 5, 10)
MARGIN = 0.06
SIZES = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on places from `start` to `end`; logarithmic where `is_log`."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Place of a value; values outside stand at the end."""
        value = min(max(value, self.low), self.high)
        share = (
            log(value / self.low) / log(self.high / self.low)
            if self.is_log
            else (value - self.low) / (self.high - self.low)
        )
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 6) -> list[float]:
        """Round values on the scale."""
        if self.is_log:
            return [size for size in SIZES if self.low <= size <= self.high]
        step = _step(self.low, self.high, most)
        return [step * number for number in range(ceil(self.low / step), floor(self.high / step) + 1)]


def _step(low: float, high: float, most: int) -> float:
    raw = (high - low) / most
    unit = 10.0 ** floor(log10(raw))
    return next(unit * step for step in STEPS if unit * step >= raw * 0.999)


def with_zero(values: Iterable[float], start: float, end: float) -> Scale:
    """A linear scale over the values and zero, with room at both ends that anything is at."""
    known = [0.0, *values]
    low, high = min(known), max(known)
    if low == high:
        high = low + 1.0
    room = (high - low) * MARGIN
    return Scale(low - room if low < 0 else low, high + room, start, end)

"""Reading of the CSV tables beside this package. Nothing is read before it is asked for."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from functools import cache

DATA = os.path.join(os.path.dirname(__file__), "data")


@cache
def table(name: str) -> tuple[Mapping[str, str], ...]:
    """Rows of `data/<name>.csv` in file order, every cell as text. Raises FileNotFoundError."""
    with open(os.path.join(DATA, f"{name}.csv"), encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def number(cell: str) -> float | None:
    """The number in a cell, None where it is empty. Raises ValueError for other text."""
    return float(cell) if cell else None


def whole(cell: str) -> int | None:
    """The whole number in a cell, None where it is empty. Raises ValueError for other text."""
    return int(cell) if cell else None


def items(cell: str) -> tuple[str, ...]:
    """Entries of a `;`-separated list cell."""
    return tuple(entry.strip() for entry in cell.split(";") if entry.strip())

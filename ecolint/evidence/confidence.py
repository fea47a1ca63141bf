"""How sure an answer is, in the seed's three steps."""

from __future__ import annotations

from functools import cache

from ecolint.evidence.tables import table
from ecolint.records import dataclass

LOWEST, HIGHEST = 1, 3


@cache
def labels() -> dict[int, str]:
    """The seed's words for one, two and three stars."""
    return {int(cells["stars"]): cells["label"] for cells in table("confidence")}


@dataclass(frozen=True, slots=True)
class Confidence:
    """One to three stars, and the reason of every step down. Raises ValueError for other numbers of stars."""

    stars: int
    downgrades: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not LOWEST <= self.stars <= HIGHEST:
            raise ValueError(f"confidence has 1 to 3 stars, not {self.stars}")

    @property
    def label(self) -> str:
        return labels()[self.stars]

    @property
    def glyphs(self) -> str:
        return "★" * self.stars + "☆" * (HIGHEST - self.stars)

    def step_down(self, reason: str) -> Confidence:
        """One star less, never below one; the reason is kept in any case."""
        return Confidence(max(LOWEST, self.stars - 1), (*self.downgrades, reason))

    def __str__(self) -> str:
        return f"{self.glyphs} {self.label}"

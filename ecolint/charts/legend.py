"""Signs and what they mean, in lines below a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from ecolint.charts.svg import SMALL, Drawing, text_width
from ecolint.records import dataclass

LINE = 20
SIGN = 16
GAP = 14


@dataclass(frozen=True, slots=True)
class Sign:
    """One mark with its words."""

    words: str
    shape: str
    kind: str


def legend(drawing: Drawing | None, signs: Sequence[Sign], top: float, width: float) -> int:
    """Draw the signs from `top` on, in as many lines as they need; the height that they take."""
    x, y = 4.0, top
    for sign in signs:
        needed = SIGN + text_width(sign.words, SMALL) + GAP
        if x > 4.0 and x + needed > width + GAP:
            x, y = 4.0, y + LINE
        if drawing is not None:
            drawing.point(x + 6, y + 8, sign.shape, sign.kind, size=4.2)
            drawing.text(x + SIGN, y + 12, sign.words, "tick")
        x += needed
    return int(y - top) + LINE if signs else 0

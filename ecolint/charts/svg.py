"""Drawing: SVG elements with rounded coordinates and text that cannot become markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

from ecolint.reporters.escaping import display_width, visible

MORE = "…"
CHARACTER = 0.56
"""Mean width of a character of a system font, as a share of the font size."""
SMALL, NORMAL = 12, 13
"""Font sizes, set by classes in chart.css, in units of the drawing."""


def text_width(text: str, size: float = NORMAL) -> float:
    """About how wide a text is, in units of the drawing."""
    return display_width(visible(text)) * CHARACTER * size


def fitted(text: str, width: float) -> str:
    """The text, without its middle where it is wider than `width` units."""
    shown = visible(text)
    if text_width(shown) <= width:
        return shown
    room = max(2, int(width / (CHARACTER * NORMAL)) - len(MORE))
    while room > 2 and text_width(shown[: room // 2] + shown[-(room - room // 2) :]) > width:
        room -= 1
    return f"{shown[: room // 2]}{MORE}{shown[len(shown) - (room - room // 2) :]}"


def _value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@dataclass
class Drawing:
    """An SVG element of `width` by `height` units, said to be `label` to those who do not see it."""

    width: int
    height: int
    label: str
    _root: ElementTree.Element = field(init=False)

    def __post_init__(self) -> None:
        self._root = ElementTree.Element(
            "svg",
            {
                "class": "eco-chart",
                "viewBox": f"0 0 {self.width} {self.height}",
                "role": "img",
                "aria-label": visible(self.label),
            },
        )

    def add(self, tag: str, kind: str, tip: str = "", **attributes: object) -> None:
        """A shape of the class `kind`; underscores in names of attributes stand for hyphens."""
        element = ElementTree.SubElement(self._root, tag, {"class": kind})
        for name, value in attributes.items():
            element.set(name.replace("_", "-"), _value(value))
        if tip:
            ElementTree.SubElement(element, "title").text = visible(tip)

    def text(self, x: float, y: float, words: str, kind: str = "label", anchor: str = "start") -> None:
        """Words on the baseline `y`."""
        at = {"class": kind, "x": _value(float(x)), "y": _value(float(y)), "text-anchor": anchor}
        ElementTree.SubElement(self._root, "text", at).text = visible(words)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self.add("line", kind, x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2))

    def box(self, x: float, y: float, width: float, height: float, kind: str, tip: str = "") -> None:
        self.add("rect", kind, tip, x=float(x), y=float(y), width=float(width), height=float(height), rx=2)

    def point(self, x: float, y: float, shape: str, kind: str, tip: str = "", size: float = 4.5) -> None:
        """A mark around a place: circle, square, diamond, triangle or upright tick."""
        if shape == "circle":
            self.add("circle", kind, tip, cx=float(x), cy=float(y), r=size)
            return
        if shape == "square":
            corners = [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
        elif shape == "diamond":
            corners = [(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]
        elif shape == "tick":
            corners = [(-0.15, -1.7), (0.15, -1.7), (0.15, 1.7), (-0.15, 1.7)]
        else:
            corners = [(0.0, -1.2), (1.15, 0.9), (-1.15, 0.9)]
        places = " ".join(f"{_value(x + dx * size)},{_value(y + dy * size)}" for dx, dy in corners)
        self.add("polygon", kind, tip, points=places)

    def __str__(self) -> str:
        return ElementTree.tostring(self._root, encoding="unicode")

"""docs/assets/charts.css: the stylesheet of charts, with the site's switch between light and dark."""

from __future__ import annotations

import re

from ecolint import charts

SCHEMES = (("default", 0), ("slate", 1))
PALETTE = re.compile(r":root \{(.*?)\}", re.S)


def stylesheet() -> str:
    """The charts' own CSS, then its light and dark colours again for the schemes of the site."""
    text = charts.stylesheet()
    palettes = PALETTE.findall(text)
    schemes = (
        f'[data-md-color-scheme="{name}"] {{\n{_indented(palettes[number])}\n}}\n' for name, number in SCHEMES
    )
    return f"{text}\n/* Generated from the above. */\n{''.join(schemes)}"


def _indented(declarations: str) -> str:
    return "\n".join(f"  {line.strip()}" for line in declarations.strip().splitlines())

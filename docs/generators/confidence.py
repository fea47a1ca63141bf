"""Tables of the page on confidence, from the evidence's own."""

from __future__ import annotations

from docs.generators.markdown import cell, table
from ecolint.evidence import Confidence
from ecolint.evidence.confidence import HIGHEST, LOWEST
from ecolint.evidence.tables import table as read

MEANINGS = {
    3: "this card, this model and this precision",
    2: "the same architecture, at the nearest model size",
    1: "only another architecture, or the card is not known",
}


def stars() -> str:
    """One to three stars, the most first."""
    levels = (Confidence(number) for number in range(HIGHEST, LOWEST - 1, -1))
    lines = [(one.glyphs, one.label, MEANINGS[one.stars]) for one in levels]
    return f"\n{table(('stars', 'label', 'what was measured'), lines)}\n"


def stand_ins() -> str:
    """Architectures that were not measured, or not on such cards, and what stands for them."""
    lines = [
        (cells["architecture"].title(), cells["measured_as"].title(), cell(cells["sentence"]))
        for cells in read("architectures")
        if cells["sentence"]
    ]
    return f"\n{table(('architecture', 'stands in', 'what is said'), lines)}\n"


def boundaries() -> str:
    """The seed's sentences about what its measurements do not cover."""
    lines = [(cell(cells["situation"]), f'"{cell(cells["sentence"])}"') for cells in read("boundaries")]
    return f"\n{table(('setup', 'what is said'), lines)}\n"

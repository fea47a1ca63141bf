"""Notebooks whose cells the editor shows: the JSON that they would be saved as, each line on a line of its own."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ecolint.server.documents import Document, Spot, lines_of

HEAD = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [\n'
CELL = b'{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": [\n'
FOOT = b"]}\n"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a cell; its text begins at byte `start`, behind the quote that its line of JSON begins with."""

    start: int
    part: int
    number: int
    text: str


@dataclass(frozen=True)
class Notebook(Document):
    """A notebook; its parts are the code cells in their order."""

    @cached_property
    def _written(self) -> tuple[bytes, list[_Line]]:
        data = bytearray(HEAD)
        lines: list[_Line] = []
        for index, part in enumerate(self.parts):
            data += b",\n" * (index > 0) + CELL
            for number, text in enumerate(lines_of(part.text)):
                data += b",\n" * (number > 0) + b'"'
                lines.append(_Line(len(data), index, number, text))
                data += _escaped(text) + b'"'
            data += b"\n]}"
        return bytes(data + FOOT), lines

    @property
    def data(self) -> bytes:
        return self._written[0]

    def spot(self, offset: int) -> Spot:
        lines = self._written[1]
        line = lines[max(0, bisect_right(lines, offset + 1, key=lambda one: one.start) - 1)]
        at = line.start
        for index, character in enumerate(line.text):
            if at >= offset or character in "\r\n":
                return Spot(line.part, line.number, line.text[:index])
            at += len(_escaped(character))
        return Spot(line.part, line.number, line.text)

    def texts(self, data: bytes) -> Sequence[str]:
        cells = json.loads(data)["cells"]
        if len(cells) != len(self.parts):
            raise ValueError("cells were added or removed")
        return ["".join(cell["source"]) for cell in cells]


def _escaped(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")

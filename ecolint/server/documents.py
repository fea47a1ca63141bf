"""What the editor shows, as the bytes that are scanned, and the way back from bytes to its lines."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote

from ecolint.source import SourceFile

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line as the protocol counts them; `str.splitlines` knows more line ends."""


def lines_of(text: str) -> list[str]:
    """Lines with their ends; none for an empty text."""
    return LINE.findall(text)


@dataclass(frozen=True, slots=True)
class Part:
    """A text that the editor holds: a file, or one cell of a notebook."""

    uri: str
    version: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: index of the part, line from 0, and the text of the line before it."""

    part: int
    line: int
    before: str


@dataclass(frozen=True)
class Document(ABC):
    """A file with its unsaved text. `path` is absolute."""

    uri: str
    path: str
    parts: tuple[Part, ...]

    @property
    @abstractmethod
    def data(self) -> bytes:
        """The file as it would be if it were saved now, in UTF-8. A text with lone surrogates is not valid."""

    @abstractmethod
    def spot(self, offset: int) -> Spot:
        """The place of a byte offset."""

    @abstractmethod
    def texts(self, data: bytes) -> Sequence[str]:
        """The text of each part, were the file these bytes. Raises ValueError for bytes of another structure."""

    def part_of(self, uri: str) -> int | None:
        """Index of the part with a URI, however that is encoded; None where there is none."""
        known = unquote(uri)
        return next((index for index, part in enumerate(self.parts) if unquote(part.uri) == known), None)

    def rewritten(self, part: int, text: str) -> Document:
        """The document with another text in one part."""
        parts = list(self.parts)
        parts[part] = replace(parts[part], text=text)
        return replace(self, parts=tuple(parts))


@dataclass(frozen=True)
class TextFile(Document):
    """A file that the editor shows as it is."""

    @cached_property
    def _source(self) -> SourceFile:
        return SourceFile(self.path, self.parts[0].text.encode("utf-8", "surrogatepass"))

    @property
    def data(self) -> bytes:
        return self._source.data

    def spot(self, offset: int) -> Spot:
        line = self._source.line_of(offset) - 1
        start = self._source.line_starts[line]
        return Spot(0, line, self.data[start:offset].decode("utf-8", "surrogatepass"))

    def texts(self, data: bytes) -> Sequence[str]:
        return (data.decode("utf-8", "surrogatepass"),)

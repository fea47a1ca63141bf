"""Files as bytes, and the way from any decoded text back to them.

A `SourceFile` is what was read from disk. A `Fragment` is decoded text (a whole file, a notebook cell, a
YAML scalar, a shell word) that remembers for each character which bytes of the file it came from, through
any number of unescapings. Spans are always byte offsets into the file.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import accumulate, chain, groupby
from typing import overload

from ecolint.records import dataclass

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
ASCII_OR_NOT = r"[\0-\x7f]+|[^\0-\x7f]+"
WIDER_FROM = ("\x80", "\u0800", "\U00010000")
"""Characters from which on one takes a byte more in UTF-8. All below the next one take as many, in UTF-16 and UTF-32
too."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of byte offsets in a file."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Line and column, both from 1; the column counts Unicode code points."""

    line: int
    column: int


class Unreadable(Exception):
    """A file, or part of one, that cannot be read as what its name says it is.

    `line` counts from 1 where the place is known. `whole` is false when the rest was still read.
    """

    def __init__(self, reason: str, line: int | None = None, *, whole: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.whole = whole


@dataclass(frozen=True)
class SourceFile:
    """One file: the path it is reported under (`/`-separated) and its bytes."""

    path: str
    data: bytes

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @cached_property
    def encoding(self) -> tuple[str, int]:
        """Encoding by byte order mark, UTF-8 otherwise, and the length of the mark in bytes."""
        for mark, encoding in BOMS:
            if self.data.startswith(mark):
                return encoding, len(mark)
        return "utf-8", 0

    @cached_property
    def fragment(self) -> Fragment:
        """The whole file as text, without its byte order mark.

        Raises Unreadable where the bytes are not valid in the file's encoding, or hold a NUL character.
        """
        encoding, mark = self.encoding
        body = self.data[mark:]
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            line = self.position(mark + error.start).line
            raise Unreadable(f"not valid {encoding.upper()} at byte {mark + error.start}", line) from None
        if "\0" in text:
            raise Unreadable("contains NUL characters", text.count("\n", 0, text.index("\0")) + 1)
        return Fragment.of(text, encoding, mark)

    @cached_property
    def text(self) -> str:
        """Decoded text of the file. Raises Unreadable."""
        return self.fragment.text

    @cached_property
    def has_crlf(self) -> bool:
        """Whether a line ends in CRLF. Raises Unreadable."""
        return "\r\n" in self.text

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """Byte offset at which each line starts; lines end in LF, CRLF or CR."""
        data = self.data
        encoding, mark = self.encoding
        if encoding != "utf-8":
            return _wide_line_starts(data, encoding, mark)
        starts = array("I", [0])
        at = 0
        while (at := data.find(b"\n", at) + 1) > 0:
            starts.append(at)
        if b"\r" in data:
            starts = array("I", sorted(set(starts) | set(_lone_returns(data))))
        return starts

    def position(self, offset: int) -> Position:
        """Line and column of a byte offset; an offset past the end is the end."""
        offset = min(offset, len(self.data))
        line = bisect_right(self.line_starts, offset)
        start = self.line_starts[line - 1]
        encoding, mark = self.encoding
        if line == 1:
            start = min(mark, offset)
        return Position(line, len(self.data[start:offset].decode(encoding, "replace")) + 1)

    def line_of(self, offset: int) -> int:
        """Line number, from 1, of a byte offset."""
        return bisect_right(self.line_starts, min(offset, len(self.data)))

    def line_span(self, line: int) -> Span:
        """Bytes of a line (from 1) without its line end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.data)
        while end > start and self.data[end - 1] in b"\r\n":
            end -= 1
        return Span(start, end)

    def line_text(self, line: int) -> str:
        """Text of a line (from 1), without line end and byte order mark; bad bytes replaced."""
        encoding, mark = self.encoding
        span = self.line_span(line)
        start = mark if line == 1 else span.start
        return self.data[start : span.end].decode(encoding, "replace")

    def cut(self, span: Span) -> str:
        """Text under a span; bad bytes replaced."""
        return self.data[span.start : span.end].decode(self.encoding[0], "replace")


def _wide_line_starts(data: bytes, encoding: str, mark: int) -> Sequence[int]:
    text = Fragment.of(data[mark:].decode(encoding, "replace"), encoding, mark)
    return array("I", [0, *(text.ends[match.end() - 1] for match in re.finditer(r"\r\n?|\n", text.text))])


def _lone_returns(data: bytes) -> list[int]:
    found = []
    at = 0
    while (at := data.find(b"\r", at) + 1) > 0:
        if data[at : at + 1] != b"\n":
            found.append(at)
    return found


class Offsets(Sequence[int]):
    """Byte offsets of the characters of a text, kept as runs of characters that take equally many bytes."""

    __slots__ = ("_firsts", "_length", "_runs")

    def __init__(self, runs: Sequence[range]) -> None:
        self._runs = runs
        self._firsts = [0, *accumulate(map(len, runs))]
        self._length = self._firsts.pop()

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self._runs)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...

    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return self._part(*index.indices(self._length))
        if index < 0:
            index += self._length
        if not 0 <= index < self._length:
            raise IndexError(index)
        number = bisect_right(self._firsts, index) - 1
        return self._runs[number][index - self._firsts[number]]

    def _part(self, start: int, stop: int, step: int) -> Sequence[int]:
        if start >= stop or step != 1:
            return array("I", [self[index] for index in range(start, stop, step)])
        first = bisect_right(self._firsts, start) - 1
        last = bisect_right(self._firsts, stop - 1) - 1
        parts = [
            self._runs[number][max(0, start - self._firsts[number]) : stop - self._firsts[number]]
            for number in range(first, last + 1)
        ]
        return parts[0] if len(parts) == 1 else Offsets(parts)


def _same_width(text: str) -> Iterator[str]:
    """Runs of characters that take the same number of bytes."""
    for run in re.findall(ASCII_OR_NOT, text):
        if run.isascii():
            yield run
        else:
            for _, same in groupby(run, partial(bisect_right, WIDER_FROM)):
                yield "".join(same)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Decoded text and the bytes each of its characters came from.

    `starts[i]` and `ends[i]` are the byte offsets of character `i` in the file. They grow with `i`, but
    need not be contiguous: escapes are several bytes, removed continuation lines leave gaps. In text that was
    put together from several places, as variables are, they do not grow everywhere.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str, encoding: str = "utf-8", offset: int = 0) -> Fragment:
        """Text that stands unescaped in the file from byte `offset` on."""
        if text.isascii() and encoding == "utf-8":
            return cls(text, range(offset, offset + len(text)), range(offset + 1, offset + len(text) + 1))
        starts = []
        ends = []
        at = offset
        for run in _same_width(text):
            width = len(run[0].encode(encoding, "surrogatepass"))
            stop = at + width * len(run)
            starts.append(range(at, stop, width))
            ends.append(range(at + width, stop + width, width))
            at = stop
        return cls(text, Offsets(starts), Offsets(ends))

    def __len__(self) -> int:
        return len(self.text)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Bytes of the characters from `start` to `end` (character indices).

        Of the first character alone where parts were put together that do not stand in order.
        """
        end = len(self.text) if end is None else end
        if start >= end:
            at = self._offset(start)
            return Span(at, at)
        first, last = self.starts[start], self.ends[end - 1]
        return Span(first, last if first <= last else self.ends[start])

    def _offset(self, index: int) -> int:
        if index < len(self.text):
            return self.starts[index]
        if self.text:
            return self.ends[-1]
        return self.starts.start if isinstance(self.starts, range) else 0

    def cut(self, start: int, end: int | None = None) -> Fragment:
        """Part of the fragment, by character indices."""
        return Fragment(self.text[start:end], self.starts[start:end], self.ends[start:end])

    @classmethod
    def join(cls, parts: Iterable[Fragment], separator: str = "") -> Fragment:
        """Fragments in file order, with a separator that stands for no bytes; a single one is itself."""
        further = iter(parts)
        first, second = next(further, None), next(further, None)
        if first is None or second is None:
            return cls("", (), ()) if first is None else first
        text: list[str] = []
        starts = array("I")
        ends = array("I")
        for number, part in enumerate(chain((first, second), further)):
            if number and separator:
                at = ends[-1] if len(ends) else 0
                text.append(separator)
                starts.extend([at] * len(separator))
                ends.extend([at] * len(separator))
            text.append(part.text)
            starts.extend(part.starts)
            ends.extend(part.ends)
        return cls("".join(text), starts, ends)

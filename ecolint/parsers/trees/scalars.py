"""How YAML and JSON scalars are written, and back: every character of a value with the bytes it came from."""

from __future__ import annotations

import re
from array import array

from ecolint.parsers.trees.templates import DROPPED
from ecolint.source import Fragment

BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
PLAIN_BREAK = re.compile(r"[ \t]*(?:(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*)+")
DOUBLE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|.)|" + PLAIN_BREAK.pattern, re.DOTALL
)
JSON = re.compile(r"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
SINGLE = re.compile("''|" + PLAIN_BREAK.pattern)
ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip


class Pieces:
    """A fragment in the making: cuts of another one, and characters that stand for a stretch of it."""

    def __init__(self, source: Fragment) -> None:
        self.source = source
        self.texts: list[str] = []
        self.starts = array("I")
        self.ends = array("I")

    def cut(self, start: int, end: int) -> None:
        if start < end:
            self.texts.append(self.source.text[start:end])
            self.starts.extend(self.source.starts[start:end])
            self.ends.extend(self.source.ends[start:end])

    def put(self, text: str, start: int, end: int) -> None:
        """Characters that stand for the source from `start` to `end`."""
        span = self.source.span(start, end)
        self.texts.append(text)
        self.starts.extend([span.start] * len(text))
        self.ends.extend([span.end] * len(text))

    def done(self) -> Fragment:
        return Fragment("".join(self.texts), self.starts, self.ends)


def plain(source: Fragment, start: int, end: int) -> Fragment:
    """A bare word, over several lines perhaps."""
    return _folded_flow(source, start, end, PLAIN_BREAK)


def single_quoted(source: Fragment, start: int, end: int) -> Fragment:
    return _folded_flow(source, start + 1, end - 1, SINGLE)


def double_quoted(source: Fragment, start: int, end: int) -> Fragment:
    """A double-quoted YAML scalar; half surrogate pairs are replaced."""
    return _folded_flow(source, start + 1, end - 1, DOUBLE)


def json_string(source: Fragment, start: int, end: int) -> Fragment:
    """A JSON string; half surrogate pairs are replaced."""
    return _folded_flow(source, start + 1, end - 1, JSON)


def _folded_flow(source: Fragment, start: int, end: int, pattern: re.Pattern[str]) -> Fragment:
    text = source.text
    pieces = Pieces(source)
    at = start
    while (match := pattern.search(text, at, end)) is not None:
        pieces.cut(at, match.start())
        stop = match.end()
        written = match[0]
        if written == "''":
            decoded = "'"
        elif written[0] == "\\":
            decoded, stop = _escape(text, match, end)
        else:
            breaks = len(BREAK.findall(written))
            decoded = " " if breaks == 1 else "\n" * (breaks - 1)
        pieces.put(decoded, match.start(), stop)
        at = stop
    pieces.cut(at, end)
    return pieces.done()


def _escape(text: str, match: re.Match[str], end: int) -> tuple[str, int]:
    sign, digits = match[0][1], match[0][2:]
    stop = match.end()
    if BREAK.match(match[0], 1):
        rest = re.compile(r"(?:[ \t]*(?:\r\n|[\n\r\x85\u2028\u2029]))*[ \t]*").match(text, stop, end)
        assert rest is not None
        return "\n" * len(BREAK.findall(rest[0])), rest.end()
    if sign not in "xuU" or not digits:
        return ESCAPES.get(sign, sign), stop
    code = int(digits, 16)
    if 0xD800 <= code < 0xDC00 and text[stop : stop + 2] == "\\u":
        low = text[stop + 2 : stop + 6]
        if re.fullmatch("[dD][c-fC-F][0-9a-fA-F]{2}", low):
            return chr(0x10000 + ((code - 0xD800) << 10) + (int(low, 16) - 0xDC00)), stop + 6
    return (chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"), stop


def block(source: Fragment, start: int, end: int, stop: int, value: str) -> Fragment:
    """A block scalar, `|` or `>`, from its header on to `stop`, after its last line break.

    `value` is what a parser made of it, which settles how deep it is indented.
    """
    text, end = source.text, stop
    header_end = BREAK.search(text, start, end)
    if header_end is None:
        return Fragment("", (), ())
    header = text[start : header_end.start()].partition("#")[0]
    lines = _lines(text, header_end.end(), end)
    indent = _indent(text, lines, value, any(sign.isdigit() for sign in header))
    kept = [_unindented(text, line, indent) for line in lines]
    kept = [line for line in kept if DROPPED not in text[line[0] : line[1]]]
    while kept and kept[-1][0] == kept[-1][1] == kept[-1][2]:
        kept.pop()
    pieces = Pieces(source)
    if header[0] == "|":
        _literal(pieces, kept)
    else:
        _folded(pieces, text, kept)
    return _chomped(pieces.done(), header)


Line = tuple[int, int, int]
"""Start, end without the line break, end with it."""


def _lines(text: str, start: int, end: int) -> list[Line]:
    found = []
    at = start
    while at < end:
        match = BREAK.search(text, at, end)
        stop, after = (match.start(), match.end()) if match else (end, end)
        found.append((at, stop, after))
        at = after
    return found


def _indent(text: str, lines: list[Line], value: str, explicit: bool) -> int:
    for start, stop, _ in lines:
        line = text[start:stop]
        bare = line.lstrip(" ")
        if bare and DROPPED not in line:
            depth = len(line) - len(bare)
            if not explicit:
                return depth
            first = next((item for item in value.split("\n") if item.strip(" ")), "")
            return depth - (len(first) - len(first.lstrip(" ")))
    return 0


def _unindented(text: str, line: Line, indent: int) -> Line:
    start, stop, after = line
    first = start
    while first < stop and first - start < indent and text[first] == " ":
        first += 1
    return first, stop, after


def _literal(pieces: Pieces, lines: list[Line]) -> None:
    for start, stop, after in lines:
        pieces.cut(start, stop)
        if after > stop:
            pieces.put("\n", stop, after)


def _folded(pieces: Pieces, text: str, lines: list[Line]) -> None:
    previous: Line | None = None
    empty = 0
    for line in lines:
        start, stop, _ = line
        if start == stop:
            empty += 1
            continue
        if previous is None:
            pieces.put("\n" * empty, start, start)
        else:
            deeper = text[start] in " \t" or text[previous[0]] in " \t"
            pieces.put(_fold(empty, deeper), previous[1], previous[2])
        pieces.cut(start, stop)
        previous, empty = line, 0
    if previous is not None:
        last = 1 if previous[2] > previous[1] else 0
        pieces.put("\n" * (empty + last), previous[1], previous[2])
    else:
        pieces.put("\n" * empty, lines[0][0] if lines else 0, lines[-1][2] if lines else 0)


def _fold(empty: int, deeper: bool) -> str:
    if deeper:
        return "\n" * (empty + 1)
    return "\n" * empty if empty else " "


def _chomped(content: Fragment, header: str) -> Fragment:
    if "+" in header:
        return content
    bare = len(content.text.rstrip("\n"))
    keep = 1 if "-" not in header and bare and bare < len(content) else 0
    return content.cut(0, bare + keep)

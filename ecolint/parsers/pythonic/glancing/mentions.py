"""What a word in the bytes of a module is there for, told by what stands around it: whether it sets something, names
something, or is only spoken of. Where that leaves a doubt, it sets or names."""

from __future__ import annotations

import re

LINE_LIMIT = 2000
"""Bytes before a word in which its line is expected to begin."""
NAME_LIMIT = 200
QUOTED_LINE = re.compile(rb"[ \t]*(?:>>>|\.\.\. |#)")
"""A line that starts so is an example in a text, or a comment, or no Python at all."""
QUOTES = b"\"'"
OF_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
OF_NAME = OF_WORD | frozenset(b".~-")
ENDS = (b'"', b"'", b" ", b"\t", b"\n", b"\r", b"\f", b"\v")
"""Bytes of which one stands before and after a text without blanks."""
REST_OF_TEXT = re.compile(rb"[^\s\"']*")
CLOSES_KEY = re.compile(rb"[\"']\s*[:\]]")
USUAL_TEXT = 60
"""Bytes before a place in which most texts begin."""
TEXT_LIMIT = 1200
"""Bytes of a text that are looked at; of a name only 300 characters are read."""
VARIABLE = re.compile(rb"\w+")
REST_OF_WORD = re.compile(rb"\w*")
SET_AFTER = re.compile(rb"\\?[\"']\s*(?::|\]\s*=(?!=)|,)|\s*(=(?!=)|:)")
"""What follows a key in a text, or (the group) a name."""
READ_BEFORE = re.compile(rb"(?:attr\([^()\n]*|\.(?:get|pop)\(\s*|[=!]=\s*|\bin\s*)\\?[\"']\Z")
"""What stands before a text that is asked for, or compared with."""
LINE_BEGINS = re.compile(rb"\n[ \t]*\Z")
ASSIGNS = re.compile(rb"[ \t]+=[ \t]")
CLOSES = re.compile(rb"\s*[)}\]]")
MAPPED = (b"vars(", b"__dict__", b"asdict(")
"""What makes a mapping of an object."""


def line_start(data: bytes, at: int) -> int | None:
    """Where the line of a place begins; None where that is too far away."""
    line = data.rfind(b"\n", max(0, at - LINE_LIMIT), at) + 1
    return None if line == 0 and at > LINE_LIMIT else line


def is_quoted(data: bytes, start: int) -> bool:
    """Whether a place is seen to be a comment, an example in a text, or a name that a text marks as code."""
    line = line_start(data, start)
    if line is None:
        return False
    if QUOTED_LINE.match(data, line):
        return True
    first = max(line, start - NAME_LIMIT)
    while start > first and data[start - 1] in OF_NAME:
        start -= 1
    return start > line and data[start - 1 : start] == b"`"


def _last_end(data: bytes, first: int, stop: int) -> int:
    """Where a text without blanks begins that reaches to `stop`; 0 where it begins before `first`."""
    return max(data.rfind(sign, first, stop) for sign in ENDS) + 1


def text_at(data: bytes, start: int) -> bytes:
    """The text without blanks around a place, as names and values are; empty where there is none.

    A key that could be a variable's name is none either.
    """
    first = max(0, start - TEXT_LIMIT)
    begin = _last_end(data, max(0, start - USUAL_TEXT), start) or _last_end(data, first, start)
    if begin and data[begin - 1] not in QUOTES:
        return b""
    begin = begin or first
    text = REST_OF_TEXT.match(data, begin, start + TEXT_LIMIT)[0]  # type: ignore[index]
    end = begin + len(text)
    if end < start + TEXT_LIMIT and data[end : end + 1] not in (b'"', b"'"):
        return b""
    if CLOSES_KEY.match(data, end) and VARIABLE.fullmatch(text):
        return b""
    return text


def is_key(data: bytes, start: int) -> bool:
    """Whether a word is a keyword, a key or a name with a value, or begins one; not one that is only read."""
    if is_quoted(data, start):
        return False
    end = REST_OF_WORD.match(data, start).end()  # type: ignore[union-attr]
    while start > 0 and data[start - 1] in b"_-":
        start -= 1
    if start > 0 and data[start - 1] in OF_WORD:
        return False
    after = SET_AFTER.match(data, end)
    if after is None:
        return False
    first = max(0, start - NAME_LIMIT)
    if not after[1]:
        return data[start - 1] in QUOTES and READ_BEFORE.search(data, first, start) is None
    begins = LINE_BEGINS.search(data, first, start) is not None
    if after[1] == b":":
        return begins
    if data[start - 1 : start] == b".":
        return any(word in data for word in MAPPED)
    return not (begins and _is_statement(data, end))


def _is_statement(data: bytes, end: int) -> bool:
    """Whether the line that begins with a name gives a variable its value, which sets nothing by itself."""
    stop = data.find(b"\n", end)
    if stop < 0 or ASSIGNS.match(data, end) is None or data[end:stop].rstrip().endswith((b",", b"=")):
        return False
    return CLOSES.match(data, stop) is None

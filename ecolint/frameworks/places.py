"""Bytes of parts of a word, and of a flag together with its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecolint.inference import Known, Located, Place
from ecolint.records import replace
from ecolint.source import Span

WIDEST_GAP = 200
"""Bytes between a flag and its value: line ends, indentation, list markers, quotes."""
UNKNOWN_SIGNS = ("$", "{", "`", "%(")


def part(word: Located[Any], start: int, end: int) -> Span | None:
    """Bytes of the characters from `start` to `end` of a word; of the whole word where it is not written as
    it reads."""
    text = word.value if isinstance(word.value, str) else ""
    size = len(text.encode("utf-8", "surrogatepass"))
    for span in (word.value_span, word.span):
        quotes = -1 if span is None else span.end - span.start - size
        if span is not None and quotes in (0, 2):
            first = span.start + quotes // 2
            before = len(text[:start].encode("utf-8", "surrogatepass"))
            inside = len(text[start:end].encode("utf-8", "surrogatepass"))
            return Span(first + before, first + before + inside)
    return word.span


def flag_with(flag: Located[str], value: Located[str]) -> Located[Any]:
    """A value under the bytes from its flag on; a value that stands elsewhere keeps its own as `value_span`."""
    span, own = flag.span, value.span
    if span is not None and own is not None and 0 <= own.start - span.end <= WIDEST_GAP:
        span = Span(span.start, own.end)
    return replace(value, span=span or own, value_span=own, place=Place.FLAG)


def pairs(word: Located[Any], separator: str = ",") -> Mapping[str, Located[Any]]:
    """Entries of a text such as `pretrained=x,load_in_8bit=True`; words without `=` are passed over.

    Of a text that depends on run time only the entries are known that are written out.
    """
    found: dict[str, Located[Any]] = {}
    text = word.value
    if not isinstance(text, str):
        return found
    at = 0
    for entry in text.split(separator):
        key, equals, value = entry.partition("=")
        if equals:
            start = at + len(key) + 1
            open_ended = word.is_dynamic and any(sign in entry for sign in UNKNOWN_SIGNS)
            known = Known.DYNAMIC if open_ended else Known.STATED if word.is_dynamic else word.known
            found[key.strip()] = Located(
                value.strip(),
                known,
                part(word, at, at + len(entry)),
                part(word, start, start + len(value)),
                word.origin,
                word.when,
                Place.FLAG,
            )
        at += len(entry) + len(separator)
    return found

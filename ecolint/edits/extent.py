"""Whether a setting stands in one piece, and the bytes that are its own."""

from __future__ import annotations

import re
from typing import Any

from ecolint.edits.sheet import NotEditable, Sheet, sheets_of
from ecolint.finding import Edit
from ecolint.inference import Located, Place
from ecolint.source import SourceFile, Span, Unreadable

FLAG_WORD = re.compile(r"([\"']?)--?[A-Za-z][\w.-]*\1")
BETWEEN = re.compile(r"(?:[\s\"',=\\`^]+|(?<=[\s-])-[ \t]|#[^\r\n]*)*")
"""What may stand between a flag and its value: blanks, quotes, commas, list marks, continued lines, comments."""
AROUND = re.compile(
    r"(?:[\s\"',=:\\`^-]|\\[nrt]|#[^\r\n]*|(?<!\w)(?:e|env|environment|export|declare|x|set|gx)(?!\w))*", re.I
)
"""What may be removed along with a setting: the same, and the word by which a variable is given."""


def own_span(located: Located[Any], source: SourceFile) -> Span | None:
    """The bytes that a setting is told at: of the flag alone where its value stands elsewhere."""
    span = located.span
    if span is None or located.place is not Place.FLAG or located.value_span in (None, span):
        return span
    try:
        sheet = sheets_of(source).holding(span)
        start, end = sheet.bounds(span)
    except (NotEditable, Unreadable):
        return span
    word = _flag_word(sheet, start, end)
    return span if word is None or _reaches(sheet, word, located) else sheet.fragment.span(start, word)


def check_in_one_piece(sheet: Sheet, located: Located[Any]) -> None:
    """Raises NotEditable where other text stands between a flag and its value, or the value stands elsewhere."""
    span, value = located.span, located.value_span
    if located.place is not Place.FLAG or span is None or value is None:
        return
    if not span.contains(value):
        raise NotEditable("flag and value stand in two places")
    start, end = sheet.bounds(span)
    word = _flag_word(sheet, start, end)
    if word is not None and not _reaches(sheet, word, located):
        raise NotEditable("other text stands between flag and value")


def check_only_own(source: SourceFile, edit: Edit, span: Span) -> None:
    """Raises NotEditable where a removal takes along more than what belongs to the setting at a span."""
    around = (Span(edit.start, max(edit.start, span.start)), Span(min(edit.end, span.end), edit.end))
    if not edit.text and not all(AROUND.fullmatch(source.cut(part)) for part in around):
        raise NotEditable("other text would be removed")


def _flag_word(sheet: Sheet, start: int, end: int) -> int | None:
    """Index behind the flag that a setting starts with."""
    word = FLAG_WORD.match(sheet.text, start, end)
    return word.end() if word is not None else None


def _reaches(sheet: Sheet, word: int, located: Located[Any]) -> bool:
    """Whether nothing but separators stands between a flag, which ends at `word`, and its value."""
    assert located.span is not None
    assert located.value_span is not None
    if not located.span.contains(located.value_span):
        return True
    try:
        value, _ = sheet.bounds(located.value_span)
    except NotEditable:
        return False
    return value <= word or BETWEEN.fullmatch(sheet.text, word, value) is not None

"""Items of YAML and JSON mappings."""

from __future__ import annotations

import re

from ecolint.edits.elements import Element, scanned, without
from ecolint.edits.sheet import REACH, NotEditable, NothingLeft, Sheet
from ecolint.edits.words import COMMENT, without_variable
from ecolint.finding import Edit

INDENT = re.compile(r"[ \t]*")
FIRST_OF_ITEM = re.compile(r"(?P<marks>[ \t]*(?:-[ \t]+)+)\Z")
NAMED = re.compile(r"\{|(?:name|key|value)[ \t]*:[^\r\n]*\r?\n[ \t]*(?:name|key|value)[ \t]*:")
"""What a variable that is a mapping of its own starts with."""
EMPTY = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)")


def flow_element(sheet: Sheet, start: int, end: int) -> Element:
    """An item of `{…}`. Raises NotEditable."""
    element = scanned(sheet.text, start, end)
    if element is None:
        raise NotEditable("comments or other text stand beside it")
    return element


def without_item(sheet: Sheet, start: int, end: int) -> Edit:
    """The removal of `key: value`, in flow or block style, or of a `{name, value}`. Raises NotEditable."""
    element = scanned(sheet.text, start, end)
    if element is not None:
        return without(sheet, element)
    text = sheet.text
    if NAMED.match(text, start, end):
        return without_variable(sheet, start, end)
    line = sheet.line_start(start)
    if not COMMENT.match(text[end : sheet.line_end(end)]):
        raise NotEditable("other text stands on its line")
    stop = sheet.next_line(end)
    following = _next_indent(sheet, stop)
    marks = FIRST_OF_ITEM.fullmatch(text, line, start)
    if marks is not None:
        column = start - line
        if following != column:
            raise NothingLeft("the only item of its mapping")
        return sheet.replaced(start, _next_text(sheet, stop), "")
    if not sheet.is_first(start):
        return without_variable(sheet, start, end)
    column = start - line
    if following != column and not _has_sibling_above(sheet, line, column):
        raise NothingLeft("the only item of its mapping")
    return sheet.replaced(line, stop, "")


def _next_text(sheet: Sheet, at: int) -> int:
    """Index of the first text at or behind the line that starts at `at`, empty lines passed over."""
    text = sheet.text
    while at < len(text) and (empty := EMPTY.match(text, at)) and empty.end() > at:
        at = empty.end()
    blanks = INDENT.match(text, at)
    return blanks.end() if blanks else at


def _next_indent(sheet: Sheet, at: int) -> int | None:
    found = _next_text(sheet, at)
    if found >= len(sheet.text):
        return None
    return found - sheet.line_start(found)


def _has_sibling_above(sheet: Sheet, line: int, column: int) -> bool:
    """Whether an item of the same mapping stands above: a line as far in, before one that is less far in."""
    text = sheet.text
    at = line
    for _ in range(REACH):
        if at <= 0:
            break
        start = sheet.line_start(at - 1 if text[at - 1] != "\n" or at < 2 or text[at - 2] != "\r" else at - 2)
        body = text[start : sheet.line_end(start)]
        at = start
        stripped = body.lstrip(" \t")
        if not stripped or stripped.startswith("#"):
            continue
        indent = len(body) - len(stripped)
        if indent == column and not stripped.startswith("- "):
            return True
        if indent < column:
            marks = FIRST_OF_ITEM.match(body[:column]) if stripped.startswith("- ") else None
            return marks is not None and len(body) > column and not body[column].isspace()
    return False

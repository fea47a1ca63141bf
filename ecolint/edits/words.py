"""Flags of command lines, variables and instructions: removed together with the blanks and line ends of their own."""

from __future__ import annotations

import re

from ecolint.edits.elements import scanned, without
from ecolint.edits.sheet import REACH, NotEditable, NothingLeft, Sheet
from ecolint.edits.yaml_text import is_item
from ecolint.finding import Edit

QUOTES = "\"'"
NAMED = re.compile(r"[:=][ \t]*\Z")
"""What stands before a value that has a name."""
LIST_MARK = re.compile(r"[ \t]*-[ \t]+\Z")
COMMENT = re.compile(r"[ \t]*(?:#[^\r\n]*)?\Z")
CONTINUED = re.compile(r"[ \t]*(\\\\?)[ \t]*\Z")
"""How a line goes on in the next one; with two backslashes in here-documents, whose shell takes one of them away."""
BLANKS = re.compile(r"\s*")
GAP_AFTER = re.compile(r"(?:[ \t]+|\\[ \t]*\r?\n)*")
SETTERS = re.compile(r"[ \t]*(?:-[ \t]+)?(?:(?:export|declare -x|set -gx|ENV|Environment=)[ \t]*)?\Z", re.I)
GIVERS = re.compile(r"(?:-e|--env)(?:[ \t]+|=)\Z")


def without_words(sheet: Sheet, start: int, end: int) -> Edit:
    """The removal of words of a command, or of items of a list that is a command. Raises NotEditable."""
    start, end = _with_quotes(sheet.text, start, end)
    found = _as_items(sheet, start, end)
    return found if found is not None else _in_line(sheet, start, end)


def without_variable(sheet: Sheet, start: int, end: int) -> Edit:
    """The removal of `NAME=value`, with its line where nothing else is set there. Raises NotEditable."""
    text = sheet.text
    start, end = _with_quotes(text, start, end)
    if "," in (text[start - 1 : start], text[end : end + 1]) and not is_item(sheet, start, end):
        raise NotEditable("one of several values in one word")
    found = _as_items(sheet, start, end)
    if found is not None:
        return found
    line = sheet.line_start(start)
    rest = text[end : sheet.line_end(end)]
    if SETTERS.fullmatch(text, line, start) and COMMENT.match(rest) and not _continues(sheet, line):
        return _lines(sheet, line, end)
    giver = GIVERS.search(text, max(line, start - REACH), start)
    return _in_line(sheet, giver.start() if giver else start, end)


def without_lines(sheet: Sheet, start: int, end: int) -> Edit:
    """The removal of an instruction that has its lines to itself. Raises NotEditable."""
    text = sheet.text
    line = sheet.line_start(start)
    if not sheet.is_first(start) or not COMMENT.match(text[end : sheet.line_end(end)]):
        raise NotEditable("other text stands on its line")
    return _lines(sheet, line, end)


def _with_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """The words with the quotes around them, where these hold nothing else and are no value of their own."""
    if start > 0 and text[start - 1] in QUOTES and text[end : end + 1] == text[start - 1]:
        before = text[start - 2 : start - 1]
        if NAMED.search(text, max(0, start - REACH), start - 1):
            return start, end
        if not before or before.isspace() or before in "[,(":
            return start - 1, end + 1
    return start, end


def _as_items(sheet: Sheet, start: int, end: int) -> Edit | None:
    text = sheet.text
    line = sheet.line_start(start)
    if LIST_MARK.fullmatch(text, line, start) and COMMENT.match(text[end : sheet.line_end(end)]):
        column = text.index("-", line) - line
        above = text[max(0, line - REACH) : line].splitlines()[::-1]
        below = text[sheet.next_line(end) : end + REACH].splitlines()
        if not (_is_item(above, column) or _is_item(below, column)):
            raise NothingLeft("the only item of its list")
        return _lines(sheet, line, end)
    if sheet.is_python:
        from ecolint.edits.python import without_word

        found = without_word(sheet, start, end)
        if found is not None:
            return found
    element = scanned(text, start, end)
    if element is not None:
        return without(sheet, element)
    if text[start : start + 1] in QUOTES and _separates(text, start, end):
        raise NotEditable("a comment stands between the items of the list")
    return None


def _is_item(lines: list[str], column: int) -> bool:
    """Whether the first of some lines that is no blank or comment, and no part of an item, is an item in a column."""
    for line in lines:
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        if not stripped or stripped.startswith("#") or indent > column:
            continue
        return indent == column and stripped.startswith("-")
    return False


def _separates(text: str, start: int, end: int) -> bool:
    blanks = BLANKS.match(text, end)
    following = text[blanks.end() : blanks.end() + 1] if blanks is not None else ""
    return following in (",", "]", ")") and text[start - 1 : start] in ("", " ", "\t", "\n")


def _in_line(sheet: Sheet, start: int, end: int) -> Edit:
    text = sheet.text
    line = sheet.line_start(start)
    stop = sheet.line_end(end)
    leads = sheet.is_first(start)
    rest = text[end:stop]
    mark = CONTINUED.match(rest)
    if leads and mark and mark[1] in ("\\", _continues(sheet, line)):
        return _lines(sheet, line, end)
    if leads and not rest.strip() and not _continues(sheet, line):
        return _lines(sheet, line, end)
    before = _gap(text, start)
    if sheet.is_yaml and text[before - 1 : before] == ":" and COMMENT.match(rest):
        return sheet.replaced(start, end, '""')
    after = GAP_AFTER.match(text, end)
    assert after is not None
    if before < start and not (leads and rest.strip()) and _is_word_end(text, end):
        return sheet.replaced(before, end, "")
    if (start == 0 or leads or text[start - 1] in QUOTES + " \t") and (after.end() > end or end == len(text)):
        return sheet.replaced(start, after.end(), "")
    if start > 0 and text[start - 1] in QUOTES and text[end : end + 1] == text[start - 1]:
        return sheet.replaced(start, end, "")
    raise NotEditable("not a word of its own")


def _is_word_end(text: str, end: int) -> bool:
    following = text[end : end + 1]
    return not following or following.isspace() or following in "\"')];&|`\\"


def _continues(sheet: Sheet, line: int) -> str:
    """The backslashes by which the line before is continued on the one that starts here; empty where it is not."""
    previous = sheet.text[max(0, line - REACH) : line].rstrip("\r\n").rstrip(" \t")
    return previous[len(previous.rstrip("\\")) :]


def _gap(text: str, at: int) -> int:
    """Index at which the blanks and continued lines before a character begin."""
    low = max(0, at - REACH)
    while True:
        at = low + len(text[low:at].rstrip(" \t"))
        bare = text[low:at].removesuffix("\n").removesuffix("\r").rstrip(" \t")
        if not text.startswith("\n", at - 1) or not bare.endswith("\\"):
            return at
        at = low + len(bare.rstrip("\\"))


def _lines(sheet: Sheet, start: int, end: int) -> Edit:
    """The removal of whole lines."""
    stop = sheet.next_line(end)
    return sheet.replaced(start, stop, "")

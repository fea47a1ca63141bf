"""Elements of lists that commas part: arguments, items of mappings and lists; removed and added in style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.edits.sheet import REACH, NotEditable, Sheet
from ecolint.finding import Edit
from ecolint.records import dataclass

NOTHING_MORE = re.compile(r"[ \t]*(?:#[^\r\n]*|\\)?(?=[\r\n]|\Z)")
BLANKS = re.compile(r"[ \t]*")
SPACE = re.compile(r"(?:\s+|\\\r?\n)*")


@dataclass(frozen=True, slots=True)
class Element:
    """Characters of one or several neighbouring elements. `before` is where the previous element (or the opening
    bracket) ends, `after` where the next one (or the closing bracket) starts. `keeps_comma` is true where the comma
    before the last element must stay."""

    start: int
    end: int
    before: int
    after: int
    first: bool
    last: bool
    keeps_comma: bool = False


def scanned(text: str, start: int, end: int, opening: str = "[({", closing: str = "])}") -> Element | None:
    """The element at these characters, by what stands around it; None where that is no list with commas.

    Comments are not understood: text with comments beside the element is no such list.
    """
    head = _trimmed(text, start)
    tail = SPACE.match(text, end)
    assert tail is not None
    at = tail.end()
    sign, following = text[max(0, head - 1) : head], text[at : at + 1]
    if not sign or sign not in opening + "," or not following or following not in closing + ",":
        return None
    first, last = sign != ",", following != ","
    before = head if first else _trimmed(text, head - 1)
    after = at
    if not last:
        more = SPACE.match(text, at + 1)
        assert more is not None
        after = more.end()
        last = text[after : after + 1] in closing
    return Element(start, end, before, after, first, last)


def _trimmed(text: str, end: int) -> int:
    """Index behind the last character before `end` that is no blank."""
    low = max(0, end - REACH)
    while True:
        end = low + len(text[low:end].rstrip())
        if end == low or text[end - 1] != "\\" or not text.startswith(("\n", "\r\n"), end):
            return end
        end -= 1


def without(sheet: Sheet, element: Element) -> Edit:
    """The removal of an element with its comma; of its line, where it has one to itself."""
    text = sheet.text
    start, end = element.start, element.end
    comma = _comma(text, end, element.after)
    behind = comma + 1 if comma is not None else end
    leads = sheet.is_first(start)
    rest = NOTHING_MORE.match(text, behind)
    if element.first and element.last:
        return _only(sheet, element, behind)
    if comma is not None and not element.first and "\n" in text[end:comma] and "#" not in text[end:comma]:
        return _with_comma_before(sheet, element)
    if leads and rest is not None and (comma is not None or "#" in text[element.before : start]):
        return sheet.replaced(sheet.line_start(start), sheet.next_line(rest.end()), "")
    if element.last and comma is None:
        previous = _comma(text, element.before, start)
        if previous is None or "#" in text[previous:start]:
            raise NotEditable("a comment stands between the arguments")
        return sheet.replaced(
            previous + element.keeps_comma, rest.end() if leads and rest is not None else end, ""
        )
    if rest is not None or element.last:
        if element.first and "#" not in text[behind : element.after]:
            return sheet.replaced(start, element.after, "")
        return sheet.replaced(start if leads else sheet.blanks_before(start), behind, "")
    blanks = BLANKS.match(text, behind)
    assert blanks is not None
    return sheet.replaced(start, blanks.end(), "")


def _with_comma_before(sheet: Sheet, element: Element) -> Edit:
    """The removal of an element in a list whose commas stand at the beginning of lines."""
    previous = _comma(sheet.text, element.before, element.start)
    if previous is None or sheet.text[previous + 1 : element.start].strip():
        raise NotEditable("a comment stands between the arguments")
    rest = NOTHING_MORE.match(sheet.text, element.end)
    if sheet.is_first(previous) and rest is not None:
        return sheet.replaced(sheet.line_start(previous), sheet.next_line(rest.end()), "")
    return sheet.replaced(sheet.blanks_before(previous), element.end, "")


def _only(sheet: Sheet, element: Element, behind: int) -> Edit:
    gaps = sheet.text[element.before : element.start] + sheet.text[behind : element.after]
    if gaps.strip():
        return sheet.replaced(element.start, behind, "")
    return sheet.replaced(element.before, element.after, "")


def _comma(text: str, start: int, end: int) -> int | None:
    """Index of the comma in the gap between two elements, comments passed over."""
    at = start
    while at < end:
        if text[at] == "#":
            stop = text.find("\n", at, end)
            at = end if stop < 0 else stop
        elif text[at] == ",":
            return at
        at += 1
    return None


def beside(sheet: Sheet, element: Element, written: str) -> Iterator[Edit]:
    """The edits that add an element right behind another one: on a line of its own where that one has one."""
    text = sheet.text
    start, end = element.start, element.end
    line = sheet.line_start(start)
    comma = _comma(text, end, element.after)
    behind = end if comma is None else comma + 1
    rest = NOTHING_MORE.match(text, behind)
    if not sheet.is_first(start) or rest is None:
        yield sheet.inserted(end, f", {written}")
        return
    indent = text[line:start]
    newline = sheet.newline(start)
    if comma is None:
        stop = rest.end()
        if stop == end:
            yield sheet.inserted(end, f",{newline}{indent}{written}")
            return
        yield sheet.inserted(end, ",")
        yield sheet.inserted(stop, f"{newline}{indent}{written}")
        return
    yield sheet.inserted(rest.end(), f"{newline}{indent}{written},")

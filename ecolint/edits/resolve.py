"""From changes of settings to edits of bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from ecolint.edits import mappings, owners, words
from ecolint.edits.changes import Change, Kind
from ecolint.edits.elements import beside, without
from ecolint.edits.python import element_at
from ecolint.edits.sheet import NotEditable, Sheet, sheet_for, sheets_of
from ecolint.edits.writing import key_quote, value_text
from ecolint.finding import Edit, Fix
from ecolint.inference import Place
from ecolint.source import SourceFile, Unreadable

ANCHOR = re.compile(r"[:\s]&[\w-]")


def resolved(fix: Fix, source: SourceFile) -> Fix:
    """The fix with the edits that its changes come to. Without edits where one of them has no certain form."""
    if not fix.changes:
        return fix
    try:
        sheets = sheets_of(source)
        found = [edit for change in fix.changes for edit in _edits(change, sheets)]
    except (NotEditable, Unreadable):
        found = []
    return replace(fix, changes=(), edits=(*fix.edits, *united(found)))


def united(edits: list[Edit]) -> tuple[Edit, ...]:
    """Edits in the order of the file; removals that touch or overlap become one. Empty where others overlap."""
    result: list[Edit] = []
    for edit in sorted(set(edits)):
        last = result[-1] if result else None
        if last is None or edit.start > last.end:
            result.append(edit)
        elif edit.start == last.end:
            result[-1] = Edit(last.start, edit.end, last.text + edit.text)
        elif not edit.text and not last.text:
            result[-1] = Edit(last.start, max(last.end, edit.end), "")
        elif edit.start < last.end:
            return ()
    return tuple(result)


def _edits(change: Change, sheets: tuple[Sheet, ...]) -> Iterator[Edit]:
    span = change.at.value_span if change.kind is Kind.SET else change.at.span
    if span is None:
        raise NotEditable("not written in this file")
    sheet = sheet_for(sheets, span)
    start, end = sheet.bounds(span)
    owners.require_alone(sheet, change)
    if change.kind is Kind.SET:
        yield _set(change, sheet, start, end)
    elif change.kind is Kind.ADD:
        yield from _added(change, sheet, start, end)
    elif change.kind is Kind.REPLACE:
        yield sheet.replaced(start, end, _written(change, sheet, start, end))
    else:
        yield _removed(change, sheet, start, end)


def _set(change: Change, sheet: Sheet, start: int, end: int) -> Edit:
    old = sheet.text[start:end]
    return sheet.replaced(start, end, value_text(sheet, change.at.place, change.value, start, old))


def _added(change: Change, sheet: Sheet, start: int, end: int) -> Iterator[Edit]:
    place = change.at.place
    element = mappings.flow_element if place is Place.JSON_ITEM else element_at
    yield from beside(sheet, element(sheet, start, end), _written(change, sheet, start, end))


def _written(change: Change, sheet: Sheet, start: int, end: int) -> str:
    """Name and value of the setting that is written, in the form of the one that stands there."""
    place = change.at.place
    if place is Place.ARGUMENT:
        return f"{change.name}={value_text(sheet, place, change.value, start)}"
    quote = key_quote(sheet.text[start:end])
    like = quote * 2 if place is Place.DICT_ITEM else ""
    return f"{quote}{change.name}{quote}: {value_text(sheet, place, change.value, start, like)}"


def _argument(sheet: Sheet, start: int, end: int) -> Edit:
    return without(sheet, element_at(sheet, start, end))


def _flag(sheet: Sheet, start: int, end: int) -> Edit:
    if not sheet.text[start:end].lstrip("\"'").startswith("-"):
        raise NotEditable("the flag is not written here")
    return words.without_words(sheet, start, end)


def _removed(change: Change, sheet: Sheet, start: int, end: int) -> Edit:
    is_yaml = sheet.source.path.lower().endswith((".yaml", ".yml"))
    if is_yaml and ANCHOR.search(sheet.text, start, end):
        raise NotEditable("other places may refer to it")
    return REMOVALS[change.at.place](sheet, start, end)


REMOVALS: dict[Place, Callable[[Sheet, int, int], Edit]] = {
    Place.ARGUMENT: _argument,
    Place.DICT_ITEM: _argument,
    Place.JSON_ITEM: mappings.without_item,
    Place.YAML_ITEM: mappings.without_item,
    Place.FLAG: _flag,
    Place.ENVIRONMENT: words.without_variable,
    Place.INSTRUCTION: words.without_lines,
}

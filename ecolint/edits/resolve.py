"""From changes of settings to edits of bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ecolint.edits import mappings, owners, words
from ecolint.edits.changes import Change, Changes, Kind
from ecolint.edits.elements import beside
from ecolint.edits.extent import check_in_one_piece, check_only_own
from ecolint.edits.python import appended_by, element_at, without_element
from ecolint.edits.sheet import NotEditable, NothingLeft, Sheet, Sheets, sheets_of
from ecolint.edits.writing import key_quote, value_text
from ecolint.finding import Edit, Fix
from ecolint.inference import Known, Place
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import SourceFile, Span, Unreadable
from ecolint.statements import Symbol

IN_LISTS = re.compile(r"\s*,\s*")
IN_LINES = re.compile(r"[ \t]+")
NEIGHBOURS = {Place.ARGUMENT: IN_LISTS, Place.DICT_ITEM: IN_LISTS, Place.FLAG: IN_LINES}
"""What stands between neighbours that are removed as one."""
NOWHERE = Span(0, 0)
COUNTED = frozenset((Place.FLAG, Place.ENVIRONMENT, Place.YAML_ITEM))
"""Places that may be items of lists in manifests."""


def resolved(fix: Fix, source: SourceFile, repository: Repository) -> Fix:
    """The fix with the edits that its changes come to. Without edits where one of them has no certain form."""
    if not fix.changes:
        return fix
    try:
        sheets = sheets_of(source)
        changes = (_minded(change, source, repository) for change in _in_runs(fix.changes, sheets))
        found = [edit for change in changes for edit in _edits(change, sheets)]
    except (NotEditable, Unreadable):
        found = []
    return replace(fix, changes=(), edits=(*fix.edits, *united(found)))


def _minded(change: Change, source: SourceFile, repository: Repository) -> Change:
    """The change, where patches count items as one that leaves their number as it is. Raises NotEditable."""
    if change.kind is not Kind.REMOVE or change.at.place not in COUNTED:
        return change
    from ecolint.edits.numbered import is_counted

    if not is_counted(source, repository):
        return change
    instead = _instead(change)
    if instead is None:
        raise NotEditable("patches count the items of the list")
    return instead


def _instead(change: Change) -> Change | None:
    """What is done where a setting cannot be left out: a value in its place. None where that is not written there."""
    at = change.at
    if change.instead is None or at.known is not Known.STATED or at.span is None or at.value_span is None:
        return None
    if not at.span.contains(at.value_span):
        return None
    return replace(change, kind=Kind.SET, value=change.instead)


def _in_runs(changes: Changes, sheets: Sheets) -> Iterator[Change]:
    """The changes, with removals of neighbours in a list or a line as one. Raises NotEditable."""
    waiting: Change | None = None
    for change in sorted(changes, key=lambda item: item.at.span or NOWHERE):
        if waiting is None:
            waiting = change
        elif (run := _run(waiting, change, sheets)) is not None:
            waiting = run
        else:
            yield waiting
            waiting = change
    if waiting is not None:
        yield waiting


def _run(one: Change, other: Change, sheets: Sheets) -> Change | None:
    """The removal of two neighbours; None where they are none, or one of them is no removal."""
    first, last = one.at.span, other.at.span
    between = NEIGHBOURS.get(one.at.place)
    if not (one.kind is other.kind is Kind.REMOVE and first and last and between):
        return None
    if NEIGHBOURS.get(other.at.place) is not between:
        return None
    sheet = sheets.holding(first)
    _check(one, sheet, *sheet.bounds(first))
    _check(other, sheet, *sheet.bounds(last))
    if not between.fullmatch(sheet.text, sheet.bounds(first)[1], sheet.bounds(last)[0]):
        return None
    return replace(one, at=replace(one.at, span=Span(first.start, last.end), value_span=None))


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


def _edits(change: Change, sheets: Sheets) -> Iterator[Edit]:
    span = change.at.value_span if change.kind is Kind.SET else change.at.span
    if span is None:
        raise NotEditable("not written in this file")
    sheet = sheets.holding(span)
    start, end = sheet.bounds(span)
    _check(change, sheet, start, end)
    owners.require_alone(sheet, change)
    if change.kind is Kind.SET:
        yield _set(change, sheet, start, end)
    elif change.kind is Kind.ADD:
        yield from _added(change, sheet, start, end)
    elif change.kind is Kind.REPLACE:
        yield sheet.replaced(start, end, _written(change, sheet, start, end))
    else:
        yield _removed(change, sheet, start, end)


def _check(change: Change, sheet: Sheet, start: int, end: int) -> None:
    """Raises NotEditable where more than the setting itself would change."""
    check_in_one_piece(sheet, change.at)
    if sheet.is_yaml:
        from ecolint.edits import yaml_text

        yaml_text.check_unshared(sheet, start, end)
    elif sheet.is_python and change.at.place not in owners.ELEMENTS:
        from ecolint.edits import variables

        variables.check_unshared(sheet, start, end)


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
    like = quote * 2 if place is Place.DICT_ITEM and isinstance(change.value, (str, Symbol)) else ""
    return f"{quote}{change.name}{quote}: {value_text(sheet, place, change.value, start, like)}"


def _flag(sheet: Sheet, start: int, end: int) -> Edit:
    if not sheet.text[start:end].lstrip("\"'").startswith("-"):
        raise NotEditable("the flag is not written here")
    return words.without_words(sheet, start, end)


def _removed(change: Change, sheet: Sheet, start: int, end: int) -> Edit:
    try:
        edit = REMOVALS[change.at.place](sheet, start, end)
    except NothingLeft:
        instead = _instead(change)
        if instead is not None and instead.at.value_span is not None:
            return _set(instead, sheet, *sheet.bounds(instead.at.value_span))
        if not sheet.is_python:
            raise
        start, end = appended_by(sheet, start, end)
        edit = words.without_lines(sheet, start, end)
    check_only_own(sheet.source, edit, sheet.fragment.span(start, end))
    return edit


REMOVALS: dict[Place, Callable[[Sheet, int, int], Edit]] = {
    Place.ARGUMENT: without_element,
    Place.DICT_ITEM: without_element,
    Place.JSON_ITEM: mappings.without_item,
    Place.YAML_ITEM: mappings.without_item,
    Place.FLAG: _flag,
    Place.ENVIRONMENT: words.without_variable,
    Place.INSTRUCTION: words.without_lines,
}

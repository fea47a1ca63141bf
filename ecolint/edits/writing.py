"""Values as they are written in each form of text."""

from __future__ import annotations

import json
import re

from ecolint.edits.changes import Written
from ecolint.edits.imports import is_imported
from ecolint.edits.sheet import Sheet
from ecolint.inference import Place
from ecolint.statements import Symbol

IN_PYTHON = frozenset((Place.ARGUMENT, Place.DICT_ITEM, Place.POSITIONAL, Place.ITEM_ASSIGNMENT))
QUOTED = re.compile(r"(['\"])[^'\"]*\1\Z", re.S)


def value_text(sheet: Sheet, place: Place, value: Written, at: int, old: str = "") -> str:
    """A value in the syntax of its place, which is at a character, quoted like the text that it replaces."""
    if place in IN_PYTHON:
        return _in_python(sheet, value, at, old)
    if isinstance(value, Symbol):
        value = value.name.rpartition(".")[2]
    text = str(value)
    if isinstance(value, bool) and old not in ("True", "False"):
        text = text.lower()
    quote = _quote(old)
    if quote:
        return f"{quote}{text}{quote}"
    return json.dumps(text) if place is Place.JSON_ITEM and not old and isinstance(value, str) else text


def _in_python(sheet: Sheet, value: Written, at: int, old: str) -> str:
    if isinstance(value, Symbol):
        package, _, name = value.name.rpartition(".")
        if is_imported(sheet, package, at):
            return value.name
        value = name
    quote = _quote(old)
    if isinstance(value, str) or quote:
        quote = quote or '"'
        return f"{quote}{value}{quote}"
    return repr(value)


def _quote(text: str) -> str:
    match = QUOTED.match(text)
    return match[1] if match else ""


def key_quote(text: str) -> str:
    """The quote sign that the key of an item is written with; a double quote where there is none."""
    return text[:1] if text[:1] in ("'", '"') else '"'

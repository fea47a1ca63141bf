"""Edits of settings, from where they stand."""

from __future__ import annotations

from typing import Any

from ecolint.finding import Edit
from ecolint.inference import Known, Located, Place

BESIDE = {
    Place.ARGUMENT: ", {name}={value}",
    Place.DICT_ITEM: ', "{name}": {value}',
    Place.JSON_ITEM: ', "{name}": {value}',
}
"""How a further setting is written behind one that stands in such a place."""


def set_value(located: Located[Any], value: str) -> tuple[Edit, ...]:
    """Replace a stated value; empty where it is not written in place."""
    if located.known is not Known.STATED or located.value_span is None:
        return ()
    return (Edit(located.value_span.start, located.value_span.end, value),)


def add_beside(located: Located[Any], name: str, value: str) -> tuple[Edit, ...]:
    """Add a setting right behind another one, in the same form; empty where that form has no such place."""
    if located.span is None or located.place not in BESIDE or not located.is_known:
        return ()
    text = BESIDE[located.place].format(name=name, value=value)
    return (Edit(located.span.end, located.span.end, text),)

"""What rules ask for: a setting removed, given another value, replaced by or written beside another one."""

from __future__ import annotations

from enum import Enum
from typing import Any

from ecolint.inference import DEFAULT_OF, Known, Located, Place
from ecolint.records import dataclass
from ecolint.statements import Symbol

Written = bool | int | float | str | Symbol
"""A value as a rule states it. A Symbol (`torch.float16`) is written as that name where its package is imported by
then, and as a string otherwise."""
BESIDE = frozenset((Place.ARGUMENT, Place.DICT_ITEM, Place.JSON_ITEM))
"""Places behind which a further setting can be written."""
REMOVABLE = BESIDE | {Place.FLAG, Place.ENVIRONMENT, Place.YAML_ITEM, Place.INSTRUCTION}


class Kind(str, Enum):
    """What happens to a setting."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Change:
    """One change at a setting. `name` and `value` are those of the setting that is written; `instead` is the value of
    one that cannot be left out where it stands, as it is alone there."""

    kind: Kind
    at: Located[Any]
    name: str = ""
    value: Written = ""
    instead: Written | None = None


CHOICES = (DEFAULT_OF, "argument of ")
"""What the origin of a value begins with that a caller or user chooses."""
Changes = tuple[Change, ...]


def signature(changes: Changes) -> tuple[object, ...]:
    """What changes come to, whichever way their settings were read: equal for changes of the same text."""
    return tuple(
        (change.kind, change.at.span, change.at.value_span, change.name, change.value) for change in changes
    )


def set_value(located: Located[Any], value: Written) -> Changes:
    """Replace a stated value; empty where it is not written in place."""
    if located.known is not Known.STATED or located.value_span is None or located.when is not None:
        return ()
    return (Change(Kind.SET, located, value=value),)


def add_beside(located: Located[Any], name: str, value: Written) -> Changes:
    """Add a setting right behind another one, in the same form; empty where that form has no such place."""
    if located.span is None or located.place not in BESIDE or located.known is Known.DEFAULT:
        return ()
    return (Change(Kind.ADD, located, name, value),)


def remove(located: Located[Any], instead: Written | None = None) -> Changes:
    """Take a setting out, or give it a value where that cannot be; empty where it is not written in one place, or only
    under a condition."""
    if located.span is None or located.place not in REMOVABLE or located.when is not None:
        return ()
    return (Change(Kind.REMOVE, located, instead=instead),) if _is_written_here(located) else ()


def _is_written_here(located: Located[Any]) -> bool:
    """Whether a setting is what this file says, and not what somebody else may choose."""
    if located.known is Known.STATED:
        return True
    return (
        located.known is Known.DERIVED and located.place in BESIDE and not located.origin.startswith(CHOICES)
    )


def replace_by(located: Located[Any], name: str, value: Written) -> Changes:
    """Write another setting in the place of one, in the same form; empty where that form has no such place."""
    return tuple(
        Change(Kind.REPLACE, located, name, value) for _ in remove(located) if located.place in BESIDE
    )

"""What decided conditions imply for others: a thing that equals one constant does not equal another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

Constants = frozenset[object]


def implied(prefix: str, operator: ast.cmpop, constant: object, sides: Mapping[str, int]) -> bool | None:
    """Truth of `thing == constant` or `thing in constants`, by what else is decided of the same thing.

    `prefix` is the key of the thing, `sides` are the decided conditions by key. None where nothing follows.
    """
    asked = _constants(operator, constant)
    if asked is None:
        return None
    truth, is_none = sides.get(prefix), sides.get(f"{prefix} is None")
    if (truth == 0 and all(asked)) or (truth == 1 and not any(asked)):
        return False
    if is_none == 1:
        return None in asked
    if is_none == 0 and asked == {None}:
        return False
    possible: Constants | None = None
    excluded: Constants = frozenset()
    for values, side in _told(prefix, sides):
        if side:
            possible = values if possible is None else possible & values
        else:
            excluded |= values
    if possible is None:
        return False if asked <= excluded else None
    possible -= excluded
    if not possible & asked:
        return False
    return True if possible <= asked else None


SIGNS = ((" == ", ast.Eq()), (" in ", ast.In()))


def _told(prefix: str, sides: Mapping[str, int]) -> Iterator[tuple[Constants, bool]]:
    beginnings = [(prefix + sign, operator) for sign, operator in SIGNS]
    for key, side in sides.items():
        for beginning, operator in beginnings:
            if key.startswith(beginning):
                values = _literal(operator, key[len(beginning) :])
                if values is not None:
                    yield values, bool(side)


@lru_cache(maxsize=1024)
def _literal(operator: ast.cmpop, text: str) -> Constants | None:
    try:
        return _constants(operator, ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def _constants(operator: ast.cmpop, value: object) -> Constants | None:
    try:
        if isinstance(operator, ast.Eq):
            return frozenset((value,))
        if isinstance(operator, ast.In) and isinstance(value, (list, tuple, set, frozenset)):
            return frozenset(value)
    except TypeError:
        return None
    return None

"""Operators and look-ups on known values."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TypeGuard

from ecolint.inference import Known
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    UNKNOWN_PART,
    Dict,
    Formatted,
    Value,
    formatted,
    opened,
    softened,
    stated,
)
from ecolint.records import replace
from ecolint.statements import Symbol

TEXT_LIMIT = 10_000
FIELD = re.compile(r"%(?:\((?P<name>\w+)\))?(?P<how>[-#0+ \d.*]*)(?P<kind>[a-zA-Z%])")
PRINTED = frozenset("sdi")
"""Fields of a text that print a value as it is."""


def is_bool(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def unary(operator: ast.unaryop, operand: Value) -> Value:
    if isinstance(operator, ast.USub) and is_number(operand.value):
        return replace(operand, value=-operand.value)
    return operand if isinstance(operator, ast.UAdd) and is_number(operand.value) else DYNAMIC


def binary(operator: ast.operator, left: Value, right: Value) -> Value:
    if isinstance(operator, ast.Mod):
        return printed(left, right)
    if left.known is Known.DYNAMIC or right.known is Known.DYNAMIC:
        is_text = isinstance(operator, ast.Add) and (_is_text(left) or _is_text(right))
        return joined((left, right)) if is_text else DYNAMIC
    a, b = opened(left).value, opened(right).value
    result: object = None
    if isinstance(operator, ast.Add):
        if isinstance(a, str) or isinstance(b, str):
            return joined((left, right))
        if is_number(a) and is_number(b):
            result = a + b
        elif isinstance(a, tuple) and isinstance(b, tuple):
            result = (*a, *b)
    elif isinstance(operator, ast.Sub) and is_number(a) and is_number(b):
        result = a - b
    elif isinstance(operator, ast.Mult) and is_number(a) and is_number(b) and abs(a) < 1e9 and abs(b) < 1e9:
        result = a * b
    elif isinstance(operator, ast.FloorDiv) and is_number(a) and is_number(b) and b:
        result = a // b
    elif isinstance(operator, ast.Div):
        if isinstance(a, str) and isinstance(b, str):
            result = f"{a.rstrip('/')}/{b}"
        elif is_number(a) and is_number(b) and b:
            result = a / b
    elif isinstance(operator, ast.BitOr) and isinstance(a, Dict) and isinstance(b, Dict):
        merged = a.copied()
        merged.update(b)
        merged.complete = a.complete and b.complete
        result = merged
    return DYNAMIC if result is None else softened(stated(result), left, right)


def printed(text: Value, given: Value) -> Value:
    """`"…%s…" % given`; a field with a specification is not known."""
    if not text.is_known or not isinstance(text.value, str) or len(text.value) >= TEXT_LIMIT:
        return DYNAMIC
    values = iter(given.value if isinstance(given.value, tuple) else (given,))
    parts: list[Value] = []
    end = 0
    for field in FIELD.finditer(text.value):
        parts.append(replace(text, value=text.value[end : field.start()]))
        end = field.end()
        if field["kind"] == "%":
            parts.append(replace(text, value="%"))
            continue
        if field["name"] is None:
            value = next(values, DYNAMIC)
        else:
            value = given.value.get(field["name"], DYNAMIC) if isinstance(given.value, Dict) else DYNAMIC
        parts.append(value if field["kind"] in PRINTED and not field["how"] else DYNAMIC)
    return joined((*parts, replace(text, value=text.value[end:])))


def joined(parts: Sequence[Value]) -> Value:
    """Concatenation of texts."""
    texts = [_text_of(part) for part in parts]
    whole = "".join(UNKNOWN_PART if text is None else text for text in texts)
    if len(whole) >= TEXT_LIMIT:
        return DYNAMIC
    if None in texts or any(isinstance(part.value, Formatted) for part in parts):
        return formatted(whole)
    return softened(stated(whole), *parts)


def _text_of(part: Value) -> str | None:
    if isinstance(part.value, Formatted):
        return part.value.text
    is_known = part.known is not Known.DYNAMIC and isinstance(part.value, (str, int, float))
    return str(part.value) if is_known else None


def _is_text(value: Value) -> bool:
    return isinstance(value.value, Formatted) or (value.is_known and isinstance(value.value, str))


def item(base: Value, key: Value) -> Value:
    """`base[key]`."""
    held = base.value
    if isinstance(held, Dict) and isinstance(key.value, str) and key.value in held:
        return softened(held[key.value], key)
    if isinstance(held, tuple) and isinstance(key.value, int) and not isinstance(key.value, bool):
        if -len(held) <= key.value < len(held):
            found = held[key.value]
            return softened(found, base, key) if hasattr(found, "known") else DYNAMIC
        return DYNAMIC
    if isinstance(held, Symbol):
        return stated(held)
    return DYNAMIC

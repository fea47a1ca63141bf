"""Texts that are made of others: filled in, joined, without their indentation."""

from __future__ import annotations

from itertools import count

from ecolint.parsers.pythonic.evaluation.arithmetic import joined
from ecolint.parsers.pythonic.evaluation.values import DYNAMIC, Dict, Formatted, Value
from ecolint.records import replace

WORD_LIMIT = 1000


def filled_in(text: str, base: Value, positional: tuple[Value, ...], keywords: Dict) -> Value:
    """`"…{}…".format(…)`; a field with a specification is not known."""
    from string import Formatter

    given = {**{str(number): value for number, value in enumerate(positional)}, **keywords}
    parts: list[Value] = []
    numbers = count()
    try:
        for literal, field, how, conversion in Formatter().parse(text):
            parts.append(replace(base, value=literal))
            if field is not None:
                value = given.get(field or str(next(numbers)), DYNAMIC)
                parts.append(DYNAMIC if how or conversion else value)
    except ValueError:
        return DYNAMIC
    return joined(parts)


def between(separator: Value, items: Value) -> Value:
    """`" ".join(items)`; what is not known of the items is a part that is not known."""
    if not isinstance(items.value, tuple) or len(items.value) > WORD_LIMIT:
        return DYNAMIC
    parts = [part for item in items.value for part in (separator, item)]
    return joined(parts[1:])


def dedented(value: Value) -> Value:
    """`textwrap.dedent(text)`."""
    from textwrap import dedent

    if isinstance(value.value, Formatted):
        return replace(value, value=Formatted(dedent(value.value.text)))
    return replace(value, value=dedent(value.value)) if isinstance(value.value, str) else DYNAMIC

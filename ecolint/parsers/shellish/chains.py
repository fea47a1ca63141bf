"""Commands joined by `&&` and `||`, and commands after which nothing more is run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum

from ecolint.parsers.shellish.conditions import Truth
from ecolint.parsers.shellish.nodes import Simple, Step

VARIABLE = r"\"?\$\{?([A-Za-z_]\w*)(?::?-)?\}?\"?"
UNSET = re.compile(rf"(?:\[\[? -z {VARIABLE} \]\]?|test -z {VARIABLE})")
"""A test that holds where a variable has no value."""
SET = re.compile(rf"(?:\[\[? (?:-n )?{VARIABLE} \]\]?|test (?:-n )?{VARIABLE})")
"""A test that holds where a variable has a value."""
DEFAULTING = {"&&": UNSET, "||": SET}
"""Tests after which a connector leads to the default of a variable."""


STOPS = {"&&": Truth.FALSE, "||": Truth.TRUE}
"""What a command must be for the one that is joined to it never to run."""


class Ended(IntEnum):
    """How far commands are left out after one that ends what it stands in."""

    NO = 0
    ROUND = 1
    FUNCTION = 2
    SCRIPT = 3


ENDING = {
    "exit": Ended.SCRIPT,
    "exec": Ended.SCRIPT,
    "return": Ended.FUNCTION,
    "break": Ended.ROUND,
    "continue": Ended.ROUND,
}
BACKGROUND = re.compile(r"[ \t]*&(?!&)")


def lists(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """The steps, those together that are joined."""
    start = 0
    for number, step in enumerate(steps):
        if number > start and not step.connector:
            yield steps[start:number]
            start = number
    if start < len(steps):
        yield steps[start:]


def split(steps: Sequence[Step], connector: str) -> list[list[Step]]:
    """The steps between those that begin with a connector; at least one list."""
    parts: list[list[Step]] = [[]]
    for step in steps:
        if step.connector == connector and parts[-1]:
            parts.append([])
        parts[-1].append(step if parts[-1] else Step("", step.pipeline))
    return parts


def joined(before: Truth, connector: str, truth: Truth) -> Truth:
    """Whether `A && B` or `A || B` succeeds, where both are as given."""
    stops = STOPS[connector]
    if before is stops or truth is stops:
        return stops
    return truth if before is not Truth.UNKNOWN else Truth.UNKNOWN


def defaulted(test: str, connector: str) -> str | None:
    """The variable that `[ -z "$NAME" ] && NAME=…` or `[ -n "$NAME" ] || NAME=…` gives a default."""
    found = DEFAULTING[connector].fullmatch(test)
    return (found[1] or found[2]) if found is not None else None


def ended_by(node: Simple, text: str) -> Ended:
    """What a command ends."""
    first = node.words[0].bare if node.words else None
    ended = ENDING.get(first or "", Ended.NO)
    if ended is Ended.NO or (first == "exec" and not _is_program(node, text)):
        return Ended.NO
    return Ended.NO if BACKGROUND.match(text, node.end) else ended


def _is_program(node: Simple, text: str) -> bool:
    """Whether `exec` starts something: `exec >log` and `exec {lock}>file` redirect what follows."""
    return len(node.words) > 1 and text[node.words[1].start] != "{"

"""Whether a condition is always true, and how it is quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.nodes import Group, Node, Pipeline, Simple, Step, Test
from ecolint.parsers.shellish.options import listed
from ecolint.parsers.shellish.tokens import Kind, Word
from ecolint.parsers.shellish.values import Value

PHRASE_LIMIT = 80
PROBES = listed(
    "[ test which type hash grep egrep fgrep pgrep pidof nvidia-smi lspci ask confirm getent dpkg lsmod cmp diff ping"
    " nc"
)
"""Commands that are run for their exit status."""
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]\n]{0,80}\])?\+?=")
ALWAYS = {"true": True, ":": True, "false": False}


class Truth(Enum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE


def phrase(text: str, start: int, end: int) -> str:
    """A part of the text on one line, shortened."""
    words = " ".join(text[start : min(end, start + 4 * PHRASE_LIMIT)].split())
    return words if len(words) <= PHRASE_LIMIT else words[: PHRASE_LIMIT - 1] + "…"


def is_test(pipeline: Pipeline, text: str) -> bool:
    """Whether a pipeline is run to ask something."""
    last = pipeline.commands[-1]
    if isinstance(last, Test):
        return True
    if isinstance(last, Group):
        end = group_end(last.body)
        return end is not None and is_test(end, text)
    if not isinstance(last, Simple) or not last.words:
        return False
    first = last.words[0].bare or ""
    if first == "command":
        return len(last.words) > 1 and last.words[1].bare in ("-v", "-V")
    return first in PROBES or first.startswith(("is_", "has_"))


def group_end(steps: Sequence[Step]) -> Pipeline | None:
    """The last command of `{ … }` or of a function's body, which tells whether that succeeds."""
    if not steps:
        return None
    last = steps[-1].pipeline
    node = last.commands[-1]
    return group_end(node.body) or last if isinstance(node, Group) else last


def decided(steps: Sequence[Step], expander: Expander) -> Truth:
    """Whether a list of commands always succeeds or always fails."""
    return always(steps[0].pipeline, expander) if len(steps) == 1 else Truth.UNKNOWN


def always(pipeline: Pipeline, expander: Expander) -> Truth:
    """Whether a pipeline always succeeds or always fails, as far as the text alone tells."""
    if len(pipeline.commands) != 1:
        return Truth.UNKNOWN
    found = _succeeds(pipeline.commands[0], expander)
    return Truth.of(found if found is None or not pipeline.negated else not found)


def _succeeds(node: Node, expander: Expander) -> bool | None:
    if not isinstance(node, Simple) or not node.words:
        return None
    first = node.words[0].bare or ""
    if first in ALWAYS:
        return ALWAYS[first]
    if all(_is_assignment(word, expander.fragment.text) for word in node.words):
        return True
    if first not in ("[", "test") or len(node.words) > 5:
        return None
    words = [expander.value(word) for word in node.words[1:]]
    if words and words[-1].text == "]":
        words.pop()
    if not all(map(_is_settled, words)):
        return None
    return _compare([word.text for word in words])


def _is_assignment(word: Word, text: str) -> bool:
    """Whether a word gives a variable a value that no command computes."""
    computed = any(part.kind is Kind.SUBSTITUTION for part in word.parts)
    return not computed and ASSIGNMENT.match(text, word.start, min(word.end, word.start + 240)) is not None


def _is_settled(value: Value) -> bool:
    """Known, and not merely by default."""
    return not value.is_dynamic and not value.origin.startswith("default")


def _compare(words: list[str]) -> bool | None:
    if len(words) == 2 and words[0] in ("-n", "-z"):
        return bool(words[1]) is (words[0] == "-n")
    if len(words) == 3:
        left, operator, right = words
        if operator in ("=", "=="):
            return left == right
        if operator == "!=":
            return left != right
        if operator in ("-eq", "-ne") and left.isdecimal() and right.isdecimal():
            return (int(left[:18]) == int(right[:18])) is (operator == "-eq")
    return None

"""What follows a `case` or an `if`, told of each way that it may have gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from ecolint.parsers.shellish import builtins
from ecolint.parsers.shellish.chains import split
from ecolint.parsers.shellish.conditions import Truth, decided, phrase
from ecolint.parsers.shellish.frame import also
from ecolint.parsers.shellish.nodes import Branch, Case, CaseItem, If, Step
from ecolint.records import replace
from ecolint.source import Span
from ecolint.statements import CommandLine, Statement

if TYPE_CHECKING:
    from ecolint.parsers.shellish.script import Walker

MENTIONED = re.compile(r"\$\{?[#!]?(\w+)")
VALUE = re.compile(r"(?m)(?:^|[;)]|&&|\b(?:then|else|export|local))[ \t]*[A-Za-z_]\w*=[\"']?[\w/.:]")
"""An assignment of a value that is written out, and not of options or of what a command tells."""
SEARCHED = 10
"""Characters that can be searched at the cost of reading one."""


def condition(text: str, choice: Case, item: CaseItem) -> str:
    """When an item of a `case` is taken, in words."""
    subject = text[choice.subject.start : choice.subject.end] if choice.subject else ""
    return f"{subject} is {phrase(text, *item.pattern)}"


def listed(text: str, steps: Sequence[Step]) -> str:
    """A list of commands, in words."""
    return phrase(text, steps[0].pipeline.start, steps[-1].pipeline.end) if steps else ""


def choice_of(walker: Walker, commands: Sequence[Step]) -> Case | If | None:
    """A `case` or an `if`, or what makes one of joined commands: `[ … ] && COMMAND || COMMAND`."""
    choice, *piped = commands[0].pipeline.commands
    if isinstance(choice, (Case, If)):
        return None if piped else choice
    asked = list(takewhile(lambda step: walker.asks(step.pipeline), commands))
    then, *others = split(commands[len(asked) :], "||")
    if not asked or not then or len(others) > 1:
        return None
    if any(step.connector == "||" for step in commands[: len(asked) + 1]):
        return None
    start, end = commands[0].pipeline.start, commands[-1].pipeline.end
    return If(start, end, [Branch(asked, then), *(Branch([], other) for other in others)])


def after(walker: Walker, choice: Case | If, rest: Sequence[Step], when: str | None) -> Iterator[CommandLine]:
    """What follows a choice, for each of its ways. What a command of another one says is left open there."""
    spare = walker.scope.budget.spare
    if spare is None or spare.called <= 0:
        return
    text = walker.fragment.text
    size = rest[-1].pipeline.end - choice.end if rest else 0
    spare.called -= size // SEARCHED
    if not _matters(text, choice, rest):
        return
    budget, frame, ended = walker.scope.budget, walker.frame, walker.ended
    walker.scope.budget, walker.frame = spare, replace(frame, budget=spare)
    for told, body in list(_ways(walker, choice)):
        spare.called -= size
        if spare.called <= 0:
            break
        walker.scope.enter()
        for statement in walker.steps([*body, *rest], also(when, told)):
            if isinstance(statement, CommandLine):
                yield statement
        walker.scope.restore()
        walker.ended = ended
    walker.scope.budget, walker.frame = budget, frame


def _ways(walker: Walker, choice: Case | If) -> Iterator[tuple[str, Sequence[Step]]]:
    """The ways that a choice leaves open, each with the condition under which it is taken."""
    text = walker.fragment.text
    if isinstance(choice, Case):
        yield from ((condition(text, choice, item), item.body) for item in choice.items)
        return
    before = ""
    for branch in choice.branches:
        if branch.condition and decided(branch.condition, walker.expander) is not Truth.UNKNOWN:
            return
        told = listed(text, branch.condition)
        yield told or f"not ({before})", branch.body
        before = told


def _matters(text: str, choice: Case | If, rest: Sequence[Step]) -> bool:
    """Whether commands after a choice may be judged that speak of a variable which it assigns, or of one that is made
    of it."""
    from ecolint.sieve.document_glance import may_be_judged

    own = text[choice.start : choice.end]
    if VALUE.search(own) is None and not may_be_judged(own.encode("utf-8", "replace")):
        return False
    bodies = (way.body for way in (choice.items if isinstance(choice, Case) else choice.branches))
    names = {name for body in bodies for name in builtins.assigned(body, text)}
    told: list[str] = []
    for step in rest if names else ():
        part = text[step.pipeline.start : step.pipeline.end]
        if not names.isdisjoint(MENTIONED.findall(part)):
            told.append(part)
            names |= builtins.assigned((step,), text)
    return bool(told) and may_be_judged("\n".join((own, *told)).encode("utf-8", "replace"))


def further(otherwise: Sequence[CommandLine], told: Sequence[Statement]) -> Iterator[CommandLine]:
    """What is told of the ways of a choice, and is not told in any case."""
    usual: dict[Span, list[Statement]] = {}
    for item in told if otherwise else ():
        usual.setdefault(item.span, []).append(replace(item, when=None))
    for line in otherwise:
        if replace(line, when=None) not in usual.get(line.span, ()):
            yield line

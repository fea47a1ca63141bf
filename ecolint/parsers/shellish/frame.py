"""What surrounds a command while it is read: environment, machine, condition, and the limits of the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field

from ecolint.conditions import ONLY
from ecolint.inference import Located
from ecolint.parsers.shellish.scope import Budget
from ecolint.parsers.shellish.values import Value
from ecolint.records import dataclass, replace
from ecolint.repository import Repository
from ecolint.source import Fragment, Span
from ecolint.statements import CommandLine, Statement, Tree

DEPTH_LIMIT = 8
"""Texts within texts (`bash -c "… bash -c …"`) that are followed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`script` reads a nested shell text in a given frame. `span` covers the command as it stands in the file.

    `variables` are values that a nested text may refer to beside its environment; `stdin` is the text that
    the command reads from its input, where that stands in the file.
    """

    span: Span
    script: Callable[[Fragment, Frame], Iterator[Statement]]
    environment: Tree = field(default_factory=dict)
    variables: Tree = field(default_factory=dict)
    image: Located[str] = Located()
    gpu: Located[str] = Located()
    gpu_count: Located[int] = Located()
    when: str | None = None
    note: str = ""
    depth: int = 0
    concurrency: Located[int] = Located()
    stdin: Fragment | None = None
    repository: Repository | None = None
    budget: Budget = field(default_factory=Budget)

    def nested(self, fragment: Fragment) -> Iterator[Statement]:
        """What a shell text inside this command starts."""
        if self.depth < DEPTH_LIMIT:
            yield from self.script(fragment, replace(self, depth=self.depth + 1))

    def given(self, environment: Tree) -> Frame:
        """With further environment variables, which take precedence."""
        return replace(self, environment={**self.environment, **environment}) if environment else self

    def command(self, words: list[Value]) -> CommandLine:
        return CommandLine(
            words=tuple(word.located for word in words),
            span=self.span,
            environment=self.environment,
            image=self.image,
            gpu=self.gpu,
            gpu_count=self.gpu_count,
            when=self.when,
            note=self.note,
            concurrency=self.concurrency,
        )


def also(when: str | None, condition: str) -> str:
    """A condition within another one."""
    return f"{when} and {condition}" if when else f"{ONLY}{condition}"

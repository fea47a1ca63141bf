"""The syntax tree of a shell script, as far as it says what is started under which condition."""

from __future__ import annotations

from dataclasses import dataclass, field

from ecolint.parsers.shellish.tokens import Operator, Word


@dataclass(slots=True)
class Redirect:
    """A redirection; its operator carries the here-document."""

    operator: Operator
    target: Word | None


@dataclass(slots=True)
class Simple:
    """A command with its assignments in front; both are words as written."""

    start: int
    end: int
    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)


@dataclass(slots=True)
class Test:
    """`[[ … ]]` or `(( … ))`."""

    start: int
    end: int


@dataclass(slots=True)
class Pipeline:
    start: int
    end: int
    commands: list[Node]
    negated: bool = False


@dataclass(slots=True)
class Step:
    """A pipeline and the operator in front of it: `&&`, `||`, or empty."""

    connector: str
    pipeline: Pipeline


@dataclass(slots=True)
class Branch:
    """The body of `if`, `elif` or `else`; `condition` is empty for `else`."""

    condition: list[Step]
    body: list[Step]


@dataclass(slots=True)
class If:
    start: int
    end: int
    branches: list[Branch]


@dataclass(slots=True)
class CaseItem:
    pattern: tuple[int, int]
    body: list[Step]


@dataclass(slots=True)
class Case:
    start: int
    end: int
    subject: Word | None
    items: list[CaseItem]


@dataclass(slots=True)
class Loop:
    """`for`, `while`, `until` or `select`; `values` are the words that a `for` runs over."""

    start: int
    end: int
    variable: str
    values: list[Word]
    condition: list[Step]
    body: list[Step]


@dataclass(slots=True)
class Function:
    start: int
    end: int
    name: str
    body: list[Step]


@dataclass(slots=True)
class Group:
    """`{ … }`, or `( … )`, which is a process of its own."""

    start: int
    end: int
    body: list[Step]
    subshell: bool = False
    redirects: list[Redirect] = field(default_factory=list)


Node = Simple | Test | Pipeline | If | Case | Loop | Function | Group

"""The stages of a Dockerfile: which image, which environment, which program they end in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ecolint.inference import Located
from ecolint.parsers import allowance
from ecolint.parsers.dockerish.exec_form import exec_form
from ecolint.parsers.dockerish.instructions import Instruction
from ecolint.parsers.dotenv import UNSEEN
from ecolint.parsers.embedded import file_statements, format_statements
from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.feeding import PYTHON
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.launch import launch
from ecolint.parsers.shellish.lexer import words_of
from ecolint.parsers.shellish.options import base_name
from ecolint.parsers.shellish.scope import Budget, Scope
from ecolint.parsers.shellish.script import run
from ecolint.parsers.shellish.tokens import Word
from ecolint.parsers.shellish.values import Value
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import Fragment, Span
from ecolint.statements import NO_TREE, Statement, Tree

BUILDING = "only while the image is built"
VARIABLE_LIMIT = 500
"""Arguments of a stage that its commands may refer to."""
NAME = re.compile(r"[A-Za-z_]\w*")
OPTION = re.compile(r"--[a-z][a-z-]*(?:=(?:\"[^\"]*\"|\S+))?\s*")
FROM_STAGE = re.compile(r"(?:--[a-z][^\s]*\s+){0,5}?--from=([\w.-]+)")
ASIDE = re.compile(
    r"(?:[\w.-]*[-_.])?(?:tests?|testing|smoke|e2e|debug|dev|development|ci|lint)(?:[-_.][\w.-]*)?"
)
"""Stages that are not built to serve."""
ENTRY_SCRIPT = re.compile(r".*\.(?:sh|bash)|(?:[\w-]+[_-])?entry[_-]?point")
"""Programs that set things up and then run their arguments."""
SHAPING = frozenset(("FROM", "ARG", "ENV", "ENTRYPOINT", "CMD"))
"""Instructions that say what a container of the image begins with."""
PYTHON_FIRST = re.compile(r"#!.*python")


@dataclass(frozen=True, slots=True)
class Program:
    """An ENTRYPOINT or CMD: words of the exec form, or else shell text."""

    span: Span
    words: tuple[Value, ...] | None
    text: Fragment


@dataclass(slots=True)
class Stage:
    span: Span
    image: Located[str]
    scope: Scope
    entrypoint: Program | None = None
    command: Program | None = None
    name: str = ""
    has_program: bool = False
    is_base: bool = False


def statements(written: Iterable[Instruction], repository: Repository) -> Iterator[Statement]:
    """What the images of a Dockerfile start, and what is started while they are built (note `RUN`)."""
    yield from _Reader(repository).read(written)


class _Reader:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.budget = Budget()
        self.globals = Scope(NO_TREE, NO_TREE, self.budget)
        self.stages: list[Stage] = []
        self.names: dict[str, Stage] = {}
        self.copied: set[str] = set()

    def read(self, written: Iterable[Instruction]) -> Iterator[Statement]:
        for instruction in written:
            yield from self.follow(instruction)
        for stage in self.stages:
            yield from self.ending(stage)

    def follow(self, instruction: Instruction) -> Iterator[Statement]:
        if instruction.keyword == "ONBUILD":
            return
        if instruction.keyword == "FROM":
            self.from_(instruction)
        elif not self.stages:
            if instruction.keyword == "ARG":
                self.argument(instruction, self.globals)
        else:
            yield from self.in_stage(instruction, self.stages[-1])

    def from_(self, instruction: Instruction) -> None:
        expander = Expander(instruction.arguments, self.globals)
        words = [word for word in words_of(instruction.arguments.text) if not _is_option(word)]
        if not words:
            return
        image = expander.value(words[0])
        base = self.names.get(image.text.lower())
        if base is None:
            stage = Stage(instruction.span, image.located, Scope(NO_TREE, NO_TREE, self.budget))
        else:
            base.is_base = True
            stage = Stage(
                instruction.span,
                base.image,
                Scope(NO_TREE, base.scope.exported, self.budget),
                base.entrypoint,
                base.command,
            )
        self.stages.append(stage)
        if len(words) > 2 and (words[1].literal or "").lower() == "as":
            stage.name = expander.value(words[2]).text.lower()
            self.names[stage.name] = stage
        self.names.setdefault(str(len(self.stages) - 1), stage)

    def in_stage(self, instruction: Instruction, stage: Stage) -> Iterator[Statement]:
        keyword = instruction.keyword
        if keyword == "ARG":
            self.argument(instruction, stage.scope)
        elif keyword == "ENV":
            _environment(instruction, stage.scope)
        elif keyword == "ENTRYPOINT":
            stage.entrypoint, stage.command = _program(instruction), None
            stage.has_program = True
        elif keyword == "CMD":
            stage.command = _program(instruction)
            stage.has_program = True
        elif keyword == "RUN":
            yield from self.run(instruction, stage)
        elif keyword == "COPY" and (source := FROM_STAGE.match(instruction.arguments.text)):
            self.copied.add(source[1].lower())
        elif keyword in ("COPY", "ADD") and instruction.bodies:
            target = words_of(instruction.arguments.text)[-1]
            path = Expander(instruction.arguments, stage.scope).value(target).text
            yield from file_statements(path, instruction.bodies[0], self.repository)

    def argument(self, instruction: Instruction, scope: Scope) -> None:
        expander = Expander(instruction.arguments, scope)
        for word in words_of(instruction.arguments.text):
            name, value = _pair(word, expander)
            if value is not None:
                scope.assign(name, value.derived(f"default of ARG {name}"))
            elif scope is not self.globals and self.globals.holds(name):
                scope.assign(name, self.globals.get(name))

    def run(self, instruction: Instruction, stage: Stage) -> Iterator[Statement]:
        if not allowance.current().spend(allowance.TEXT):
            return
        start = 0
        while option := OPTION.match(instruction.arguments.text, start):
            start = option.end()
        frame = self.frame(stage, instruction.span, "RUN")
        arguments = instruction.arguments.cut(start)
        words = exec_form(arguments)
        if words is not None:
            yield from launch([_word(word) for word in words], frame)
        elif instruction.bodies and arguments.text.lstrip().startswith("<<"):
            for body in instruction.bodies:
                if PYTHON_FIRST.match(body.text[:80]):
                    yield from format_statements("python", body, "run.py", self.repository)
                else:
                    yield from run(body, frame)
        else:
            yield from run(instruction.whole.cut(start), frame)

    def frame(self, stage: Stage, span: Span, note: str = "") -> Frame:
        environment = stage.scope.exported
        scalars = list(islice(stage.scope.scalars(), VARIABLE_LIMIT))
        self.budget.entries -= len(scalars)
        variables: Tree = UNSEEN
        if self.budget.entries > 0:
            variables = {name: Located(value) for name, value in scalars if name not in environment}
        return Frame(
            span,
            run,
            environment,
            variables,
            stage.image,
            when=BUILDING if note else None,
            note=note,
            repository=self.repository,
            budget=self.budget,
        )

    def ending(self, stage: Stage) -> Iterator[Statement]:
        """What a container of the stage's image starts."""
        if not stage.has_program and (stage.is_base or not stage.scope.exported):
            return
        entrypoint, command = stage.entrypoint, stage.command
        last = command or entrypoint
        frame = replace(
            self.frame(stage, last.span if last is not None else stage.span), when=self.condition(stage)
        )
        if entrypoint is not None and entrypoint.words is None:
            yield from run(entrypoint.text, frame)
            return
        words = list(entrypoint.words or ()) if entrypoint is not None else []
        if command is not None and _is_entry_script(words):
            words = []
        if command is not None and command.words is None:
            yield from run(command.text, frame)
        else:
            yield from launch([*words, *(command.words or () if command is not None else ())], frame)

    def condition(self, stage: Stage) -> str | None:
        """When a stage before the last is started by itself; not at all where it has no program and files are taken."""
        if stage is self.stages[-1]:
            return None
        if not stage.has_program and any(self.names.get(name) is stage for name in self.copied):
            return BUILDING
        return f"only as the stage {stage.name}" if ASIDE.fullmatch(stage.name) else None


def shaped(written: Iterable[Instruction], target: str, repository: Repository) -> Stage | None:
    """The stage that an image is built of, told without what is run to build it; the last one where none is named."""
    reader = _Reader(repository)
    for instruction in written:
        if instruction.keyword in SHAPING:
            for _ in reader.follow(instruction):
                pass
    if target:
        return reader.names.get(target.lower())
    return reader.stages[-1] if reader.stages else None


def starting_words(stage: Stage) -> tuple[str, ...] | None:
    """The program before the words that a container of the image is given; None where these are not looked at.

    Its options are left out: they are judged where they stand.
    """
    if stage.entrypoint is None:
        return ()
    words = stage.entrypoint.words
    if words is None:
        return None
    if _is_entry_script(words):
        return ()
    texts = [word.text for word in words]
    end = next((at for at in range(len(texts)) if _is_option_of_program(texts, at)), len(texts))
    return tuple(texts[:end])


def _is_option_of_program(texts: Sequence[str], at: int) -> bool:
    """Whether a word is an option that no module is named by, and that ends no others."""
    names_module = texts[at] == "-m" and at > 0 and PYTHON.fullmatch(base_name(texts[at - 1])) is not None
    return texts[at].startswith("-") and texts[at] != "--" and not names_module


def _is_entry_script(words: Sequence[Value]) -> bool:
    return bool(words) and ENTRY_SCRIPT.fullmatch(base_name(words[-1].text)) is not None


def _is_option(word: Word) -> bool:
    return (word.literal or "").startswith("--")


def _word(fragment: Fragment) -> Value:
    return Value(fragment, fragment.span())


def _program(instruction: Instruction) -> Program:
    words = exec_form(instruction.arguments)
    values = tuple(_word(word) for word in words) if words is not None else None
    return Program(instruction.span, values, instruction.arguments)


def _environment(instruction: Instruction, scope: Scope) -> None:
    """`ENV A=b C="d e"`, or the older `ENV A b c`."""
    arguments = instruction.arguments
    expander = Expander(arguments, scope)
    words = words_of(arguments.text)
    if not words:
        return
    if "=" not in arguments.text[words[0].start : words[0].end]:
        name = words[0].literal or ""
        if len(words) > 1 and NAME.fullmatch(name):
            start, end = words[1].start, words[-1].end
            value = expander.content(start, end) if len(words) > 2 else expander.value(words[1])
            entry = value.entry(arguments.span(words[0].start, end))
            scope.assign(name, value, span_of=entry, export=True)
        return
    found: list[tuple[str, Value, Word]] = []
    for word in words:
        name, item = _pair(word, expander)
        if item is not None and NAME.fullmatch(name):
            found.append((name, item, word))
    for name, item, word in found:
        entry = item.entry(arguments.span(word.start, word.end))
        scope.assign(name, item, span_of=entry, export=True)


def _pair(word: Word, expander: Expander) -> tuple[str, Value | None]:
    """Name and value of `NAME=value`; no value where there is no sign of equality."""
    text = expander.fragment.text[word.start : word.end]
    name, equals, _ = text.partition("=")
    if not equals:
        return name, None
    start = word.start + len(name) + 1
    parts = [part for part in word.parts if part.end > start]
    if parts and parts[0].start < start:
        parts[0] = replace(parts[0], start=start, text=parts[0].text[start - parts[0].start :])
    return name, expander.whole(parts, start, word.end)

"""From containers and scripts to command lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from itertools import takewhile

from ecolint.inference import Known, Located
from ecolint.parsers import allowance
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sheet
from ecolint.parsers.trees.nodes import Sequence as Items
from ecolint.parsers.trees.passages import Passage, joined, words_of
from ecolint.records import dataclass, replace
from ecolint.source import Fragment, Span
from ecolint.statements import CommandLine, Statement, Tree

VARIANT_LIMIT = 8
"""Conditions of a template for which a command line is told apart."""
Fill = Callable[[Passage], Passage]


@dataclass(frozen=True, slots=True)
class Launch:
    """What a program is started with, besides its words. `variables` are known to the shell alone."""

    span: Span
    image: Located[str] = Located()
    environment: Tree = field(default_factory=dict)
    variables: Tree = field(default_factory=dict)
    gpu: Located[str] = Located()
    gpu_count: Located[int] = Located()
    model: Located[str] = Located()
    when: str | None = None
    note: str = ""
    concurrency: Located[int] = Located()


def stated(text: str, span: Span, origin: str) -> Located[str]:
    """A word that nobody wrote, but that the kind of document stands for."""
    return Located(text, Known.DERIVED, span, None, origin)


def argument(node: AnyNode, fill: Fill | None = None) -> Passage | None:
    """One item of an argument list."""
    if not isinstance(node, Scalar):
        return None
    passage = Passage.of(node)
    return fill(passage) if fill else passage


def arguments(node: AnyNode | None, fill: Fill | None = None) -> list[Passage]:
    """The words of a command that is a list, or a string that no shell reads."""
    if isinstance(node, Items):
        passages = (argument(item, fill) for item in node.items[: allowance.COMMAND])
        return [passage for passage in passages if passage is not None]
    if isinstance(node, Scalar) and not node.is_null:
        passage = argument(node, fill)
        return _without_comment(words_of(passage)) if passage is not None else []
    return []


def _without_comment(words: list[Passage]) -> list[Passage]:
    """Words before one that begins a comment: in folded text nothing tells where it ends."""
    return list(takewhile(lambda word: not word.fragment.text.startswith("#"), words))


def run_words(
    launch: Launch, passages: Sequence[Passage], before: Sequence[Located[str]] = ()
) -> Iterator[CommandLine]:
    """What an argument list starts, with words that stand for an implied program before it."""
    from ecolint.parsers.shell import words_command

    words = [*before, *(_word(passage) for passage in passages)]
    fragments: list[Fragment | None] = [*(None for _ in before), *(item.fragment for item in passages)]
    if not words:
        yield _bare(launch)
        return
    found = words_command(
        words,
        launch.span,
        launch.environment,
        launch.image,
        fragments=fragments,
        variables=launch.variables,
        gpu=launch.gpu,
        gpu_count=launch.gpu_count,
        when=launch.when,
        note=launch.note,
    )
    yield from _finished(found, launch, passages)


def run_script(launch: Launch, passages: Iterable[Passage]) -> Iterator[Statement]:
    """What a shell script starts; several passages are its lines."""
    from ecolint.parsers.shell import statements

    lines = list(passages)
    for group in _by_sheet(lines):
        script = joined(group, "\n")
        found = statements(
            script.fragment,
            launch.variables,
            launch.environment,
            image=launch.image,
            gpu=launch.gpu,
            gpu_count=launch.gpu_count,
            when=launch.when,
            note=launch.note,
        )
        yield from _finished(found, launch, group)


def script_lines(node: AnyNode | None, fill: Fill | None = None, depth: int = 0) -> list[Passage]:
    """The lines of a script that is a string, a list of strings, or lists of these."""
    if isinstance(node, Items) and depth < 5:
        return [line for item in node.items for line in script_lines(item, fill, depth + 1)]
    if isinstance(node, Scalar) and not node.is_null:
        passage = argument(node, fill)
        return [passage] if passage is not None else []
    return []


def _by_sheet(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Runs of passages that stand in one text in their order."""
    group: list[Passage] = []
    end = -1
    for passage in passages:
        span = passage.fragment.span()
        if group and (passage.sheet is not group[-1].sheet or span.start < end):
            yield group
            group = []
        group.append(passage)
        end = span.end
    if group:
        yield group


def _word(passage: Passage) -> Located[str]:
    """One word; a script among the words keeps its unknown parts, which the shell's reader sees by itself."""
    found = passage.located()
    if found.is_dynamic and any(sign.isspace() for sign in _written(passage)):
        return replace(found, known=Known.STATED, origin="")
    return found


def _written(passage: Passage) -> str:
    """The text without the parts that are not known."""
    text = passage.fragment.text
    edges = [0, *(edge for start, end, _ in passage.unknown for edge in (start, end)), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _bare(launch: Launch) -> CommandLine:
    return CommandLine(
        (),
        launch.span,
        launch.environment,
        launch.image,
        launch.gpu,
        launch.gpu_count,
        launch.model,
        launch.when,
        launch.note,
        launch.concurrency,
    )


def _finished(
    found: Iterable[Statement], launch: Launch, passages: Sequence[Passage]
) -> Iterator[CommandLine]:
    sheets = {id(passage.sheet): passage.sheet for passage in passages}
    marks = [mark for passage in passages for mark in passage.marks()]
    for statement in found:
        if isinstance(statement, CommandLine):
            for sheet in sheets.values():
                statement = _settled(statement, sheet, marks)
            if launch.model.is_set and not statement.model.is_set:
                statement = replace(statement, model=launch.model)
            if launch.concurrency.is_set:
                statement = replace(statement, concurrency=launch.concurrency)
            yield from _variants(statement)
        else:
            yield statement  # type: ignore[misc]


def _variants(command: CommandLine) -> Iterator[CommandLine]:
    """The line without the words that a template writes only under a condition, and with those of each one."""
    outer = command.when or ""
    conditions = dict.fromkeys(word.when for word in command.words if word.when and word.when != outer)
    if not conditions:
        yield command
        return
    for condition in ("", *list(conditions)[:VARIANT_LIMIT]):
        words = tuple(
            word
            for word in command.words
            if not word.when or word.when == outer or f"{condition} and ".startswith(f"{word.when} and ")
        )
        if words:
            yield replace(command, words=words, when=condition or command.when)


def _settled(command: CommandLine, sheet: Sheet, marks: Sequence[tuple[Span, str]]) -> CommandLine:
    """A command line whose words know that they come from elsewhere, or stand under a template's condition."""
    if not (sheet.conditions or sheet.origin or marks):
        return command
    words = tuple(_settled_word(word, sheet, marks) for word in command.words)
    when = command.when or (sheet.when(command.span) if sheet.conditions else None)
    return replace(command, words=words, when=when)


def _settled_word(word: Located[str], sheet: Sheet, marks: Sequence[tuple[Span, str]]) -> Located[str]:
    if word.span is None:
        return word
    origin = sheet.origin or next((text for span, text in marks if _touch(span, word.span)), "")
    if origin and word.known is Known.STATED:
        word = replace(word, known=Known.DERIVED, origin=origin)
    if sheet.origin:
        word = replace(word, value_span=None)
    if sheet.conditions and word.when is None and word.span is not None:
        word = replace(word, when=sheet.when(word.span))
    return word


def _touch(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end


def environment_of(node: AnyNode | None, fill: Fill | None = None) -> dict[str, Located[str]]:
    """Variables of a mapping, of a list of `NAME=value`, or of a list of `{name, value}`."""
    found: dict[str, Located[str]] = {}
    if isinstance(node, Mapping):
        for name, entry in node.entries.items():
            if isinstance(entry.value, Scalar):
                passage = argument(entry.value, fill)
                assert passage is not None
                found[name] = replace(passage.located(), span=entry.span, place=node.sheet.place)
                if entry.value.is_null:
                    found[name] = replace(found[name], known=Known.DYNAMIC, origin="set elsewhere")
    elif isinstance(node, Items):
        for item in node.items:
            found.update(_pair(item, fill) if isinstance(item, Scalar) else _named(item, fill))
    return found


def _pair(item: Scalar, fill: Fill | None) -> dict[str, Located[str]]:
    from ecolint.inference import Place

    passage = argument(item, fill)
    assert passage is not None
    name, sign, _ = passage.fragment.text.partition("=")
    value = passage.cut(len(name) + len(sign), len(passage.fragment)).located()
    value = replace(value, span=item.span, place=Place.ENVIRONMENT)
    if not sign:
        value = replace(value, value="", known=Known.DYNAMIC, origin="set elsewhere")
    elif value.value_span is None and not item.sheet.origin:
        value = replace(value, value_span=Span(item.span.end, item.span.end))
    return {name.strip(): value}


def _named(item: AnyNode, fill: Fill | None) -> dict[str, Located[str]]:
    if not isinstance(item, Mapping):
        return {}
    name = next(filter(None, map(item.text, ("name", "key", "Name"))), "")
    value = item.get("value" if "value" in item.entries else "Value")
    if not name:
        return environment_of(item, fill)
    if not isinstance(value, Scalar):
        return {name: Located("", Known.DYNAMIC, item.span, origin=f"variable {name}")}
    passage = argument(value, fill)
    assert passage is not None
    return {name: replace(passage.located(), span=item.span, place=item.sheet.place)}

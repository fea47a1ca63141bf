"""systemd units and drop-ins, and the container units of Podman."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ecolint.inference import Located
from ecolint.parsers import dotenv
from ecolint.parsers.base import Format
from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.launch import launch
from ecolint.parsers.shellish.lexer import words_of
from ecolint.parsers.shellish.options import assignments
from ecolint.parsers.shellish.scope import Scope
from ecolint.parsers.shellish.script import run
from ecolint.parsers.shellish.values import Value
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span
from ecolint.statements import NO_TREE, Reading, Statement

SECTION = re.compile(r"\[([^\]\n]+)\]")
ENTRY = re.compile(r"([A-Za-z][\w-]*)[ \t]*=[ \t]*")
PREFIXES = "@-+!:|"
SPECIFIER = re.compile(r"%[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Entry:
    """`key=value` in a section, with continuation lines joined."""

    section: str
    key: str
    value: Fragment
    span: Span


@dataclass(slots=True)
class Unit:
    """What the entries of a unit amount to."""

    environment: dict[str, Located[str]] = field(default_factory=dict)
    files: dict[str, Located[str]] = field(default_factory=dict)
    commands: list[Entry] = field(default_factory=list)
    image: Value | None = None
    first: Span | None = None


def entries(fragment: Fragment) -> Iterator[Entry]:
    """The entries of a unit file in their order."""
    text = fragment.text
    section = ""
    at = 0
    while at < len(text):
        parts, at = _logical_line(text, at)
        if not parts:
            continue
        first = text[parts[0][0] : parts[0][1]]
        header = SECTION.match(first)
        if header is not None:
            section = header[1].strip().lower()
            continue
        found = ENTRY.match(first)
        if found is None:
            continue
        start = parts[0][0]
        value = Fragment.join([fragment.cut(begin, end) for begin, end in parts], " ").cut(found.end())
        yield Entry(section, found[1].lower(), value, fragment.span(start, parts[-1][1]))


def _logical_line(text: str, at: int) -> tuple[list[tuple[int, int]], int]:
    """Parts of one entry's lines without blanks at both ends; comments between them are left out."""
    parts: list[tuple[int, int]] = []
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop]
        content = line.strip()
        start = at + len(line) - len(line.lstrip())
        at = stop + 1
        if not content or content[0] in "#;":
            if parts and content:
                continue
            break
        continues = content.endswith("\\")
        parts.append((start, start + len(content) - continues))
        if not continues:
            break
    return parts, at


def statements(fragment: Fragment, repository: Repository, folder: str = "") -> Iterator[Statement]:
    """What a unit starts; its environment alone where it starts nothing, as in a drop-in."""
    unit = Unit()
    for entry in entries(fragment):
        if entry.section in ("service", "container"):
            _take(unit, entry, repository, folder)
    unit.environment = dotenv.over(unit.environment, unit.files)
    frame = Frame(
        unit.first or fragment.span(),
        run,
        environment=unit.environment,
        image=unit.image.located if unit.image is not None else Located(),
        repository=repository,
    )
    scope = Scope(NO_TREE, unit.environment, frame.budget)
    for entry in unit.commands:
        words = _words(_without_prefixes(entry), scope)
        if words:
            yield from launch(words, replace(frame, span=entry.span))
    if not unit.commands and (unit.environment or unit.image is not None):
        yield frame.command([])


def _take(unit: Unit, entry: Entry, repository: Repository, folder: str) -> None:
    if entry.key in ("execstart", "exec"):
        if not entry.value.text:
            unit.commands.clear()
        else:
            unit.commands.append(entry)
    elif entry.key == "environment":
        words = _words(entry.value, Scope(NO_TREE, NO_TREE))
        if not words:
            unit.environment.clear()
        unit.first = unit.first or entry.span
        for word in words:
            unit.environment.update(assignments([word])[0])
    elif entry.key == "environmentfile":
        path = entry.value.text.lstrip("-").strip()
        given = dotenv.from_repository(repository, folder, path, entry.span)
        unit.files = dotenv.over(unit.files, given or dotenv.UNSEEN)
    elif entry.key == "image":
        unit.first = unit.first or entry.span
        unit.image = next(iter(_words(entry.value, Scope(NO_TREE, NO_TREE))), None)


def _without_prefixes(entry: Entry) -> Fragment:
    """A command without the signs that may stand in front of its program."""
    text = entry.value.text
    start = len(text) - len(text.lstrip(PREFIXES)) if entry.key == "execstart" else 0
    return entry.value.cut(start)


def _words(fragment: Fragment, scope: Scope) -> list[Value]:
    """The words of a command or assignment."""
    values = Expander(fragment, scope).fields(words_of(fragment.text))
    return [_with_specifiers(value) for value in values]


def _with_specifiers(value: Value) -> Value:
    holes = tuple(found.span() for found in SPECIFIER.finditer(value.text))
    return replace(value, holes=tuple(sorted((*value.holes, *holes)))) if holes else value


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    folder = posixpath.dirname(source.path)
    return Reading(tuple(statements(source.fragment, repository, folder)))


FORMAT = Format(
    "systemd",
    read,
    names=("*.service", "*.container", "*.service.*", "*.unit"),
    paths=("*.service.d/*.conf", "*.service.d/*"),
    comment=("#", ";"),
    priority=60,
)

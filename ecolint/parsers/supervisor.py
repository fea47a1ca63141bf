"""Configurations of Supervisor: a section for each program."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Located
from ecolint.parsers.base import Format
from ecolint.parsers.dotenv import UNSEEN
from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.launch import launch
from ecolint.parsers.shellish.lexer import words_of
from ecolint.parsers.shellish.scope import Budget, Scope
from ecolint.parsers.shellish.script import run
from ecolint.parsers.shellish.values import Value, extent
from ecolint.records import dataclass, replace
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile
from ecolint.statements import NO_TREE, Reading, Statement, Tree

LINE = re.compile(
    r"^(?:\[(?P<section>[^\]\n]+)\]|(?P<key>[A-Za-z_]\w*)[ \t]*[=:](?P<value>[^\n]*(?:\n[ \t]+[^\n]*)*))",
    re.M,
)
VARIABLE = re.compile(r"(?<!\w)([A-Za-z_]\w*)[ \t]*=[ \t]*(?:\"([^\"]*)\"|'([^']*)'|([^\s,]*))")
EXPRESSION = re.compile(r"%\([^()\n]*\)[sd]")
SWITCHED_OFF = "only when it is started by hand"


@dataclass(frozen=True, slots=True)
class Entry:
    """`key=value` in a section; lines that go on are joined."""

    section: str
    key: str
    value: Fragment


def entries(fragment: Fragment) -> Iterator[Entry]:
    """The entries of a configuration in their order, without comments."""
    section = ""
    for found in LINE.finditer(fragment.text):
        if found["section"] is not None:
            section = found["section"].strip()
            continue
        start, end = found.span("value")
        lines = _lines(fragment.text, start, end)
        value = Fragment.join((fragment.cut(*line) for line in lines), " ")
        if value.text:
            yield Entry(section, found["key"].lower(), value)


def _lines(text: str, at: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a value, without blanks, comments and signs of continuation at their ends."""
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        comment = text.find(" ;", at, stop)
        line = text[at : comment if comment >= 0 else stop]
        content = line.strip()
        if content and content[0] not in "#;":
            start = at + len(line) - len(line.lstrip())
            yield start, start + len(content.rstrip("\\").rstrip())
        at = stop + 1


def statements(fragment: Fragment, repository: Repository) -> Iterator[Statement]:
    """What each program runs, with its own variables over those of all."""
    sections: dict[str, dict[str, Fragment]] = {}
    for entry in entries(fragment):
        sections.setdefault(entry.section, {})[entry.key] = entry.value
    budget = Budget()
    common = _variables(sections.get("supervisord", {}).get("environment"))
    for name, section in sections.items():
        kind, _, program = name.partition(":")
        if kind != "program" or "command" not in section:
            continue
        command = section["command"]
        budget.entries -= len(common)
        inherited = common if budget.entries > 0 else UNSEEN
        environment = {**inherited, **_variables(section.get("environment"))}
        is_off = "autostart" in section and section["autostart"].text.lower() in ("false", "no", "off", "0")
        frame = Frame(
            command.span(),
            run,
            environment=environment,
            when=SWITCHED_OFF if is_off else None,
            note=f"program {program}",
            repository=repository,
            budget=budget,
        )
        values = Expander(command, Scope(NO_TREE, environment, budget)).fields(words_of(command.text))
        yield from launch([_with_expressions(value) for value in values], frame)


def _variables(fragment: Fragment | None) -> Tree:
    found: dict[str, Located[str]] = {}
    for match in VARIABLE.finditer(fragment.text) if fragment is not None else ():
        assert fragment is not None
        number = next(n for n in (2, 3, 4) if match[n] is not None)
        inner = fragment.cut(*match.span(number))
        place = extent(inner) if inner.text else fragment.span(match.end(), match.end())
        value = _with_expressions(Value(inner, place))
        found[match[1]] = value.entry(fragment.span(*match.span()))
    return found


def _with_expressions(value: Value) -> Value:
    """With what Supervisor fills in, such as `%(ENV_MODEL)s`, as not known."""
    holes = tuple(found.span() for found in EXPRESSION.finditer(value.text))
    return replace(value, holes=tuple(sorted((*value.holes, *holes)))) if holes else value


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    return Reading(tuple(statements(source.fragment, repository)))


FORMAT = Format(
    "supervisor",
    read,
    names=("supervisord*.conf", "supervisor*.conf", "supervisord*.ini", "*.supervisor.conf"),
    paths=(
        "supervisor/*.conf",
        "supervisor/conf.d/*",
        "supervisord.d/*",
        "supervisord/*.conf",
        "supervisor.d/*",
    ),
    comment=("#", ";"),
    priority=60,
)

"""Makefiles: the recipes' lines, with the variables that stand in the file."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator
from typing import Any

from ecolint.inference import Known, Located
from ecolint.parsers.base import Format
from ecolint.parsers.makeish.variables import Variables, as_shell
from ecolint.parsers.shell import statements
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span
from ecolint.statements import ANY_OTHER, Reading, Statement

ASSIGNMENT = re.compile(
    r"[ ]*(?:(?:export|override|private)[ \t]+)*([A-Za-z_][\w.-]*)[ \t]*(:::=|::=|:=|\?=|\+=|!=|=)[ \t]*"
)
EXPORT = re.compile(r"[ ]*export\b[ \t]*([\w \t.-]*)")
INCLUDE = re.compile(r"[ ]*(?:-|s)?include[ \t]")
CONDITION = re.compile(r"[ ]*(ifeq|ifneq|ifdef|ifndef|else|endif|define|endef)\b")
TARGET = re.compile(r"([^\s#:=][^#:=\n]*):(?![:=])([^=\n;]*)(?:;(.*))?$")
TARGET_VARIABLE = re.compile(
    r"([^#:=\n]+):[ \t]*((?:(?:export|override|private)[ \t]+)*)([A-Za-z_][\w.-]*)[ \t]*(\?|\+|:{1,3})?=[ \t]*"
)
RECIPE_SIGNS = "@-+ \t"


@dataclass(frozen=True, slots=True)
class Line:
    """One logical line: characters from `start` to `end`, escapes and newlines in it included."""

    start: int
    end: int
    is_recipe: bool


@dataclass(frozen=True, slots=True)
class Recipe:
    target: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Own:
    """A variable of one target: its value, where it is written, and whether commands are given it."""

    name: str
    value: Fragment
    span: Span
    is_exported: bool


def _lines(text: str) -> Iterator[Line]:
    at = 0
    while at < len(text):
        start = at
        while True:
            stop = text.find("\n", at)
            stop = len(text) if stop < 0 else stop
            at = stop + 1
            if at >= len(text) or not text[max(start, stop - 2) : stop].endswith(("\\", "\\\r")):
                break
        yield Line(start, stop, text.startswith("\t", start))


class _Reader:
    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment
        self.variables = Variables()
        self.exported: set[str] = set()
        self.spans: dict[str, Span] = {}
        self.recipes: list[Recipe] = []
        self.own: dict[str, list[Own]] = {}
        self.varied: set[str] = set()
        self.values_of: dict[str, tuple[dict[str, Located[Any]], dict[str, Located[Any]]]] = {}
        self.target = ""
        self.conditions = 0

    def read(self) -> None:
        defining = False
        for line in _lines(self.fragment.text):
            text = self.fragment.text[line.start : line.end]
            if line.is_recipe and self.target and not defining:
                self.recipes.append(Recipe(self.target, line.start, line.end))
                continue
            keyword = CONDITION.match(text)
            word = keyword[1] if keyword else ""
            if defining or word == "define":
                defining = word != "endef"
            elif word:
                self.conditions += {"else": 0, "endif": -1}.get(word, 1)
            else:
                self.line(line, text)
        for name in sorted(self.varied):
            self.variables.define(name, "=", self.fragment.cut(0, 0), is_certain=False)

    def line(self, line: Line, text: str) -> None:
        found = ASSIGNMENT.match(text)
        if found is not None:
            value, end = self._assigned(line, text, found.end())
            self.variables.define(found[1], found[2], value, is_certain=self.conditions <= 0)
            if "export" in text[: found.start(1)]:
                self.exported.add(found[1])
            self.spans[found[1]] = self.fragment.span(line.start + found.start(1), end)
            return
        if INCLUDE.match(text):
            self.variables.include()
            return
        export = EXPORT.match(text)
        if export is not None:
            self.exported.update(export[1].split())
            return
        own = TARGET_VARIABLE.match(text)
        if own is not None:
            self.varied.add(own[3])
            if own[4] not in ("?", "+") and self.conditions <= 0:
                value, end = self._assigned(line, text, own.end())
                span = self.fragment.span(line.start + own.start(3), end)
                for target in own[1].split():
                    self.own.setdefault(target, []).append(Own(own[3], value, span, "export" in own[2]))
            return
        target = TARGET.match(text)
        if target is not None:
            self.target = target[1].split()[0] if target[1].split() else ""
            if target[3]:
                self.recipes.append(Recipe(self.target, line.start + target.start(3), line.end))

    def own_values(self, target: str) -> tuple[dict[str, Located[Any]], dict[str, Located[Any]]]:
        """What variables of one target hold, and those of them that its commands are given."""
        if target not in self.values_of:
            values = [(item, self.variables.expanded(item.value)) for item in self.own.get(target, ())]
            known = [(item, value) for item, value in values if value is not None]
            self.values_of[target] = (
                {item.name: Located(value) for item, value in known},
                {item.name: value.entry(item.span) for item, value in known if item.is_exported},
            )
        return self.values_of[target]

    def _assigned(self, line: Line, text: str, start: int) -> tuple[Fragment, int]:
        """The value that is written from a character of a line on, and where it ends."""
        comment = text.find(" #", start)
        end = line.start + (len(text) if comment < 0 else comment)
        return self._unfolded(line.start + start, max(end, line.start + start)), end

    def _unfolded(self, start: int, end: int) -> Fragment:
        """A value without the line breaks in it."""
        text = self.fragment.text
        parts: list[Fragment] = []
        at = start
        while at < end:
            stop = text.find("\n", at, end)
            stop = end if stop < 0 else stop
            line = text[at:stop].rstrip("\r")
            size = len(line) - (line.endswith("\\") and stop < end)
            size = len(line[:size].rstrip())
            skip = len(line) - len(line.lstrip()) if at > start else 0
            parts.append(self.fragment.cut(at + min(skip, size), at + size))
            at = stop + 1
        return Fragment.join(parts, " ")


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    reader = _Reader(source.fragment)
    reader.read()
    values = reader.variables.values()
    variables: dict[str, Located[Any]] = {name: Located(value) for name, value in values.items()}
    if reader.variables.has_unseen:
        variables[ANY_OTHER] = Located(None, Known.DYNAMIC)
    environment = {
        name: values[name].entry(reader.spans.get(name, values[name].span))
        for name in sorted(reader.exported & values.keys())
    }
    found: list[Statement] = []
    text = source.text
    budget = reader.variables.budget
    for recipe in reader.recipes:
        own, exported = reader.own_values(recipe.target)
        start = recipe.start
        while start < recipe.end and text[start] in RECIPE_SIGNS:
            start += 1
        command = as_shell(source.fragment.cut(start, recipe.end))
        note = f"target {recipe.target}"
        found += statements(
            command,
            ChainMap(own, variables) if own else variables,
            ChainMap(exported, environment) if exported else environment,
            note=note,
            repository=repository,
            budget=budget,
        )
    return Reading(tuple(found))


FORMAT = Format(
    "makefile",
    read,
    names=("makefile", "gnumakefile", "makefile[._-]*", "*.mk", "*.mak", "*.make"),
    interpreters=("make",),
    priority=60,
)

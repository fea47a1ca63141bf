"""justfiles: recipes of `just`, whose `{{ name }}` stand for the file's own variables."""

from __future__ import annotations

import posixpath
import re
from collections import ChainMap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ecolint.inference import Known, Located
from ecolint.parsers import dotenv
from ecolint.parsers.base import Format
from ecolint.parsers.embedded import format_statements
from ecolint.parsers.shell import statements
from ecolint.parsers.shellish.scope import Budget
from ecolint.parsers.shellish.values import Value, spread
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile
from ecolint.statements import Reading, Statement, Tree

VARIABLE = re.compile(r"(export[ \t]+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*")
DOTENV = re.compile(
    r"set[ \t]{1,9}dotenv-(?:load|path|filename)\b"
    r"(?:[ \t]{0,9}:=[ \t]{0,9}(?:true\b|[\"']([^\"'\n]*)[\"'])|(?![ \t]{0,9}:=))"
)
RECIPE = re.compile(r"@?([A-Za-z_][\w-]*)(?![\w-])([^:\n]*):(?!=)")
PARAMETER = re.compile(r"([*+$]{0,3})([A-Za-z_][\w-]*)(?:=('[^'\n]*'|\"[^\"\n]*\"|[^\s'\"]+))?")
INTERPOLATION = re.compile(r"\{\{[ \t]*([A-Za-z_][\w-]*)[ \t]*\}\}")
QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")


@dataclass(slots=True)
class Recipe:
    name: str
    parameters: dict[str, Located[Any]]
    references: dict[str, str]
    """Variables that are the defaults of parameters."""
    lines: list[tuple[int, int]] = field(default_factory=list)


class _Reader:
    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment
        self.values: dict[str, Value] = {}
        self.environment: dict[str, Located[str]] = {}
        self.recipes: list[Recipe] = []
        self.dotenv = ""

    def read(self) -> None:
        at = 0
        for line in self.fragment.text.splitlines(keepends=True):
            start, at = at, at + len(line)
            if line[:1] in (" ", "\t"):
                if self.recipes:
                    self.recipes[-1].lines.append((start, start + len(line.rstrip("\r\n"))))
            elif found := DOTENV.match(line):
                self.dotenv = found[1] or self.dotenv or ".env"
            elif found := VARIABLE.match(line):
                self._variable(found, start, line)
            elif found := RECIPE.match(line):
                parameters, references = self._parameters(start + found.start(2), found[2])
                self.recipes.append(Recipe(found[1], parameters, references))

    def _variable(self, found: re.Match[str], start: int, line: str) -> None:
        """A variable with a literal value; what is computed depends on run time."""
        rest = line[found.end() :]
        quoted = QUOTED.match(rest)
        if quoted is None or rest[quoted.end() :].strip()[:1] not in ("", "#"):
            return
        begin, end = start + found.end(), start + found.end() + quoted.end()
        value = Value(self.fragment.cut(begin + 1, end - 1), self.fragment.span(begin, end))
        self.values[found[2]] = value
        if found[1]:
            self.environment[found[2]] = value.entry(self.fragment.span(start + found.start(2), end))

    def _parameters(self, start: int, text: str) -> tuple[dict[str, Located[Any]], dict[str, str]]:
        found: dict[str, Located[Any]] = {}
        references: dict[str, str] = {}
        for parameter in PARAMETER.finditer(text):
            default = parameter[3]
            if default and default not in found:
                references[parameter[2]] = default
            found[parameter[2]] = Located(None, Known.DYNAMIC)
            if default and QUOTED.fullmatch(default):
                first, last = parameter.span(3)
                inside = self.fragment.cut(start + first + 1, start + last - 1)
                value = Value(inside, self.fragment.span(start + first, start + last))
                found[parameter[2]] = Located(value.derived(f"default of {parameter[2]}"))
        return found, references

    def _defaults(self, references: dict[str, str]) -> dict[str, Located[Any]]:
        """Parameters whose default is a variable of the file that is known."""
        return {
            name: Located(self.values[variable].derived(f"default of {name}"))
            for name, variable in references.items()
            if variable in self.values
        }

    def statements(self, repository: Repository, folder: str) -> Iterator[Statement]:
        values: dict[str, Located[Any]] = {name: Located(value) for name, value in self.values.items()}
        budget = Budget()
        environment: Tree = self.environment
        if self.dotenv:
            place = self.fragment.span(0, 0)
            given = dotenv.from_repository(repository, folder, self.dotenv, place) or dotenv.UNSEEN
            environment = {**given, **self.environment}
        for recipe in self.recipes:
            variables = ChainMap(self._defaults(recipe.references), recipe.parameters, values)
            note = f"recipe {recipe.name}"
            for text in self._texts(recipe):
                program = _program(text.text)
                if program.startswith("python"):
                    yield from format_statements("python", text, "recipe.py", repository)
                elif program.endswith("sh"):
                    shell = _as_shell(text)
                    yield from statements(
                        shell, variables, environment, note=note, repository=repository, budget=budget
                    )

    def _texts(self, recipe: Recipe) -> Iterator[Fragment]:
        """The body as one script where it says so, else line by line."""
        text = self.fragment.text
        lines = [span for span in recipe.lines if text[span[0] : span[1]].strip()]
        if not lines:
            return
        indent = len(text[slice(*lines[0])]) - len(text[slice(*lines[0])].lstrip())
        bodies = [self.fragment.cut(min(first + indent, last), last) for first, last in lines]
        if bodies[0].text.startswith("#!"):
            yield Fragment.join(bodies, "\n")
            return
        pending: list[Fragment] = []
        for body in bodies:
            begin = 0 if pending else len(body.text) - len(body.text.lstrip("@-"))
            pending.append(body.cut(begin))
            if not body.text.endswith("\\"):
                yield Fragment.join(pending, "\n")
                pending = []
        if pending:
            yield Fragment.join(pending, "\n")


def _program(text: str) -> str:
    """Name of the program that a recipe's text is for: the shell, where it does not say."""
    if not text.startswith("#!"):
        return "sh"
    words = [word for word in text[2:200].partition("\n")[0].split() if not word.startswith("-")]
    names = [word.rpartition("/")[2] for word in words]
    return next((name for name in names if name != "env"), "sh")


def _as_shell(fragment: Fragment) -> Fragment:
    """`{{ name }}` written as the shell's `${name}`; other templates stay, and depend on run time."""
    return Fragment.join(_shell_parts(fragment)) if INTERPOLATION.search(fragment.text) else fragment


def _shell_parts(fragment: Fragment) -> Iterator[Fragment]:
    at = 0
    for found in INTERPOLATION.finditer(fragment.text):
        name = found[1]
        if "-" not in name:
            yield fragment.cut(at, found.start())
            yield spread(f"${{{name}}}", fragment.span(*found.span()))
            at = found.end()
    yield fragment.cut(at)


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    reader = _Reader(source.fragment)
    reader.read()
    return Reading(tuple(reader.statements(repository, posixpath.dirname(source.path))))


FORMAT = Format(
    "justfile",
    read,
    names=("justfile", ".justfile", "*.just", "justfile.*"),
    interpreters=("just",),
    priority=60,
)

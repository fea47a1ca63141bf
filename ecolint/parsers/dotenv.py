"""`.env` files: `NAME=value` lines, as Compose, Docker and dotenv libraries read them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import partial

from ecolint.inference import Known, Located, Place
from ecolint.parsers import allowance
from ecolint.parsers.base import Format
from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.scope import Scope
from ecolint.parsers.shellish.values import Value
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span, Unreadable
from ecolint.statements import ANY_OTHER, NO_TREE, CommandLine, Reading, Tree

LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*([^\n]*)", re.MULTILINE)
TEMPLATE = re.compile(r"(?:^|[._-])(?:example|template|sample|dist|default|tmpl|tpl)s?(?:$|[._-])")


UNSEEN: Tree = {ANY_OTHER: Located(None, Known.DYNAMIC, origin="a file that is not in the repository")}
"""The variables of a file that is named and not there."""
COPIED = "only where the template is used as it is"


def environment(fragment: Fragment) -> dict[str, Located[str]]:
    """The variables of a file; the last of several assignments counts."""
    scope = Scope(NO_TREE, NO_TREE)
    expander = Expander(fragment, scope)
    entries: dict[str, Located[str]] = {}
    for name, value, span in _assignments(fragment, expander):
        entries[name] = value.entry(span)
        scope.assign(name, value)
        if allowance.current().is_exceeded:
            break
    return entries


def _assignments(fragment: Fragment, expander: Expander) -> Iterator[tuple[str, Value, Span]]:
    text = fragment.text
    for found in LINE.finditer(text):
        start, end = found.span(2)
        quote = text[start : start + 1]
        close = text.find(quote, start + 1, end) if quote in ("'", '"') and quote else -1
        if close > 0:
            span = fragment.span(found.start(1), close + 1)
            if quote == "'":
                inside = fragment.cut(start + 1, close)
                yield found[1], Value(inside, fragment.span(start, close + 1)), span
            else:
                yield found[1], expander.content(start + 1, close), span
            continue
        rest = text[start:end].rstrip("\r")
        comment = rest.find(" #")
        rest = ("" if rest.startswith("#") else rest[:comment] if comment >= 0 else rest).rstrip(" \t;")
        end = start + len(rest)
        yield found[1], expander.content(start, end), fragment.span(found.start(1), end)


def is_template(name: str) -> bool:
    """Whether a file's name says that it is to be copied and filled in."""
    return TEMPLATE.search(name.lower()) is not None


def from_repository(repository: Repository, folder: str, path: str, at: Span) -> Tree:
    """Variables of an environment file that another file names at `at`; empty where there is none.

    `path` is relative to `folder` (of the naming file), or to the root where it begins with a slash.
    """
    below = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))
    entries = repository.remembered(("environment", below), partial(_entries, below, repository))
    origin = f"file {below}"
    return {
        name: Located(entry.value, _outside(entry.known), at, at, origin, place=Place.NONE)
        for name, entry in entries.items()
    }


def over(environment: Tree, given: Tree) -> dict[str, Located[str]]:
    """Variables of files over others, which depend on run time where one of the files is not there."""
    if ANY_OTHER in given:
        environment = {name: replace(entry, known=Known.DYNAMIC) for name, entry in environment.items()}
    return {**environment, **given}


def _entries(path: str, repository: Repository) -> Tree:
    source = repository.read(path)
    try:
        with allowance.of_one_file():
            return environment(source.fragment) if source is not None else NO_TREE
    except Unreadable:
        return NO_TREE


def _outside(known: Known) -> Known:
    return Known.DYNAMIC if known is Known.DYNAMIC else Known.DERIVED


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    entries = environment(source.fragment)
    if not entries:
        return Reading()
    spans = [entry.span for entry in entries.values() if entry.span is not None]
    span = Span(min(spans).start, max(span.end for span in spans))
    if is_template(source.name):
        return Reading((CommandLine((), span, entries, when=COPIED, note="template"),))
    return Reading((CommandLine((), span, entries),))


FORMAT = Format(
    "dotenv",
    read,
    names=(
        ".env",
        ".env.*",
        "*.env",
        "*.env.*",
        "env.example",
        "env.sample",
        "env.template",
        ".env-*",
        "env.list",
    ),
    paths=("etc/environment", "etc/default/*", "environment.d/*.conf", "etc/sysconfig/*"),
    priority=60,
)

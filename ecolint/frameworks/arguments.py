"""Flags and bare words of a command line, by a framework's table of settings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from itertools import islice, takewhile
from typing import Any

from ecolint.frameworks.base import Framework, Setting
from ecolint.frameworks.places import flag_with, part
from ecolint.frameworks.programs import Words, text_of
from ecolint.inference import Located, Place
from ecolint.records import dataclass, replace

NUMBER = re.compile(r"-\d+(?:\.\d+)?")
HELP = frozenset(("--help", "-h", "--version", "--help-all"))
SHORTEST_PREFIX = 5
"""Characters, dashes included, from which a long flag may be abbreviated here."""


@dataclass(frozen=True, slots=True)
class Given:
    """A flag of the table with what was written for it. `negated` is true for the `--no-` form."""

    settings: tuple[Setting, ...]
    value: Located[Any]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Arguments:
    """A command line taken apart. `asks_help` is true where it only prints help or a version."""

    given: tuple[Given, ...] = ()
    bare: tuple[Located[str], ...] = ()
    asks_help: bool = False


Table = Mapping[str, tuple[Setting, ...]]
Found = dict[str, "_Flag | None"]
Known = tuple[Framework, Table, list[str], Found]
_TABLES: dict[int, Known] = {}
MOST_FOUND = 5000
"""Words whose meanings are kept for a framework."""


def table_of(framework: Framework) -> Table:
    """Settings by flag, as the framework compares flags."""
    return _known(framework)[1]


def _known(framework: Framework) -> Known:
    """A framework with its table, the sorted flags of that, and what was found in it so far."""
    known = _TABLES.get(id(framework))
    if known is None or known[0] is not framework:
        table: dict[str, list[Setting]] = {}
        for setting in framework.settings:
            for flag in setting.flags:
                table.setdefault(normal(flag, framework.underscores), []).append(setting)
        known = (framework, {flag: tuple(items) for flag, items in table.items()}, sorted(table), {})
        _TABLES[id(framework)] = known
    return known


def normal(flag: str, underscores: bool) -> str:
    """A flag as it is compared: `_` reads `-` where the framework makes no difference."""
    return flag.replace("_", "-") if underscores else flag


def parse(framework: Framework, words: Words) -> Arguments:
    """Take the words after the program apart. The last of repeated flags comes last."""
    _, table, flags, found = _known(framework)
    if len(found) > MOST_FOUND:
        found.clear()
    given: list[Given] = []
    bare: list[Located[str]] = []
    at = 0
    while at < len(words):
        word = words[at]
        text = text_of(word)
        at += 1
        if text == "--":
            bare.extend(words[at:])
            break
        if not text.startswith("-") or text == "-" or NUMBER.fullmatch(text):
            bare.append(word)
            continue
        if text in HELP and text not in table:
            return Arguments(asks_help=True)
        flag = found[text] if text in found else found.setdefault(text, _find(framework, table, flags, text))
        if flag is None:
            at += "=" not in text and _is_value(words, at)
            continue
        value, at = _value(flag, word, words, at)
        if value is not None:
            given.append(Given(flag.settings, value, flag.negated))
    return Arguments(tuple(given), tuple(bare))


@dataclass(frozen=True, slots=True)
class _Flag:
    settings: tuple[Setting, ...]
    attached: str | None = None
    negated: bool = False

    @property
    def switch(self) -> bool:
        return self.settings[0].switch

    @property
    def many(self) -> bool:
        return self.settings[0].many


def _find(framework: Framework, table: Table, flags: list[str], text: str) -> _Flag | None:
    name, equals, attached = text.partition("=") if framework.equals else (text, "", "")
    name = normal(name, framework.underscores)
    value = attached if equals else None
    if name in table:
        return _Flag(table[name], value)
    if name.startswith("--no-") and (settings := table.get(f"--{name[5:]}")) and settings[0].switch:
        return _Flag(settings, value, negated=True)
    if not framework.prefixes:
        return None
    if not name.startswith("--"):
        settings = table.get(text[:2], ())
        return _Flag(settings, text[2:].removeprefix("=")) if settings and not settings[0].switch else None
    if len(name) < SHORTEST_PREFIX:
        return None
    longer = takewhile(lambda flag: flag.startswith(name), islice(flags, bisect_left(flags, name), None))
    meant = {id(table[flag][0]): table[flag] for flag in longer}
    return _Flag(next(iter(meant.values())), value) if len(meant) == 1 else None


def _is_value(words: Words, at: int) -> bool:
    """Whether the word after an unknown flag may be its value."""
    return at < len(words) and not text_of(words[at]).startswith("-")


def _value(flag: _Flag, word: Located[str], words: Words, at: int) -> tuple[Located[Any] | None, int]:
    if flag.attached is not None:
        return _attached(word, flag.attached), at
    following = words[at] if at < len(words) else None
    text = text_of(following) if following is not None else ""
    if flag.switch:
        if following is not None and following.is_known and text.lower() in ("true", "false"):
            return flag_with(word, following), at + 1
        return Located(True, word.known, word.span, None, word.origin, word.when, Place.FLAG), at
    if following is None or (text.startswith("-") and not NUMBER.fullmatch(text)):
        return None, at
    at += 1
    while flag.many and at < len(words) and not text_of(words[at]).startswith("-"):
        at += 1
    return flag_with(word, following), at


def _attached(word: Located[str], text: str) -> Located[Any]:
    whole = len(text_of(word))
    value_span = part(word, whole - len(text), whole)
    return replace(word, value=text, value_span=value_span, place=Place.FLAG)

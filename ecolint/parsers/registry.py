"""All file formats, found in the modules of this package."""

from __future__ import annotations

import importlib
import re
from fnmatch import translate
from functools import cache

import ecolint.parsers
from ecolint.discovery.file_names import HOMES
from ecolint.discovery.format_rows import ROWS, Row
from ecolint.discovery.kinds import sure_ending
from ecolint.discovery.shebang import interpreter
from ecolint.parsers.base import Format


@cache
def formats() -> tuple[Format, ...]:
    """Every format, by priority and name."""
    import pkgutil

    found: list[Format] = []
    for module in pkgutil.iter_modules(ecolint.parsers.__path__):
        if not module.ispkg:
            found.extend(_of_module(module.name))
    return tuple(sorted(found, key=lambda item: (item.priority, item.name)))


@cache
def _of_module(name: str) -> tuple[Format, ...]:
    loaded = importlib.import_module(f"ecolint.parsers.{name}")
    own = getattr(loaded, "FORMAT", None)
    several = getattr(loaded, "FORMATS", ())
    return tuple(item for item in (own, *several) if isinstance(item, Format))


def home_of(kind: Format) -> str:
    """The module of a format, without the package."""
    import pkgutil

    modules = (module.name for module in pkgutil.iter_modules(ecolint.parsers.__path__) if not module.ispkg)
    return next(name for name in modules if kind in _of_module(name))


def format_named(name: str) -> Format | None:
    """The format of this name; None where there is none."""
    return next((_of_row(row) for row in ROWS if row[0] == name), None)


def _of_row(row: Row) -> Format:
    return next(item for item in _of_module(row[1]) if item.name == row[0])


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], bool, Row], ...]:
    found = []
    for row in ROWS:
        _, _, names, paths, _ = row
        if names:
            found.append((_any(names), False, row))
        if paths:
            found.append((_any(tuple(f"*/{glob}" for glob in paths)), True, row))
    return tuple(found)


def _any(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(glob) for glob in globs))


def format_of(path: str, head: bytes = b"") -> Format | None:
    """The format of a file by its path or, where that says nothing, by the `#!` line in its first bytes."""
    lower = path.lower()
    name = lower.rpartition("/")[2]
    ending = sure_ending(lower)
    if ending:
        return next(item for item in _of_module(HOMES[ending]) if f"*{ending}" in item.names)
    for pattern, whole, row in _patterns():
        if pattern.match("/" + lower if whole else name):
            return _of_row(row)
    program = interpreter(head)
    for row in ROWS:
        if program in row[4]:
            return _of_row(row)
    return None

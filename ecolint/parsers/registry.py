"""All file formats, found in the modules of this package."""

from __future__ import annotations

import importlib
import pkgutil
import re
from fnmatch import translate
from functools import cache

import ecolint.parsers
from ecolint.file_names import HOMES
from ecolint.kinds import sure_ending
from ecolint.parsers.base import Format
from ecolint.shebang import SHEBANG


@cache
def formats() -> tuple[Format, ...]:
    """Every format, by priority and name."""
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
    modules = (module.name for module in pkgutil.iter_modules(ecolint.parsers.__path__) if not module.ispkg)
    return next(name for name in modules if kind in _of_module(name))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], bool, Format], ...]:
    found = []
    for item in formats():
        if item.names:
            found.append((_any(item.names), False, item))
        if item.paths:
            found.append((_any(tuple(f"*/{glob}" for glob in item.paths)), True, item))
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
    for pattern, whole, item in _patterns():
        if pattern.match("/" + lower if whole else name):
            return item
    if head.startswith(b"#!"):
        match = SHEBANG.match(head)
        program = match[1].decode().rstrip(".0123456789-") if match else ""
        for item in formats():
            if program in item.interpreters:
                return item
    return None


@cache
def interpreters() -> frozenset[str]:
    """Every program that a `#!` line may name."""
    return frozenset(program for item in formats() for program in item.interpreters)

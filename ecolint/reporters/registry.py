"""All output formats, found in the modules of this package."""

from __future__ import annotations

import importlib.util
import pkgutil
from functools import cache

import ecolint.reporters
from ecolint.reporters.base import Reporter

HOMES = {"concise": "text", "jsonl": "json_report"}
"""Modules of formats that are not called like their module; others are found without being named here."""


@cache
def reporters() -> dict[str, Reporter]:
    """Every format by name, in alphabetical order."""
    found: dict[str, Reporter] = {}
    for module in pkgutil.iter_modules(ecolint.reporters.__path__):
        found |= _of_module(module.name)
    return dict(sorted(found.items()))


def _of_module(name: str) -> dict[str, Reporter]:
    loaded = importlib.import_module(f"ecolint.reporters.{name}")
    return {value.name: value for value in vars(loaded).values() if isinstance(value, Reporter)}


@cache
def reporter(name: str) -> Reporter:
    """The reporter of that name, without loading those of other names where that can be. Raises KeyError."""
    for module in (HOMES.get(name, name), f"{name}_report"):
        if importlib.util.find_spec(f"ecolint.reporters.{module}") is not None:
            own = _of_module(module)
            if name in own:
                return own[name]
    return reporters()[name]

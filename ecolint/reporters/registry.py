"""All output formats, found in the modules of this package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import ecolint.reporters
from ecolint.reporters.base import Reporter


@cache
def reporters() -> dict[str, Reporter]:
    """Every format by name, in alphabetical order."""
    found = {}
    for module in pkgutil.iter_modules(ecolint.reporters.__path__):
        loaded = importlib.import_module(f"ecolint.reporters.{module.name}")
        for value in vars(loaded).values():
            if isinstance(value, Reporter):
                found[value.name] = value
    return dict(sorted(found.items()))


def reporter(name: str) -> Reporter:
    """The reporter of that name. Raises KeyError."""
    return reporters()[name]

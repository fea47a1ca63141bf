"""`ecolint/file_names.py`: the names of all file formats, as data that costs nothing to import."""

from __future__ import annotations

from collections.abc import Iterable

from ecolint.parsers.registry import formats, home_of
from ecolint.sieve import is_telling_module

HEAD = '''"""Names of the files that any format reads. Generated from `ecolint/parsers` by `python -m docs.generate`.

The formats' modules need libraries that a scan without candidates never loads.
"""
'''


def render() -> str:
    """The module's text."""
    kinds = formats()
    tables = {
        "NAMES": {name for kind in kinds for name in kind.names},
        "MODULES": {name for kind in kinds if kind.tells is is_telling_module for name in kind.names},
        "PATHS": {path for kind in kinds for path in kind.paths},
        "INTERPRETERS": {program for kind in kinds for program in kind.interpreters},
    }
    homes = "".join(f'    "{ending}": "{module}",\n' for ending, module in sorted(_homes().items()))
    return (
        HEAD + "".join(_table(name, words) for name, words in tables.items()) + f"\nHOMES = {{\n{homes}}}\n"
    )


def _homes() -> dict[str, str]:
    """Module of the format of each ending of one suffix, where only one format has it."""
    found: dict[str, list[str]] = {}
    for kind in formats():
        for name in kind.names:
            if name.startswith("*.") and name[2:].isalnum():
                found.setdefault(name[1:], []).append(home_of(kind))
    return {ending: modules[0] for ending, modules in found.items() if len(modules) == 1}


def _table(name: str, words: Iterable[str]) -> str:
    lines = "".join(f'    "{word}",\n' for word in sorted(words))
    return f"\n{name} = (\n{lines})\n"

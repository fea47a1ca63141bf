"""`file_names.py` and `format_rows.py` of `ecolint/discovery`: the names of all file formats, as data to load fast."""

from __future__ import annotations

from collections.abc import Iterable

from ecolint.parsers.base import Format
from ecolint.parsers.registry import formats, home_of
from ecolint.sieve.search import is_telling_module

WIDTH = 110 - len("        ,")
"""Characters of a cell on one line."""
HEAD = '''"""Names of the files that any format reads. Generated from `ecolint/parsers` by `python -m docs.generate`.

The formats' modules need libraries that a scan without candidates never loads.
"""
'''


ROWS = '''"""All file formats by priority. Generated from `ecolint/parsers` by `python -m docs.generate`.

Name, module, globs of names and of paths, and programs in a `#!` line: so only the format that a file has is imported.
"""

from __future__ import annotations

Row = tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]

ROWS: tuple[Row, ...] = (
'''


def rows() -> str:
    """The text of `format_rows.py`, as ruff formats it."""
    return ROWS + "".join(map(_row, formats())) + ")\n"


def _row(kind: Format) -> str:
    cells = (repr(kind.name), repr(home_of(kind)), *map(_cell, (kind.names, kind.paths, kind.interpreters)))
    return "    (\n" + "".join(f"        {cell.replace(chr(39), chr(34))},\n" for cell in cells) + "    ),\n"


def _cell(words: tuple[str, ...]) -> str:
    line = f"({', '.join(map(repr, words))}{',' if len(words) == 1 else ''})"
    if len(line) <= WIDTH:
        return line
    return "(\n" + "".join(f"            {word!r},\n" for word in words) + "        )"


def render() -> str:
    """The text of `file_names.py`."""
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

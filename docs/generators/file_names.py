"""`ecolint/file_names.py`: the names of all file formats, as data that costs nothing to import."""

from __future__ import annotations

from collections.abc import Iterable

from ecolint.parsers.registry import formats
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
    return HEAD + "".join(_table(name, words) for name, words in tables.items())


def _table(name: str, words: Iterable[str]) -> str:
    lines = "".join(f'    "{word}",\n' for word in sorted(words))
    return f"\n{name} = (\n{lines})\n"

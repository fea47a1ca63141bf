"""Python source files."""

from __future__ import annotations

from ecolint.parsers.base import Format
from ecolint.repository import Repository
from ecolint.sieve.search import is_telling_module
from ecolint.source import SourceFile
from ecolint.statements import Reading


def read(source: SourceFile, repository: Repository) -> Reading:
    """Calls that some vocabulary reads, and programs that are started.

    Raises Unreadable where the file cannot be parsed.
    """
    return _read(source, repository, thorough=True)


def read_telling(source: SourceFile, repository: Repository) -> Reading:
    """Like `read`, without the calls that the default rules cannot judge. Raises Unreadable."""
    return _read(source, repository, thorough=False)


def _read(source: SourceFile, repository: Repository, *, thorough: bool) -> Reading:
    from ecolint.parsers.pythonic.module import Module, Program
    from ecolint.parsers.pythonic.reader import ModuleReader
    from ecolint.parsers.pythonic.syntax import grammar
    from ecolint.parsers.pythonic.syntax.text import Text
    from ecolint.parsers.pythonic.wanted import wanted_by_frameworks

    fragment = grammar.decoded(source)
    parsed = grammar.parse(fragment.text)
    module = Module(source.path, Text(fragment), parsed.tree, Program(repository))
    try:
        statements = ModuleReader(module, wanted_by_frameworks(), thorough).statements()
    finally:
        module.release()
    return Reading(tuple(statements), parsed.problems)


FORMAT = Format(
    "python",
    read,
    names=("*.py", "*.pyw", "*.pyi"),
    interpreters=("python", "pypy", "uv"),
    priority=40,
    tells=is_telling_module,
    read_telling=read_telling,
)

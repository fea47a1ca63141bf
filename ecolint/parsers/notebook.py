"""Jupyter notebooks: their code cells as one program, their shell lines as shell."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecolint.cloud_functions import NOTEBOOK, of_notebook
from ecolint.parsers.base import Format
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile
from ecolint.statements import Call, CommandLine, Reading, Statement

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module


def read(source: SourceFile, repository: Repository) -> Reading:
    """Calls of the code cells taken together, and the commands of their shell lines.

    A cell that cannot be parsed is told as a problem and left out. Raises Unreadable where the file is no
    notebook.
    """
    from ecolint.parsers.embedded import file_statements
    from ecolint.parsers.pythonic import interpolated
    from ecolint.parsers.pythonic.module import Module, Program
    from ecolint.parsers.pythonic.reader import ModuleReader
    from ecolint.parsers.pythonic.syntax import cells, grammar
    from ecolint.parsers.pythonic.syntax.text import Text
    from ecolint.parsers.pythonic.wanted import wanted_by_frameworks
    from ecolint.parsers.shell import command_lines

    notebook = cells.notebook(source)
    fragment = notebook.program
    module = Module(source.path, Text(fragment), grammar.strict(fragment.text), Program(repository))
    try:
        statements: list[Statement] = list(ModuleReader(module, wanted_by_frameworks()).statements())
        for piece in notebook.lines:
            number = _line_of(piece, module)
            known = interpolated.variables(piece, module, number)
            lines = command_lines(interpolated.as_shell(piece, known), known)
            statements += _inheriting(lines, module, number)
        for piece in notebook.shell:
            statements += _inheriting(command_lines(piece), module, _line_of(piece, module))
    finally:
        module.release()
    for path, text in notebook.files:
        statements.extend(file_statements(path, text, repository))
    if notebook.card:
        statements = [_on(notebook.card, item) for item in statements]
    statements.sort(key=lambda item: item.span)
    return Reading(tuple(statements), notebook.problems, notebook.cells)


def _line_of(piece: Fragment, module: Module) -> int:
    """Line of the program before which a piece of the notebook stands."""
    above = bisect_left(module.text.fragment.starts, piece.span().start)
    return bisect_right(module.text.starts, above)


def _inheriting(lines: Iterable[CommandLine], module: Module, number: int) -> list[Statement]:
    """What is started before a line of a module, with the variables that it inherits."""
    from ecolint.parsers.pythonic import inherited

    started = list(lines)
    variables = inherited.always(module, number) if started else {}
    return [inherited.inheriting(line, variables) for line in started]


def _on(card: str, statement: Statement) -> Statement:
    """A statement of a notebook that is opened on a card, unless it names one itself."""
    if isinstance(statement, Call):
        return replace(statement, nearby=statement.nearby | {NOTEBOOK + card})
    return statement if statement.gpu.is_set else replace(statement, gpu=of_notebook(card))


FORMAT = Format("notebook", read, names=("*.ipynb",), priority=40)

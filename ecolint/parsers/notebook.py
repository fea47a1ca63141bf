"""Jupyter notebooks: their code cells as one program, their shell lines as shell."""

from __future__ import annotations

from bisect import bisect_left

from ecolint.cloud_functions import NOTEBOOK, of_notebook
from ecolint.parsers.base import Format
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Call, Reading, Statement


def read(source: SourceFile, repository: Repository) -> Reading:
    """Calls of the code cells taken together, and the commands of their shell lines.

    A cell that cannot be parsed is told as a problem and left out. Raises Unreadable where the file is no
    notebook.
    """
    from ecolint.parsers.embedded import file_statements
    from ecolint.parsers.pythonic import inherited
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
        ends = [at for at, sign in enumerate(fragment.text) if sign == "\n"]
        for piece in notebook.shell:
            lines = list(command_lines(piece))
            if lines:
                above = bisect_left(fragment.starts, piece.span().start)
                variables = inherited.always(module, bisect_left(ends, above) + 1)
                statements.extend(inherited.inheriting(line, variables) for line in lines)
    finally:
        module.release()
    for path, text in notebook.files:
        statements.extend(file_statements(path, text, repository))
    if notebook.card:
        statements = [_on(notebook.card, item) for item in statements]
    statements.sort(key=lambda item: item.span)
    return Reading(tuple(statements), notebook.problems, notebook.cells)


def _on(card: str, statement: Statement) -> Statement:
    """A statement of a notebook that is opened on a card, unless it names one itself."""
    if isinstance(statement, Call):
        return replace(statement, nearby=statement.nearby | {NOTEBOOK + card})
    return statement if statement.gpu.is_set else replace(statement, gpu=of_notebook(card))


FORMAT = Format("notebook", read, names=("*.ipynb",), priority=40)

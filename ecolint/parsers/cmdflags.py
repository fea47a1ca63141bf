"""`CMD_FLAGS.txt` of text-generation-webui: the arguments of its server, in lines."""

from __future__ import annotations

from ecolint.inference import Known, Located
from ecolint.parsers.base import Format
from ecolint.parsers.shellish.expand import Expander
from ecolint.parsers.shellish.lexer import words_of
from ecolint.parsers.shellish.scope import Scope
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span
from ecolint.statements import NO_TREE, CommandLine, Reading

PROGRAM = ("python", "server.py")


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    fragment = source.fragment
    expander = Expander(fragment, Scope(NO_TREE, NO_TREE))
    words: list[Located[str]] = []
    for start, end in _lines(fragment):
        words += (value.located for value in expander.fields(words_of(fragment.text, start, end)))
    spans = [word.span for word in words if word.span is not None]
    if not spans:
        return Reading()
    program = tuple(Located(word, Known.DERIVED, origin="the name of the file") for word in PROGRAM)
    return Reading((CommandLine((*program, *words), Span(spans[0].start, spans[-1].end)),))


def _lines(fragment: Fragment) -> list[tuple[int, int]]:
    """Characters of each line that is no comment."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in fragment.text.splitlines(keepends=True):
        if not line.lstrip().startswith("#"):
            found.append((at, at + len(line)))
        at += len(line)
    return found


FORMAT = Format("cmdflags", read, names=("cmd_flags.txt", "cmd_flags*.txt"))

"""What a reader finds in a text, in a form that tests can compare."""

from __future__ import annotations

from ecolint.parsers.registry import formats
from ecolint.repository import Repository
from ecolint.source import SourceFile, Span
from ecolint.statements import CommandLine, Config, Statement

NAMES = {"dockerfile": "Dockerfile", "makefile": "Makefile", "systemd": "x.service", "shell": "x.sh"}


def statements(format_name: str, text: str, repository: Repository | None = None) -> list[Statement]:
    reader = next(item for item in formats() if item.name == format_name)
    source = SourceFile(NAMES.get(format_name, format_name), text.encode())
    return list(reader.read(source, repository or Repository(None)).statements)


def commands(format_name: str, text: str, program: str = "") -> list[CommandLine]:
    """Command lines, of one program if named."""
    found = [item for item in statements(format_name, text) if isinstance(item, CommandLine)]
    return [item for item in found if not program or (item.words and item.words[0].value == program)]


def command(format_name: str, text: str, program: str = "") -> CommandLine:
    """The only command line."""
    found = commands(format_name, text, program)
    assert len(found) == 1, found
    return found[0]


def words(line: CommandLine) -> list[str | None]:
    return [word.value for word in line.words]


def environment(line: CommandLine) -> dict[str, str | None]:
    return {name: entry.value for name, entry in line.environment.items()}


def config(format_name: str, text: str) -> Config:
    found = [item for item in statements(format_name, text) if isinstance(item, Config)]
    assert len(found) == 1, found
    return found[0]


def cut(text: str, span: Span | None) -> str:
    assert span is not None
    return text.encode()[span.start : span.end].decode()

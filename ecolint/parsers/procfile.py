"""Procfiles: a process type and its command on each line."""

from __future__ import annotations

import posixpath
import re

from ecolint.parsers import dotenv
from ecolint.parsers.base import Format
from ecolint.parsers.shell import statements
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Reading, Statement

PROCESS = re.compile(r"^([\w.-]+)[ \t]*:[ \t]*([^\n]+)", re.MULTILINE)


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    fragment = source.fragment
    environment = dotenv.from_repository(
        repository, posixpath.dirname(source.path), ".env", fragment.span(0, 0)
    )
    found: list[Statement] = []
    for process in PROCESS.finditer(fragment.text):
        command = fragment.cut(*process.span(2))
        note = f"process {process[1]}"
        found += statements(command, environment=environment, note=note, repository=repository)
    return Reading(tuple(found))


FORMAT = Format("procfile", read, names=("procfile", "procfile.*", "*.procfile"), priority=60)

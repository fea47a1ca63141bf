"""Procfiles: a process type and its command on each line."""

from __future__ import annotations

import re

from ecolint.parsers.base import Format
from ecolint.parsers.shell import statements
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Reading, Statement

PROCESS = re.compile(r"^([\w.-]+)[ \t]*:[ \t]*([^\n]+)", re.MULTILINE)


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    fragment = source.fragment
    found: list[Statement] = []

    for process in PROCESS.finditer(fragment.text):
        command = fragment.cut(*process.span(2))
        found += statements(command, note=f"process {process[1]}", repository=repository)
    return Reading(tuple(found))


FORMAT = Format("procfile", read, names=("procfile", "procfile.*", "*.procfile"), priority=60)

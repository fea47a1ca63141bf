"""Dockerfiles and Containerfiles."""

from __future__ import annotations

from ecolint.parsers.base import Format
from ecolint.parsers.dockerish.instructions import instructions
from ecolint.parsers.dockerish.services import without_replaced
from ecolint.parsers.dockerish.stages import statements
from ecolint.repository import Repository
from ecolint.sieve.document_glance import may_be_judged
from ecolint.source import SourceFile
from ecolint.statements import Reading


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    written = tuple(instructions(source.fragment))
    found = tuple(statements(written, repository))
    return Reading(without_replaced(found, written, source.path, repository))


FORMAT = Format(
    "dockerfile",
    read,
    tells=may_be_judged,
    names=(
        "dockerfile",
        "dockerfile[._-]*",
        "*.dockerfile",
        "*[._-]dockerfile",
        "containerfile",
        "containerfile[._-]*",
        "*.containerfile",
    ),
)

"""Environment variables that the files around a module set for whoever runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ecolint.repository import Repository

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module

VARIABLES = (".env", "dockerfile", "containerfile", "compose.", "docker-compose")
"""Beginnings of the names of files that set variables of programs beside them."""
FOLDERS = ("deploy", "docker", "k8s")
"""Folders with files that do so for the programs beside the folder."""
MANIFESTS = (".yaml", ".yml")
MOST_FILES = 40
LARGEST = 100_000
"""Bytes of a file that is looked at."""
NAME = r"[A-Z][A-Z0-9_]{2,80}"
VALUE = r"[ \t]*[\"']?([^\s\"'#,]{0,80})"
SET = re.compile(
    rf"^[ \t]*(?:-[ \t]*)?(?:export[ \t]+|ENV[ \t]+|[\"'])?({NAME})[\"']?[ \t]*[=:]{VALUE}", re.M
)
LISTED = re.compile(rf"\bname:[ \t]*[\"']?({NAME})[\"']?[,\s]+value:{VALUE}")
BY_DEFAULT = re.compile(r"\$\{\w+:?-([^{}]*)\}")


def is_set_otherwise(name: str, default: object, module: Module, *, prefixed: bool = False) -> bool:
    """Whether a file around a module gives a variable, maybe one with a prefix, another value than its default."""
    repository, folder = module.program.repository, module.path.rpartition("/")[0]
    found = repository.remembered(("deployed", folder), partial(_set_around, folder, repository))
    values = {
        value
        for other, values in found.items()
        if other == name or (prefixed and other.endswith(f"_{name}"))
        for value in values
    }
    return any(value.lower() != str(default).lower() for value in values)


def _set_around(folder: str, repository: Repository) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for path in list(_files(folder, repository))[:MOST_FILES]:
        source = repository.read(path)
        if source is None or len(source.data) > LARGEST:
            continue
        text = source.data.decode("utf-8", "replace")
        for pattern in (SET, LISTED):
            for name, value in pattern.findall(text):
                found.setdefault(name, set()).add(BY_DEFAULT.sub(r"\1", value))
    return {name: frozenset(values) for name, values in found.items()}


def _files(folder: str, repository: Repository) -> Iterator[str]:
    """Files of a folder and of those above it that set variables."""
    while True:
        for name in repository.list(folder):
            path = f"{folder}/{name}" if folder else name
            if name.lower().startswith(VARIABLES):
                yield path
            elif name in FOLDERS:
                inner = repository.list(path)
                yield from (f"{path}/{item}" for item in inner if item.lower().endswith(MANIFESTS))
        if not folder:
            return
        folder = folder.rpartition("/")[0]

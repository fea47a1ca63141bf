"""Environment variables that the files around a module set for whoever runs it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ecolint.repository import Repository, upward

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module

VARIABLES = (".env", "dockerfile", "containerfile")
"""Beginnings of the names of files that set variables of the programs beside them."""
OF_SERVICES = ("compose.", "docker-compose")
"""Beginnings of the names of files that do so for several services, which may give one name different meanings."""
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
INSTRUCTION = re.compile(r"^[ \t]*ENV[ \t]+([^\n\\]*(?:\\.[^\n\\]*)*)", re.M | re.S | re.I)
PAIR = re.compile(rf"(?:^|[ \t\n])({NAME})={VALUE}")
OLDER = re.compile(rf"({NAME})[ \t]+{VALUE}")
"""What an `ENV` of a Dockerfile sets: several variables with signs of equality, or one without."""
LISTED = re.compile(rf"\bname:[ \t]*[\"']?({NAME})[\"']?[,\s]+value:{VALUE}")
SWITCH = re.compile(r"\d{1,9}|true|false|yes|no|on|off", re.I)
BY_DEFAULT = re.compile(r"\$\{\w+:?-([^{}]*)\}")


def is_set_otherwise(name: str, default: object, module: Module, *, prefixed: bool = False) -> bool:
    """Whether a file around a module gives a variable, maybe one with a prefix, another value than its default."""
    repository, folder = module.program.repository, module.path.rpartition("/")[0]
    found = repository.remembered(("deployed", folder), partial(_set_around, folder, repository))
    by_service = SWITCH.fullmatch(str(default)) is not None
    return any(
        item.value.lower() != str(default).lower() and (by_service or not item.of_service)
        for other, items in found.items()
        if other == name or (prefixed and other.endswith(f"_{name}"))
        for item in items
    )


class Set(NamedTuple):
    """What a variable is set to, and whether it is so for one of several services."""

    value: str
    of_service: bool


def _set_around(folder: str, repository: Repository) -> Mapping[str, frozenset[Set]]:
    found: dict[str, set[Set]] = {}
    for path in list(_files(folder, repository))[:MOST_FILES]:
        source = repository.read(path)
        if source is None or len(source.data) > LARGEST:
            continue
        text = source.data.decode("utf-8", "replace")
        of_service = not path.rpartition("/")[2].lower().startswith(VARIABLES)
        for name, value in _pairs(text):
            found.setdefault(name, set()).add(Set(BY_DEFAULT.sub(r"\1", value), of_service))
    return {name: frozenset(values) for name, values in found.items()}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names and values of the variables that a text sets."""
    yield from SET.findall(text)
    yield from LISTED.findall(text)
    for given in INSTRUCTION.findall(text):
        older = OLDER.match(given)
        yield from PAIR.findall(given) if older is None else [(older[1], older[2])]


def _files(folder: str, repository: Repository) -> Iterator[str]:
    """Files of a folder and of those above it that set variables."""
    for place in upward(folder):
        for name in repository.list(place):
            path = posixpath.join(place, name)
            if name.lower().startswith((*VARIABLES, *OF_SERVICES)):
                yield path
            elif name in FOLDERS:
                inner = repository.list(path)
                yield from (f"{path}/{item}" for item in inner if item.lower().endswith(MANIFESTS))

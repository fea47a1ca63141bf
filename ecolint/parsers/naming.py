"""Commands that are given a file of options by its name, in the files around it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from ecolint.inference import Located
from ecolint.parsers import allowance
from ecolint.parsers.documents.base import normal
from ecolint.repository import Repository, upward
from ecolint.source import Unreadable
from ecolint.statements import CommandLine, Statement

FLAG = "--config"
MOST_FILES = 200
"""Files and folders around a file that are looked at for commands."""
DOCUMENTATION = "markdown"
BESIDE = 60
"""Signs between the name of a file and the path that it is put to."""
OUTSIDE = Repository(None)
"""What other files are read with, so that they do not look for files in turn."""


def commands_with(path: str, repository: Repository, besides: str = "") -> tuple[CommandLine, ...]:
    """The commands in the files around one, besides one that is read already, that are given it by `--config`."""
    return repository.remembered(
        ("commands with", path, besides), lambda: tuple(_commands(path, repository, besides))
    )


def given_to(path: str, statements: Iterable[Statement], data: bytes) -> Iterator[CommandLine]:
    """The commands of a file with these bytes that are given another one by `--config`: by its own name, or by one that
    it is mounted or copied under."""
    own = _name(path)
    for statement in statements:
        if isinstance(statement, CommandLine):
            named = _named(statement.words)
            if named and (_name(named) == own or _is_put(own, named, data)):
                yield statement


def _commands(path: str, repository: Repository, besides: str) -> Iterator[CommandLine]:
    name = _name(path).encode("utf-8", "replace")
    for other in _around(path, repository):
        source = repository.read(other) if other != besides else None
        if source is not None and name in source.data and FLAG.encode() in source.data:
            found = given_to(path, _statements(other, repository), source.data)
            yield from (line for line in found if not _means_another(line, path, other, repository))


def _around(path: str, repository: Repository) -> Iterator[str]:
    """Files beside a file and above it, and those of the folders there."""
    left = MOST_FILES
    for folder in upward(path.rpartition("/")[0]):
        for name in repository.list(folder)[:left]:
            entry = posixpath.join(folder, name)
            inner = () if "." in name else repository.list(entry)[:left]
            for found in [f"{entry}/{item}" for item in inner] or [entry]:
                left -= 1
                yield found
        if left <= 0:
            return


def _statements(path: str, repository: Repository) -> tuple[Statement, ...]:
    """What a file says by itself; nothing where it is documentation or cannot be read."""
    from ecolint.parsers.registry import format_of

    source = repository.read(path)
    kind = format_of(path, source.data[:256]) if source is not None else None
    if source is None or kind is None or kind.name == DOCUMENTATION:
        return ()
    try:
        with allowance.of_one_file():
            return kind.read(source, OUTSIDE).statements
    except (Unreadable, RecursionError):
        return ()


def _named(words: Iterable[Located[str]]) -> str:
    """What a command is given by the flag; empty where that is nothing that is known."""
    previous = ""
    for word in words:
        text = word.value if isinstance(word.value, str) else ""
        if previous == FLAG:
            return text
        if text.startswith(f"{FLAG}="):
            return text.partition("=")[2]
        previous = text
    return ""


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _is_put(name: str, named: str, data: bytes) -> bool:
    """Whether a file of this name is mounted or copied to the path that is named: the one stands beside the other."""
    own, other = rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", rf"{re.escape(named)}(?![\w./-])"
    either = rf"{own}.{{1,{BESIDE}}}?{other}|{other}.{{1,{BESIDE}}}?{own}"
    return re.search(either.encode("utf-8", "replace"), data, re.DOTALL) is not None


def _means_another(line: CommandLine, path: str, beside: str, repository: Repository) -> bool:
    """Whether the path that a command names leads from its folder, or from the root, to another file."""
    named = _named(line.words)
    places = (normal(f"{beside.rpartition('/')[0]}/{named}"), normal(named))
    found = next((place for place in places if repository.read(place) is not None), path)
    return found != path

"""Lists of manifests whose items a patch of another file counts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice

from ecolint.parsers.documents.pods import KUSTOMIZATIONS
from ecolint.repository import Repository, upward
from ecolint.source import SourceFile, Unreadable

MANIFESTS = (".yaml", ".yml")
PATCHES = (".yaml", ".yml", ".json")
COUNTED = re.compile(r"path[\"']?\s*:\s*[\"']?/[^\s\"',}]*/(?:args|command|env)/\d+(?=[\s\"',}/]|\Z)")
"""An item of a list by its number, in a JSON patch."""
UP, DOWN = 3, 3
"""Folders from that of a manifest upward in which its kustomization is looked for, and from the folder around that one
downward in which those are that use it."""
MOST_FOLDERS, MOST_FILES = 300, 200
"""Beyond these it is taken for granted that one does."""


def is_counted(source: SourceFile, repository: Repository) -> bool:
    """Whether patches count the items of lists in this file, or in one that is used with it."""
    if not source.path.lower().endswith(MANIFESTS):
        return False
    home = _home(source.path.rpartition("/")[0], repository)
    if home is None:
        return False
    top = home.rpartition("/")[0]
    return repository.remembered(("counted", top), lambda: _any_counts(top, repository))


def _home(folder: str, repository: Repository) -> str | None:
    """The nearest folder with a kustomization."""
    near = islice(upward(folder), UP)
    return next((place for place in near if _has_kustomization(repository.list(place))), None)


def _has_kustomization(names: Iterable[str]) -> bool:
    return not set(names).isdisjoint(KUSTOMIZATIONS)


def _any_counts(top: str, repository: Repository) -> bool:
    folders = list(islice(_folders(top, repository, DOWN), MOST_FOLDERS))
    files = list(islice((path for folder in folders for path in _patches(folder, repository)), MOST_FILES))
    if len(folders) == MOST_FOLDERS or len(files) == MOST_FILES:
        return True
    return any(_counts(path, repository) for path in files)


def _counts(path: str, repository: Repository) -> bool:
    found = repository.read(path)
    try:
        return found is not None and COUNTED.search(found.text) is not None
    except Unreadable:
        return False


def _folders(folder: str, repository: Repository, depth: int) -> Iterator[str]:
    yield folder
    for name in repository.list(folder) if depth else ():
        if "." not in name:
            yield from _folders(posixpath.join(folder, name), repository, depth - 1)


def _patches(folder: str, repository: Repository) -> Iterator[str]:
    """Files that may be patches: those beside a kustomization."""
    names = repository.list(folder)
    if _has_kustomization(names):
        inside = f"{folder}/" if folder else ""
        yield from (inside + name for name in names if name.endswith(PATCHES) or name in KUSTOMIZATIONS)

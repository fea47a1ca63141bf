"""What a kind of document is, and what its reader is given."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING

import ecolint.parsers.documents
from ecolint.parsers import allowance
from ecolint.parsers.trees.nodes import AnyNode, Mapping, pinned
from ecolint.records import dataclass, replace
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span, Unreadable
from ecolint.statements import Problem, Statement

if TYPE_CHECKING:
    from ecolint.parsers.trees.passages import Passage

NESTING_LIMIT = 4
"""Documents in documents in documents."""
READING_LIMIT = 1_000_000
"""Characters of words and of other files that are read for the commands of one file; an anchor, a base or a file of
variables may stand for many of them."""
VARIABLE = 5
"""Characters that a variable counts for."""
PARSED = 20
"""Characters of another file that count for one, for they are only parsed."""


class TooMuch(Exception):
    """The commands of a file take more reading than any is given. `place` is where that was found."""

    def __init__(self, place: Span) -> None:
        super().__init__(
            "its commands share too many words and variables to read them all; from here on nothing is looked at"
        )
        self.place = place


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a document stands: the path of its file, the tree around it, the other documents of the file.

    `embedded` says that the text was found inside another one, so that the path says nothing of its kind.
    """

    path: str
    repository: Repository
    documents: tuple[AnyNode, ...] = ()
    depth: int = 0
    embedded: bool = False
    left: list[int] = field(default_factory=lambda: [READING_LIMIT])

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2].lower()

    def beside(self, relative: str) -> str:
        """Path of a file that is named relative to this one."""
        return normal(f"{self.folder}/{relative}" if self.folder else relative)

    def text_of(self, path: str) -> str | None:
        """Text of another file of the tree; None where it cannot be read."""
        source = self.repository.read(path)
        try:
            return source.text if source is not None else None
        except Unreadable:
            return None

    def foreign(self, path: str, place: Span) -> list[AnyNode]:
        """Documents of another YAML file, all of whose spans are the place that refers to it."""
        from ecolint.parsers.trees.yaml_tree import Broken, read_yaml

        text = self.text_of(path)
        if text is None:
            return []
        self.spend(len(text) // PARSED, place)
        roots = read_yaml(pinned(text, place), origin=path)
        return [root for root in roots if not isinstance(root, Broken)]

    def spend(self, characters: int, place: Span) -> None:
        """Raises TooMuch where more was read for the commands of this file than any is given."""
        self.left[0] -= characters
        if self.left[0] < 0:
            raise TooMuch(place)

    def spend_on(self, words: Iterable[Passage], variables: int, place: Span) -> None:
        """The same for the words and the number of variables of a command."""
        self.spend(sum(len(word.fragment) + 1 for word in words) + variables * VARIABLE, place)

    def inner(self, fragment: Fragment) -> Iterator[Statement]:
        """Statements of YAML text inside this document."""
        from ecolint.parsers.yaml import documents_of

        if self.depth < NESTING_LIMIT:
            documents = documents_of(fragment)
            scene = replace(self, documents=documents, depth=self.depth + 1, embedded=True)
            for document in documents:
                yield from read_document(document, scene)


def normal(path: str) -> str:
    """A path without `.` and `..`; steps above the root stay, so that reading it is refused."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


Recognise = Callable[[AnyNode, Scene], bool]
Read = Callable[[AnyNode, Scene], Iterator[Statement]]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document. Of the kinds that recognise a document, the first by `priority` reads it; one that
    is not `exclusive` leaves it to the next ones as well."""

    name: str
    recognise: Recognise
    read: Read
    priority: int = 50
    exclusive: bool = True


@cache
def kinds() -> tuple[DocumentKind, ...]:
    """Every kind, by priority and name."""
    found = []
    for module in pkgutil.iter_modules(ecolint.parsers.documents.__path__):
        loaded = importlib.import_module(f"ecolint.parsers.documents.{module.name}")
        kind = getattr(loaded, "KIND", None)
        if isinstance(kind, DocumentKind):
            found.append(kind)
    return tuple(sorted(found, key=lambda item: (item.priority, item.name)))


def read_document(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What the kinds that recognise a document say of it."""
    for kind in kinds():
        if kind.recognise(document, scene):
            yield from kind.read(document, scene)
            if kind.exclusive:
                return


def read_documents(source: SourceFile, scene: Scene) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """What the documents of a file say, and that their commands take too much reading."""
    found: list[Statement] = []
    try:
        for document in scene.documents:
            if not allowance.current().spend(allowance.DOCUMENT):
                break
            for statement in read_document(document, scene):
                found.append(statement)  # noqa: PERF402 - those before the fault stay
    except TooMuch as fault:
        return tuple(found), (Problem(source.line_of(fault.place.start), str(fault)),)
    return tuple(found), ()


def is_mapping_with(node: AnyNode, *keys: str) -> bool:
    """Whether a node is a mapping that has all of the keys."""
    return isinstance(node, Mapping) and all(key in node.entries for key in keys)

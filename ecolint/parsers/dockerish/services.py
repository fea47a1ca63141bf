"""What the services of Compose files give to the containers of an image that they build."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from ecolint.parsers.dockerish.instructions import Instruction
from ecolint.parsers.documents.base import normal
from ecolint.parsers.documents.launch import environment_of
from ecolint.parsers.trees.nodes import Mapping, Scalar
from ecolint.records import dataclass, replace
from ecolint.repository import Repository, upward
from ecolint.source import Span, Unreadable
from ecolint.statements import CommandLine, Statement

FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""Names of the Compose files that are used where none is named."""
OVERRIDES = ("compose.override.", "docker-compose.override.")
"""Beginnings of the names of files that change the services of those."""
UNUSED = "only where {} sets nothing else"


@dataclass(frozen=True, slots=True)
class Service:
    """A service that builds an image: what of it the service replaces."""

    path: str
    variables: frozenset[str]
    replaces: frozenset[str]
    """The instructions of a Dockerfile whose words the service replaces."""


def without_replaced(
    statements: tuple[Statement, ...], written: Iterable[Instruction], path: str, repository: Repository
) -> tuple[Statement, ...]:
    """The statements of a Dockerfile, of which what every service that builds it replaces holds without them alone."""
    if not any(isinstance(item, CommandLine) and not item.note for item in statements):
        return statements
    services = repository.remembered(("services", path), lambda: tuple(_services(path, repository)))
    if not services:
        return statements
    when = UNUSED.format(services[0].path)
    variables = frozenset.intersection(*(service.variables for service in services))
    replaced = frozenset.intersection(*(service.replaces for service in services))
    spans = [item.span for item in written if item.keyword in replaced]
    return tuple(
        _replaced(item, variables, spans, when) if isinstance(item, CommandLine) and not item.note else item
        for item in statements
    )


def _replaced(line: CommandLine, variables: frozenset[str], spans: Sequence[Span], when: str) -> CommandLine:
    environment = {
        name: replace(value, when=value.when or when) if name in variables else value
        for name, value in line.environment.items()
    }
    words = tuple(
        replace(word, when=word.when or when) if _is_within(word.span, spans) else word for word in line.words
    )
    is_replaced = bool(line.words) and _is_within(line.words[0].span, spans)
    return replace(
        line, words=words, environment=environment, when=line.when or (when if is_replaced else None)
    )


def _is_within(inner: Span | None, spans: Sequence[Span]) -> bool:
    return inner is not None and any(span.contains(inner) for span in spans)


def _services(path: str, repository: Repository) -> Iterator[Service]:
    """Services of the Compose files beside a Dockerfile, or above it, that build it."""
    for place in islice(upward(path.rpartition("/")[0]), 2):
        names = sorted(repository.list(place))
        overriding = [
            _read(posixpath.join(place, name), repository) for name in names if name.startswith(OVERRIDES)
        ]
        for name in FILES:
            file = posixpath.join(place, name)
            for key, service in _read(file, repository).items() if name in names else ():
                if built(service, place) == path:
                    yield _service(file, [service, *(item[key] for item in overriding if key in item)])


def _service(path: str, parts: Sequence[Mapping]) -> Service:
    given = frozenset(name for part in parts for name in environment_of(part.get("environment")))
    keys = {key for part in parts for key in part.entries}
    replaces = {"CMD", "ENTRYPOINT"} if "entrypoint" in keys else {"CMD"} if "command" in keys else ()
    return Service(path, given, frozenset(replaces))


def _read(path: str, repository: Repository) -> dict[str, Mapping]:
    """The services of a file by their names."""
    from ecolint.parsers.trees.yaml_tree import read_yaml

    source = repository.read(path)
    try:
        documents = list(read_yaml(source.fragment)) if source is not None else []
    except Unreadable:
        return {}
    found = [document.mapping("services") for document in documents if isinstance(document, Mapping)]
    return {
        name: entry.value
        for services in found
        if services is not None
        for name, entry in services.entries.items()
        if isinstance(entry.value, Mapping)
    }


def built(service: Mapping, folder: str) -> str:
    """The Dockerfile that a service builds; empty where it builds none."""
    build = service.get("build")
    if isinstance(build, Scalar) and not build.is_null:
        return normal(f"{folder}/{build.text}/Dockerfile")
    if not isinstance(build, Mapping):
        return ""
    return normal(f"{folder}/{build.text('context') or '.'}/{build.text('dockerfile') or 'Dockerfile'}")

"""What the services of Compose files give to the containers of an image that they build."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents.base import normal
from ecolint.parsers.documents.launch import environment_of
from ecolint.parsers.trees.nodes import Mapping, Scalar
from ecolint.records import dataclass, replace
from ecolint.repository import Repository
from ecolint.source import Unreadable
from ecolint.statements import CommandLine, Statement

FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""Names of the Compose files that are used where none is named."""
UNUSED = "only where {} sets nothing else"


@dataclass(frozen=True, slots=True)
class Service:
    """A service that builds an image: what of it the service replaces."""

    path: str
    variables: frozenset[str]
    has_program: bool


def without_replaced(
    statements: tuple[Statement, ...], path: str, repository: Repository
) -> tuple[Statement, ...]:
    """The statements of a Dockerfile, of which what every service that builds it replaces holds without them alone."""
    if not any(isinstance(item, CommandLine) and not item.note for item in statements):
        return statements
    services = repository.remembered(("services", path), lambda: tuple(_services(path, repository)))
    if not services:
        return statements
    when = UNUSED.format(services[0].path)
    replaced = frozenset.intersection(*(service.variables for service in services))
    has_program = all(service.has_program for service in services)
    return tuple(
        _replaced(item, replaced, when, has_program=has_program)
        if isinstance(item, CommandLine) and not item.note
        else item
        for item in statements
    )


def _replaced(line: CommandLine, variables: frozenset[str], when: str, *, has_program: bool) -> CommandLine:
    environment = {
        name: replace(value, when=value.when or when) if name in variables else value
        for name, value in line.environment.items()
    }
    return replace(line, environment=environment, when=line.when or (when if has_program else None))


def _services(path: str, repository: Repository) -> Iterator[Service]:
    """Services of the Compose files beside a Dockerfile, or above it, that build it."""
    folder = path.rpartition("/")[0]
    for place in dict.fromkeys((folder, folder.rpartition("/")[0])):
        for name in sorted(set(FILES).intersection(repository.list(place))):
            file = f"{place}/{name}" if place else name
            for service in _read(file, repository):
                if _built(service, place) == path:
                    given = frozenset(environment_of(service.get("environment")))
                    has_program = not {"command", "entrypoint"}.isdisjoint(service.entries)
                    yield Service(file, given, has_program)


def _read(path: str, repository: Repository) -> Iterator[Mapping]:
    from ecolint.parsers.trees.yaml_tree import read_yaml

    source = repository.read(path)
    try:
        documents = list(read_yaml(source.fragment)) if source is not None else []
    except Unreadable:
        return
    for document in documents:
        services = document.mapping("services") if isinstance(document, Mapping) else None
        for entry in services.entries.values() if services is not None else ():
            if isinstance(entry.value, Mapping):
                yield entry.value


def _built(service: Mapping, folder: str) -> str:
    """The Dockerfile that a service builds; empty where it builds none."""
    build = service.get("build")
    if isinstance(build, Scalar) and not build.is_null:
        return normal(f"{folder}/{build.text}/Dockerfile")
    if not isinstance(build, Mapping):
        return ""
    return normal(f"{folder}/{build.text('context') or '.'}/{build.text('dockerfile') or 'Dockerfile'}")

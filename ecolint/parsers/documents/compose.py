"""Compose files: services with their images, commands and environments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ecolint.inference import Located
from ecolint.parsers.documents import interpolation, machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Fill, Launch, arguments, environment_of, run_words
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, overlaid
from ecolint.statements import CommandLine, Statement

SERVICE_KEYS = ("image", "build", "command", "entrypoint", "environment", "env_file", "deploy", "extends")
EXTENDS_LIMIT = 6
ALL = ("all",)


def recognise(document: AnyNode, scene: Scene) -> bool:
    """A mapping of services, each of them a mapping with a key that services have."""
    if not isinstance(document, Mapping) or "kind" in document.entries:
        return False
    services = document.mapping("services")
    if services is None:
        return False
    found = [entry.value for entry in services.entries.values() if isinstance(entry.value, Mapping)]
    return any(key in service.entries for service in found for key in SERVICE_KEYS)


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """A command line a service; one that only has an environment has no words."""
    assert isinstance(document, Mapping)
    outer = _outer(document, scene)
    fill = partial(interpolation.compose, known=interpolation.known_in(outer))
    services = document.mapping("services")
    for name, entry in services.entries.items() if services is not None else ():
        if isinstance(entry.value, Mapping):
            yield from _service(name, extended(entry.value, document, scene, 0), scene, fill)


def _outer(document: Mapping, scene: Scene) -> dict[str, Located[str]]:
    """Variables that the file is filled in with: those of the `.env` beside it."""
    from ecolint.parsers import dotenv

    if scene.embedded:
        return {}
    return dict(dotenv.from_repository(scene.repository, scene.folder, ".env", document.span))


def extended(service: Mapping, document: Mapping, scene: Scene, depth: int) -> Mapping:
    """A service over the one it extends, in this file or in another one of the repository."""
    extends = service.get("extends")
    if extends is None or depth >= EXTENDS_LIMIT:
        return service
    if isinstance(extends, Scalar):
        base = document.mapping("services", extends.text)
        return overlaid(extended(base, document, scene, depth + 1), service) if base is not None else service
    if not isinstance(extends, Mapping):
        return service
    name, path = extends.text("service"), extends.text("file")
    documents: list[AnyNode] = [document]
    if path:
        documents = scene.foreign(scene.beside(path), extends.span)
    for other in documents:
        base = other.mapping("services", name) if isinstance(other, Mapping) else None
        if base is not None and isinstance(other, Mapping):
            return overlaid(extended(base, other, scene, depth + 1), service)
    return service


def _service(name: str, service: Mapping, scene: Scene, fill: Fill) -> Iterator[CommandLine]:
    environment = _environment(service, scene, fill)
    image = interpolation.image_name(service.scalar("image"), fill)
    asked = _machine(service).or_else(machine.of_image(image)).or_else(machine.of_path(scene.path))
    launch = Launch(
        service.span,
        image,
        environment,
        environment,
        asked.gpu,
        asked.count,
        when=service.when,
        note=f"service {name}",
    )
    words = [
        *arguments(service.get("entrypoint"), fill),
        *arguments(service.get("command"), fill),
    ]
    yield from run_words(launch, words)


def _environment(service: Mapping, scene: Scene, fill: Fill) -> dict[str, Located[str]]:
    """`environment` over the files of `env_file`."""
    from ecolint.parsers import dotenv

    found: dict[str, Located[str]] = {}
    files = service.get("env_file")
    for item in [files] if isinstance(files, (Scalar, Mapping)) else service.items("env_file"):
        path = (
            item if isinstance(item, Scalar) else item.scalar("path") if isinstance(item, Mapping) else None
        )
        if path is not None and not scene.embedded:
            found.update(dotenv.from_repository(scene.repository, scene.folder, path.text, path.span))
    return {**found, **environment_of(service.get("environment"), fill)}


def _machine(service: Mapping) -> Machine:
    """What `deploy.resources.reservations.devices` and `runtime` ask for."""
    devices = service.mappings("deploy", "resources", "reservations", "devices")
    for device in devices:
        driver = device.text("driver").lower()
        if driver in ("amd", "amdgpu", "rocm"):
            return Machine(machine.named(device.scalar("driver")))
        count = device.scalar("count")
        if count is not None and count.text not in ALL:
            return Machine(Located(), machine.counted(count))
    runtime = service.scalar("runtime")
    if runtime is not None and runtime.text in ("habana", "amd"):
        word = "gaudi" if runtime.text == "habana" else "amd"
        return Machine(Located(word, machine.Known.STATED, runtime.span))
    return machine.NO_MACHINE


KIND = DocumentKind("compose", recognise, read, priority=20)

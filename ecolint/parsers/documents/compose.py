"""Compose files: services, with `extends`, `env_file`, `.env` and the interpolation of variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine, switches
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.interpolation import Known as Find
from ecolint.parsers.documents.launch import Launch, arguments, environment_of, run_words, stated
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence, overlaid
from ecolint.parsers.trees.passages import Passage
from ecolint.records import replace
from ecolint.source import Span
from ecolint.statements import CommandLine

if TYPE_CHECKING:
    from ecolint.parsers.dockerish.images import Image

SERVICE_KEYS = frozenset(("image", "build", "command", "entrypoint", "extends"))
IMAGE_KEYS = ("image", "build")
EXTENDS_LIMIT = 5
DEVICES = (("/dev/kfd", "amd"), ("/dev/accel", "gaudi"), ("/dev/neuron", "neuron"), ("/dev/davinci", "npu"))
RUNTIMES = {"habana": "gaudi"}


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or "apiVersion" in document.entries:
        return False
    services = document.mapping("services")
    return services is not None and any(
        isinstance(entry.value, Mapping) and SERVICE_KEYS & entry.value.entries.keys()
        for entry in services.entries.values()
    )


def read(document: AnyNode, scene: Scene) -> Iterator[CommandLine]:
    """One command line for each service."""
    assert isinstance(document, Mapping)
    services = document.mapping("services")
    assert services is not None
    known = _variables(scene, services.span)
    others = _overrides(scene, services.span)
    below = _overridden(scene, services.span)
    for name, entry in services.entries.items():
        if isinstance(entry.value, Mapping):
            service = _extended(entry.value, services, scene, 0)
            if below is not None and service.entries.keys().isdisjoint(IMAGE_KEYS):
                service = _with_image_of(service, below.mapping(name))
            over = others.mapping(name) if others is not None else None
            yield from _service(name, service, over, entry.span, scene, known)


def _overridden(scene: Scene, place: Span) -> Mapping | None:
    """Services of the file that an override file is merged with."""
    stem, found, ending = scene.name.partition(".override.")
    if scene.embedded or not found:
        return None
    return _services_of((f"{stem}.{ending}",), scene, place)


def _with_image_of(service: Mapping, base: Mapping | None) -> Mapping:
    given = {key: base.entries[key] for key in IMAGE_KEYS if key in base.entries} if base is not None else {}
    if not given:
        return service
    result = overlaid(service, service)
    result.entries.update(given)
    return result


def _overrides(scene: Scene, place: Span) -> Mapping | None:
    """Services of the override file, which is merged where the Compose file is used as it is named."""
    stem = scene.name.rpartition(".")[0]
    if scene.embedded or stem not in ("compose", "docker-compose"):
        return None
    return _services_of((f"{stem}.override.yml", f"{stem}.override.yaml"), scene, place)


def _services_of(files: Iterable[str], scene: Scene, place: Span) -> Mapping | None:
    """Services of the first of some files beside this one that is there."""
    for file in files:
        for root in scene.foreign(scene.beside(file), place):
            if isinstance(root, Mapping):
                return root.mapping("services")
    return None


def _variables(scene: Scene, place: Span) -> Find:
    """Variables of the `.env` file beside the Compose file."""
    from ecolint.parsers import dotenv

    if scene.embedded:
        return interpolation.nothing_known
    return interpolation.known_in(dotenv.from_repository(scene.repository, scene.folder, ".env", place))


def _extended(service: Mapping, services: Mapping, scene: Scene, depth: int) -> Mapping:
    """The service over the one that it extends, in this file or another one."""
    extends = service.get("extends")
    if extends is None or depth >= EXTENDS_LIMIT:
        return service
    name = extends.text if isinstance(extends, Scalar) else ""
    others: Mapping | None = services
    if isinstance(extends, Mapping):
        name = extends.text("service")
        file = extends.scalar("file")
        if file is not None:
            others = None
            for root in scene.foreign(scene.beside(file.text), extends.span):
                others = root.mapping("services") if isinstance(root, Mapping) else None
    base = others.mapping(name) if others is not None else None
    if base is None or others is None:
        return service
    result = overlaid(_extended(base, others, scene, depth + 1), service)
    result.entries.pop("extends", None)
    return result


def _service(
    name: str, service: Mapping, over: Mapping | None, span: Span, scene: Scene, known: Find
) -> Iterator[CommandLine]:
    """The command line of a service, but for what an override of it says: that is told where it stands."""
    fill = partial(interpolation.compose, known=known)
    environment = {**_env_files(service, scene), **_environment(service, fill, known)}
    for variable in environment_of(over.get("environment")) if over is not None else ():
        environment.pop(variable, None)
    words = [
        word
        for key in ("entrypoint", "command")
        if over is None or key not in over.entries
        for word in arguments(service.get(key), fill)
    ]
    image = interpolation.image_name(service.scalar("image"), fill)
    start: tuple[str, ...] | None = ()
    variables = environment
    built = _built(service, scene)
    if built is not None and (words or not built.is_own):
        image = built.base
        start = () if "entrypoint" in service.entries else built.start
        variables = {**built.variables, **environment}
    asked = (
        _reserved(service)
        .or_else(machine.of_image(image))
        .or_else(machine.of_path(scene.path))
        .or_else(_devices(service))
    )
    launch = Launch(
        span,
        image,
        environment,
        variables,
        asked.gpu,
        asked.count,
        when=service.when or switches.of_service(service),
        note=f"service {name}",
    )
    scene.spend_on(words, len(environment), span)
    if start is not None:
        yield from run_words(launch, words, [stated(word, span, image.origin) for word in start])


def _built(service: Mapping, scene: Scene) -> Image | None:
    """The image that the service builds, where its Dockerfile is seen."""
    if scene.embedded or "build" not in service.entries:
        return None
    from ecolint.parsers.dockerish.images import image_of

    return image_of(service, scene.folder, scene.repository)


def _environment(service: Mapping, fill: partial[Passage], known: Find) -> dict[str, Located[str]]:
    """`environment:`; a variable without a value is passed on from outside."""
    found = environment_of(service.get("environment"), fill)
    for key, value in found.items():
        outside = known(key) if value.is_dynamic and value.origin == "set elsewhere" else None
        if outside is not None:
            found[key] = replace(value, value=outside[0], known=Known.DERIVED, origin=outside[1])
    return found


def _env_files(service: Mapping, scene: Scene) -> dict[str, Located[str]]:
    from ecolint.parsers import dotenv

    files = service.get("env_file")
    nodes = files.items if isinstance(files, Sequence) else [files] if files is not None else []
    found: dict[str, Located[str]] = {}
    for node in nodes:
        path = node.scalar("path") if isinstance(node, Mapping) else node
        if scene.embedded or not isinstance(path, Scalar) or not path.is_settled:
            continue
        given = dotenv.from_repository(scene.repository, scene.folder, path.text, path.span)
        found = dotenv.over(found, given or dotenv.UNSEEN)
    return found


def _reserved(service: Mapping) -> Machine:
    for devices in (
        service.mappings("deploy", "resources", "reservations", "devices"),
        service.mappings("gpus"),
    ):
        for device in devices:
            capabilities = {item.text for item in device.items("capabilities") if isinstance(item, Scalar)}
            driver = device.text("driver")
            if not capabilities & {"gpu", "nvidia"} and driver not in ("nvidia", "amd", "cdi"):
                continue
            gpu = Located("amd", Known.STATED, device.span) if driver == "amd" else Located[str]()
            listed = device.items("device_ids")
            if listed:
                return Machine(gpu, Located(len(listed), Known.STATED, device.span))
            return Machine(gpu, machine.counted(device.get("count")))
    return machine.NO_MACHINE


def _devices(service: Mapping) -> Machine:
    runtime = service.scalar("runtime")
    if runtime is not None and runtime.text in RUNTIMES:
        return Machine(Located(RUNTIMES[runtime.text], Known.STATED, runtime.span))
    for item in service.items("devices"):
        for path, word in DEVICES:
            if isinstance(item, Scalar) and item.text.startswith(path):
                return Machine(Located(word, Known.STATED, item.span))
    return machine.NO_MACHINE


KIND = DocumentKind("compose", recognise, read, priority=35)

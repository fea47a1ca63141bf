"""Pods: containers as Kubernetes and what is built on it write them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import partial

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine
from ecolint.parsers.documents.base import Scene
from ecolint.parsers.documents.launch import Launch, arguments, environment_of, run_words
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, walk
from ecolint.parsers.trees.passages import Passage, words_of
from ecolint.records import dataclass, replace
from ecolint.source import Span
from ecolint.statements import CONCURRENCY_KEYS, CommandLine

SIDES = (("containers", "container"), ("initContainers", "init container"))
MODEL_LABELS = ("ai.gke.io/model", "model", "model-name", "serving.kserve.io/model")
MODEL_SCHEMES = ("hf://", "huggingface://", "pvc+hf://")
CONFIG_FILES = 40
"""Files of a folder that are searched for a ConfigMap."""
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
GENERATOR = "configMapGenerator"


@dataclass(frozen=True, slots=True)
class Around:
    """What a pod's surroundings say of its containers: where it stands, its model, words that go first."""

    note: str = ""
    model: Located[str] = Located()
    words: tuple[str, ...] = ()
    origin: str = ""
    machine: Machine = machine.NO_MACHINE
    concurrency: Located[int] = Located()
    extra: tuple[str, ...] = ()


def pods_of(document: AnyNode) -> Iterator[Mapping]:
    """Every mapping that has containers."""
    for mapping in walk(document):
        if any(
            isinstance(item, Mapping) and _is_container(item)
            for key, _ in SIDES
            for item in mapping.items(key)
        ):
            yield mapping


def _is_container(item: Mapping) -> bool:
    return "image" in item.entries or "name" in item.entries or "command" in item.entries


def read_pod(pod: Mapping, scene: Scene, around: Around) -> Iterator[CommandLine]:
    """The command lines of a pod's containers."""
    asked = around.machine.or_else(machine.of_pod(pod))
    for key, what in SIDES:
        for container in pod.mappings(key):
            note = " ".join(part for part in (around.note, what, container.text("name")) if part)
            inner = replace(around, note=note, machine=asked, concurrency=concurrency_of(pod))
            yield from read_container(container, scene, inner)


def concurrency_of(mapping: Mapping) -> Located[int]:
    """How many requests a platform hands to one pod or container at once."""
    key = next((key for key in CONCURRENCY_KEYS if key in mapping.entries), None)
    if key is None:
        return Located()
    entry = mapping.entries[key]
    return replace(machine.counted(entry.value), span=entry.span, place=mapping.sheet.place, origin=key)


def read_container(container: Mapping, scene: Scene, around: Around) -> Iterator[CommandLine]:
    """The command line of one container: `command` and `args`, its environment and what it runs on."""
    environment = container_environment(container, scene)
    fill = partial(interpolation.kubernetes, environment=environment)
    image = interpolation.image_name(container.scalar("image"))
    own = machine.of_resources(container.mapping("resources"))
    asked = own.or_else(around.machine).or_else(machine.of_image(image)).or_else(machine.of_path(scene.path))
    span = container.span
    command = arguments(container.get("command"), fill)
    before: list[Located[str]] = []
    if not command and around.words:
        before = [Located(word, Known.DERIVED, span, None, around.origin) for word in around.words]
    extra = [word for name in around.extra for word in split_variable(environment.get(name), container)]
    launch = Launch(
        span,
        image,
        environment,
        environment,
        asked.gpu,
        asked.count,
        around.model,
        container.when,
        around.note,
        around.concurrency,
    )
    words = [*command, *arguments(container.get("args"), fill), *extra]
    scene.spend_on(words, len(environment), span)
    yield from run_words(launch, words, before)


def container_environment(container: Mapping, scene: Scene) -> dict[str, Located[str]]:
    """`env` over `envFrom`; values may refer to variables before them."""
    from ecolint.parsers import dotenv

    environment: dict[str, Located[str]] = {}
    for source in container.mappings("envFrom"):
        name = source.scalar("configMapRef", "name")
        if name is not None:
            prefix = source.text("prefix")
            given = config_map(name.text, scene, name.span)
            environment.update(
                {prefix + key: value for key, value in given.items()} if given else dotenv.UNSEEN
            )
        else:
            environment.update(dotenv.UNSEEN)
    own = container.get("env")
    if isinstance(own, Scalar) or own is None:
        return environment
    referred = dict(_referred(container, scene))
    result = {**environment, **environment_of(own), **referred}
    return {
        **result,
        **environment_of(own, partial(interpolation.kubernetes, environment=result)),
        **referred,
    }


def _referred(container: Mapping, scene: Scene) -> Iterator[tuple[str, Located[str]]]:
    """Variables whose value is an entry of a ConfigMap that is seen."""
    for item in container.mappings("env"):
        name = item.scalar("valueFrom", "configMapKeyRef", "name")
        given = config_map(name.text, scene, name.span) if name is not None else {}
        value = given.get(item.text("valueFrom", "configMapKeyRef", "key"))
        if value is not None:
            yield item.text("name"), value


def config_map(name: str, scene: Scene, place: Span) -> dict[str, Located[str]]:
    """Data of a ConfigMap of this name: in the same file, or in a file beside it."""
    for document in scene.documents:
        if isinstance(document, Mapping) and _is_config_map(document, name):
            return environment_of(document.get("data"))
    if scene.embedded:
        return {}
    kustomization = kustomization_in(scene.folder, scene, place)
    for generator in kustomization.mappings(GENERATOR) if kustomization is not None else ():
        if generator.text("name") == name:
            return generated_variables(generator, scene, place)
    for entry in scene.repository.list(scene.folder)[:CONFIG_FILES]:
        path = scene.beside(entry)
        if not entry.lower().endswith((".yaml", ".yml")) or path == scene.path:
            continue
        text = scene.text_of(path)
        if text is None or "ConfigMap" not in text or name not in text:
            continue
        for document in scene.foreign(path, place):
            if isinstance(document, Mapping) and _is_config_map(document, name):
                return environment_of(document.get("data"))
    return {}


def kustomization_in(folder: str, scene: Scene, place: Span) -> Mapping | None:
    """The kustomization of a folder, its values at a place of the file that is read."""
    listed = scene.repository.list(folder)
    for name in KUSTOMIZATIONS:
        for document in scene.foreign(posixpath.join(folder, name), place) if name in listed else ():
            if isinstance(document, Mapping):
                return document
    return None


def generated_variables(generator: Mapping, scene: Scene, place: Span) -> dict[str, Located[str]]:
    """What a ConfigMap holds that a kustomization beside the file makes."""
    from ecolint.parsers import dotenv

    found: dict[str, Located[str]] = {}
    for item in (*generator.items("envs"), generator.get("env")):
        if isinstance(item, Scalar) and item.is_settled:
            given = dotenv.from_repository(scene.repository, scene.folder, item.text, place)
            found.update(given or dotenv.UNSEEN)
    return {**found, **environment_of(generator.get("literals"))}


def _is_config_map(document: Mapping, name: str) -> bool:
    return document.text("kind") == "ConfigMap" and document.text("metadata", "name") == name


def split_variable(variable: Located[str] | None, container: Mapping) -> list[Passage]:
    """The words of a variable that holds a whole argument list."""
    if variable is None or not variable.is_known:
        return []
    for item in container.mappings("env"):
        value = item.scalar("value")
        if value is not None and item.span == variable.span:
            return words_of(Passage.of(value))
    return []


def model_of_labels(document: AnyNode) -> Located[str]:
    """The model that a label of the workload names, as a hint where nothing else does."""
    for mapping in walk(document):
        for place in ("labels", "annotations"):
            labels = mapping.mapping(place)
            if labels is None:
                continue
            for key in MODEL_LABELS:
                value = labels.scalar(key)
                if value is not None and value.is_settled and any(sign.isdigit() for sign in value.text):
                    return Located(value.text, Known.DERIVED, value.span, None, f"label {key}")
    return Located()


def model_uri(scalar: Scalar | None) -> Located[str]:
    """The model behind `hf://org/model`; other places of storage tell no name."""
    if scalar is None or not scalar.is_settled:
        return Located()
    for scheme in MODEL_SCHEMES:
        if scalar.text.startswith(scheme):
            name = scalar.text.removeprefix(scheme).split("?")[0]
            return Located(":".join(name.split(":")[:1]), Known.STATED, scalar.span, scalar.span)
    return Located()

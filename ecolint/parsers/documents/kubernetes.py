"""Kubernetes manifests: every kind whose pods have containers, custom ones too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.parsers.documents import switches
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.interpolation import image_name
from ecolint.parsers.documents.launch import Launch, environment_of, run_script, run_words, script_lines
from ecolint.parsers.documents.machine import of_pod
from ecolint.parsers.documents.pods import (
    Around,
    container_environment,
    model_of_labels,
    pods_of,
    read_container,
    read_pod,
)
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, pinned, walk
from ecolint.records import replace
from ecolint.statements import CommandLine, Statement

WORKFLOWS = ("Workflow", "WorkflowTemplate")
SHELL = re.compile(r"(?:^|[/ ])(?:ba|z|da|a|k)?sh(?: |$)")
EMBEDDED_FILES = (".yaml", ".yml", ".json", ".sh", ".bash", ".env", ".toml", ".pbtxt", ".py")


def recognise(document: AnyNode, scene: Scene) -> bool:
    return isinstance(document, Mapping) and bool(document.text("kind")) and "apiVersion" in document.entries


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """Containers of the manifest; of a List those of its items."""
    assert isinstance(document, Mapping)
    kind = document.text("kind")
    if kind.endswith("List") and document.items("items"):
        from ecolint.parsers.documents.base import read_document

        inner = replace(scene, depth=scene.depth + 1)
        if inner.depth < 4:
            for item in document.items("items"):
                yield from read_document(item, inner)
        return
    if kind == "ConfigMap":
        yield from _files(document, scene)
        yield from _variables(document)
        return
    if kind.endswith(WORKFLOWS):
        yield from _templates(document, scene)
    yield from workload(document, scene)


def workload(document: Mapping, scene: Scene) -> Iterator[CommandLine]:
    """The containers of one manifest."""
    note = " ".join(part for part in (document.text("kind"), document.text("metadata", "name")) if part)
    hint = model_of_labels(document)
    when = switches.of_workload(document)
    for pod in pods_of(document):
        for line in read_pod(pod, scene, Around(note)):
            if hint.is_set and not line.model.is_set:
                line = replace(line, model=hint)
            yield replace(line, when=line.when or when) if when else line


def _variables(document: Mapping) -> Iterator[CommandLine]:
    """What a ConfigMap sets for the programs that are given it, as far as the names tell which those are."""
    data = document.get("data")
    if data is not None:
        launch = Launch(
            data.span, environment=environment_of(data), note=f"ConfigMap {document.text('metadata', 'name')}"
        )
        yield from run_words(launch, [])


def _templates(document: Mapping, scene: Scene) -> Iterator[Statement]:
    """The steps of an Argo workflow: a container, or a script."""
    for template in (item for mapping in walk(document) for item in mapping.mappings("templates")):
        note = f"template {template.text('name')}"
        container, script = template.mapping("container"), template.mapping("script")
        if container is not None:
            yield from read_container(container, scene, Around(note, machine=of_pod(template)))
        if script is not None and SHELL.search(" ".join(_texts(script.items("command")))):
            environment = container_environment(script, scene)
            image = image_name(script.scalar("image"))
            launch = Launch(script.span, image, environment, environment, note=note)
            yield from run_script(launch, script_lines(script.get("source")))


def _texts(items: list[AnyNode]) -> Iterator[str]:
    return (item.text for item in items if isinstance(item, Scalar))


def _files(document: Mapping, scene: Scene) -> Iterator[Statement]:
    """Files that a ConfigMap holds, by their names."""
    from ecolint.parsers.embedded import file_statements

    data = document.mapping("data")
    for name, entry in data.entries.items() if data is not None else ():
        value = entry.value
        if isinstance(value, Scalar) and name.lower().endswith(EMBEDDED_FILES):
            content = value.content
            if value.sheet.origin:
                content = pinned(content.text, value.span)
            folder = f"{scene.folder}/" if scene.folder else ""
            yield from file_statements(folder + name, content, scene.repository)


KIND = DocumentKind("kubernetes", recognise, read, priority=40)

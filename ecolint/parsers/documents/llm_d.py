"""Values that hold whole containers: llm-d's model service chart, and charts that take pod templates."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.pods import Around, concurrency_of, model_uri, pods_of, read_container
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.statements import CommandLine

COMMANDS = {"vllmServe": ("vllm", "serve")}


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or "kind" in document.entries or "services" in document.entries:
        return False
    return any(True for _ in pods_of(document))


def read(document: AnyNode, scene: Scene) -> Iterator[CommandLine]:
    """The containers that say what they run."""
    assert isinstance(document, Mapping)
    model = model_uri(document.scalar("modelArtifacts", "uri"))
    name = document.scalar("modelArtifacts", "name")
    if not model.is_set and name is not None and name.is_settled:
        model = Located(name.text, Known.STATED, name.span, name.span)
    for pod in pods_of(document):
        asked = machine.of_pod(pod).or_else(machine.of_document(document))
        for container in pod.mappings("containers"):
            words = COMMANDS.get(container.text("modelCommand"), ())
            if words or "image" in container.entries:
                note = f"container {container.text('name')}".strip()
                around = Around(note, model, words, "modelCommand", asked, concurrency_of(pod))
                yield from read_container(container, scene, around)


KIND = DocumentKind("llm-d", recognise, read, priority=55, exclusive=False)

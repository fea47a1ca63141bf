"""`VLLMRuntime` objects of the production-stack's operator."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.parsers.trees.passages import Passage
from ecolint.statements import Config, Tree


def recognise(document: AnyNode, scene: Scene) -> bool:
    return isinstance(document, Mapping) and document.text("kind") == "VLLMRuntime"


def read(document: AnyNode, scene: Scene) -> Iterator[Config]:
    """`spec.model` and `spec.vllmConfig` are options of one server."""
    assert isinstance(document, Mapping)
    spec = document.mapping("spec")
    if spec is None:
        return
    tree: dict[str, Located[object]] = {}
    for key in ("model", "vllmConfig"):
        part = spec.mapping(key)
        options: Tree = part.tree() if part is not None else {}
        tree.update(options)
    named = spec.scalar("model", "modelURL")
    count = machine.counted(spec.get("deploymentConfig", "resources", "gpu"))
    asked = Machine(count=count).or_else(machine.of_pod(spec))
    yield Config(
        "vllm-helm",
        tree,
        spec.span,
        asked.gpu,
        asked.count,
        Passage.of(named).located() if named is not None else Located(),
        spec.when,
        f"VLLMRuntime {document.text('metadata', 'name')}".strip(),
    )


KIND = DocumentKind("vllm-runtime", recognise, read, priority=30)

"""Ray Serve: `serveConfigV2` of a RayService, and Serve's own configuration files."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.kubernetes import workload
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, walk
from ecolint.records import replace
from ecolint.statements import Config, Statement

TELLING = ("model_loading_config", "engine_kwargs")


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    if document.text("apiVersion").startswith("ray.io/"):
        return True
    return bool(document.mappings("applications")) or all(key in document.entries for key in TELLING)


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """LLM configurations, and the containers of the cluster."""
    assert isinstance(document, Mapping)
    if not document.text("apiVersion").startswith("ray.io/"):
        yield from _configurations(document)
        return
    text = document.get("spec", "serveConfigV2")
    if isinstance(text, Scalar):
        for statement in scene.inner(text.content):
            yield _on_cluster(statement, document)
    yield from workload(document, scene)


def _configurations(document: Mapping) -> Iterator[Config]:
    for mapping in walk(document):
        if any(key in mapping.entries for key in TELLING):
            card = machine.named(mapping.scalar("accelerator_type"))
            yield Config("ray-serve-llm", mapping.tree(), mapping.span, gpu=card, when=mapping.when)


def _on_cluster(statement: Statement, document: Mapping) -> Statement:
    """With the accelerator that the cluster's workers select, where there is one kind of them."""
    if not isinstance(statement, Config) or statement.gpu.is_set:
        return statement
    found = [machine.of_pod(mapping) for mapping in walk(document) if "nodeSelector" in mapping.entries]
    cards = {item.gpu.value: item.gpu for item in found if item.gpu.is_known}
    gpu: Located[str] = next(iter(cards.values())) if len(cards) == 1 else Located()
    return replace(statement, gpu=gpu)


KIND = DocumentKind("kuberay", recognise, read, priority=30)

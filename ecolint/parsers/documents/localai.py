"""LocalAI: one file for each model."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Sequence
from ecolint.statements import Config

SIGNS = frozenset(
    (
        "backend",
        "context_size",
        "f16",
        "template",
        "stopwords",
        "mmap",
        "gpu_layers",
        "usage",
        "known_usecases",
        "roles",
    )
)


def _is_model(node: AnyNode) -> bool:
    return (
        isinstance(node, Mapping)
        and node.scalar("parameters", "model") is not None
        and "apiVersion" not in node.entries
        and ("name" in node.entries or bool(SIGNS & node.entries.keys()))
        and bool({"name", *SIGNS} & node.entries.keys() - {"template"})
    )


def recognise(document: AnyNode, scene: Scene) -> bool:
    if isinstance(document, Sequence):
        return bool(document.items) and all(map(_is_model, document.items))
    return _is_model(document)


def read(document: AnyNode, scene: Scene) -> Iterator[Config]:
    """The model, or each of a list of models."""
    for node in document.items if isinstance(document, Sequence) else [document]:
        if isinstance(node, Mapping):
            yield Config("localai", node.tree(), node.span, when=node.when, note=f"model {node.text('name')}")


KIND = DocumentKind("localai", recognise, read, priority=50)

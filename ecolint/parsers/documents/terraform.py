"""Terraform: values of Helm releases, and manifests that are written in or as HCL."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents import helm
from ecolint.parsers.documents.base import DocumentKind, Scene, is_mapping_with, read_document
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence, walk
from ecolint.records import replace
from ecolint.statements import Statement

TEXT_KEYS = ("yaml_body", "manifest")
VALUES = "values.yaml"


def recognise(document: AnyNode, scene: Scene) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("resource"), Sequence)


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What charts and manifests run."""
    inner = replace(scene, path=scene.beside(VALUES), depth=scene.depth + 1)
    for mapping in walk(document):
        if "chart" in mapping.entries:
            for values in mapping.items("values"):
                yield from _values(values, inner)
        if is_mapping_with(mapping, "apiVersion", "kind"):
            yield from read_document(mapping, inner)
        for key in TEXT_KEYS:
            text = mapping.scalar(key)
            if text is not None:
                yield from scene.inner(text.content)


def _values(node: AnyNode, scene: Scene) -> Iterator[Statement]:
    if isinstance(node, Scalar):
        yield from scene.inner(node.content)
    elif helm.recognise(node, scene):
        yield from helm.read(node, scene)


KIND = DocumentKind("terraform", recognise, read, priority=56, exclusive=False)

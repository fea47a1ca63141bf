"""Terraform: values of Helm releases, and manifests that are written in or as HCL."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents import helm, switches
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
    off = switches.of_blocks(document)
    for mapping in walk(document):
        when = off.get(id(mapping))
        yield from (replace(item, when=item.when or when) for item in _of_block(mapping, scene))


def _of_block(block: Mapping, scene: Scene) -> Iterator[Statement]:
    inner = replace(scene, path=scene.beside(VALUES), depth=scene.depth + 1)
    if "chart" in block.entries:
        for values in block.items("values"):
            yield from _values(values, inner)
    if is_mapping_with(block, "apiVersion", "kind"):
        yield from read_document(block, inner)
    for key in TEXT_KEYS:
        text = block.scalar(key)
        if text is not None:
            yield from scene.inner(text.content)


def _values(node: AnyNode, scene: Scene) -> Iterator[Statement]:
    if isinstance(node, Scalar):
        yield from scene.inner(node.content)
    elif helm.recognise(node, scene):
        yield from helm.read(node, scene)


KIND = DocumentKind("terraform", recognise, read, priority=56, exclusive=False)

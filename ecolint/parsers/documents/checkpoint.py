"""A checkpoint's `config.json`: the quantisation that it was saved with."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.statements import Config, Statement

FILES = ("quantization_config.json", "quantize_config.json")
MODEL_KEYS = ("_name_or_path", "name_or_path")


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    return document.mapping("quantization_config") is not None or scene.name in FILES


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """The quantisation, with the name of the checkpoint where it is written down."""
    assert isinstance(document, Mapping)
    inner = document.mapping("quantization_config")
    model: Located[str] = Located()
    for key in MODEL_KEYS:
        name = document.scalar(key)
        if name is not None and name.text:
            model = Located(name.text, Known.STATED, name.span, name.span)
    chosen = inner if inner is not None else document
    yield Config("hf-quantization", chosen.tree(), chosen.span, model=model)


KIND = DocumentKind("checkpoint", recognise, read, priority=60)

"""Descriptions of interfaces and of files: their examples and defaults are run by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.statements import Statement

INTERFACES = ("openapi", "swagger", "asyncapi")
"""Keys that tell the version of a language for descriptions of interfaces."""
DEFINITION = "CustomResourceDefinition"
SCHEMAS = "json-schema.org/"


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    is_interface = "info" in document.entries and any(document.text(key) for key in INTERFACES)
    return is_interface or document.text("kind") == DEFINITION or SCHEMAS in document.text("$schema")


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    yield from ()


KIND = DocumentKind("descriptions", recognise, read, priority=10)

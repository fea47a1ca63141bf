"""KubeAI: `Model` objects, and the catalog of its chart's values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.documents.pods import Around, read_container
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.records import replace
from ecolint.statements import CommandLine

ENGINES = {"vllm": ("vllm", "serve"), "ollama": ("ollama", "serve"), "sglang": ("sglang", "serve")}
PROFILE = re.compile(r"(?P<card>.+?)(?::(?P<count>\d+))?\Z")
VENDORS = re.compile(r"^(?:nvidia|amd)-gpu-|^(?:nvidia|amd)-")


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    if document.text("kind") == "Model" and document.text("apiVersion").startswith("kubeai.org/"):
        return True
    return any(True for _ in _catalog(document))


def read(document: AnyNode, scene: Scene) -> Iterator[CommandLine]:
    """One command line for each model."""
    assert isinstance(document, Mapping)
    spec = document.mapping("spec")
    if document.text("kind") == "Model" and spec is not None:
        yield from _model(document.text("metadata", "name"), spec, scene, None)
        return
    for name, model in _catalog(document):
        off = None if model.text("enabled") == "true" else "only when the catalog entry is enabled"
        yield from _model(name, model, scene, off)


def _catalog(document: Mapping) -> Iterator[tuple[str, Mapping]]:
    catalog = document.mapping("catalog") or document.mapping("models", "catalog")
    for name, entry in catalog.entries.items() if catalog is not None else ():
        if isinstance(entry.value, Mapping) and {"url", "engine"} <= entry.value.entries.keys():
            yield name, entry.value


def _model(name: str, model: Mapping, scene: Scene, when: str | None) -> Iterator[CommandLine]:
    words = ENGINES.get(model.text("engine").lower(), ())
    if not words:
        return
    around = Around(
        f"model {name}",
        _name(model.scalar("url")),
        words,
        f"engine {model.text('engine')}",
        _machine(model.scalar("resourceProfile")),
    )
    for line in read_container(model, scene, around):
        yield replace(line, when=line.when or when)


def _name(url: Scalar | None) -> Located[str]:
    if url is None or not url.is_settled or "://" not in url.text:
        return Located()
    scheme, _, name = url.text.partition("://")
    if scheme not in ("hf", "ollama"):
        return Located()
    return Located(name.split("?")[0], Known.STATED, url.span, url.span)


def _machine(profile: Scalar | None) -> Machine:
    if profile is None or not profile.is_settled:
        return machine.NO_MACHINE
    match = PROFILE.match(profile.text)
    if match is None:
        return machine.NO_MACHINE
    card = match["card"].lower()
    text = next((word for word in ("cpu", "tpu") if word in card.split("-")), VENDORS.sub("", card))
    count = Located(int(match["count"]), Known.STATED, profile.span) if match["count"] else Located()
    return Machine(Located(text, Known.STATED, profile.span), count)


KIND = DocumentKind("kubeai", recognise, read, priority=30)

"""BentoML: services in configuration files, and the command-line arguments that BentoVLLM is given."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, arguments, environment_of, run_words
from ecolint.parsers.trees.nodes import AnyNode, Mapping, walk
from ecolint.parsers.trees.passages import Passage
from ecolint.statements import Config, Statement

SERVICE_KEYS = frozenset(("traffic", "resources", "workers", "scaling"))
MODEL_KEYS = ("model_id", "bentovllm_model_id", "model", "hf_model_id")
ARGUMENT_KEYS = ("cli_args", "bentovllm_cli_args")


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    return bool(list(_services(document))) or any(
        key in mapping.entries for mapping in walk(document) for key in ARGUMENT_KEYS
    )


def _services(document: Mapping) -> Iterator[tuple[str, Mapping]]:
    services = document.mapping("services")
    for name, entry in services.entries.items() if services is not None else ():
        value = entry.value
        if isinstance(value, Mapping) and "traffic" in value.entries and value.entries.keys() <= SERVICE_KEYS:
            yield name, value


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """Services with their traffic limits, and vLLM as started with `cli_args`."""
    assert isinstance(document, Mapping)
    for name, service in _services(document):
        resources = service.mapping("resources")
        card = machine.named(resources.scalar("gpu_type") if resources else None)
        yield Config("bentoml", service.tree(), service.span, card, note=f"service {name}")
    for mapping in walk(document):
        for key in ARGUMENT_KEYS:
            if key in mapping.entries:
                yield from _vllm(mapping, key, document)


def _vllm(mapping: Mapping, key: str, document: Mapping) -> Iterator[Statement]:
    named = next((found for name in MODEL_KEYS if (found := mapping.scalar(name)) is not None), None)
    span = mapping.entries[key].span
    launch = Launch(
        span,
        environment=environment_of(document.get("envs")),
        model=Passage.of(named).located() if named is not None else Located(),
        note=key,
    )
    program = [
        Located(word, Known.DERIVED, span, None, f"{key} are options of vLLM") for word in ("vllm", "serve")
    ]
    yield from run_words(launch, arguments(mapping.get(key)), program)


KIND = DocumentKind("bentoml", recognise, read, priority=30)

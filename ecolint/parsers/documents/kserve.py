"""KServe: InferenceService, ServingRuntime and LLMInferenceService."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.pods import (
    Around,
    concurrency_of,
    model_uri,
    pods_of,
    read_container,
    read_pod,
)
from ecolint.parsers.trees.nodes import AnyNode, Mapping, walk
from ecolint.records import replace
from ecolint.statements import CommandLine

HUGGINGFACE = ("python", "-m", "huggingfaceserver")
VLLM = ("vllm", "serve")
PROGRAMS = {"huggingface": HUGGINGFACE, "vllm": VLLM}
"""What serves a model of a format: KServe's own runtime, and the name that runtimes of vLLM take their models by."""
LLM_KINDS = ("LLMInferenceService", "LLMInferenceServiceConfig")
ARGUMENT_VARIABLES = ("VLLM_ADDITIONAL_ARGS",)


MODE = "serving.kserve.io/deploymentMode"
UNLIMITED_MODES = frozenset(("RawDeployment", "Standard"))
"""Ways to deploy in which nothing keeps to `containerConcurrency`."""


def recognise(document: AnyNode, scene: Scene) -> bool:
    return isinstance(document, Mapping) and document.text("apiVersion").startswith("serving.kserve.io/")


def read(document: AnyNode, scene: Scene) -> Iterator[CommandLine]:
    """The predictor of a service, or the containers of a runtime."""
    assert isinstance(document, Mapping)
    is_unlimited = document.text("metadata", "annotations", MODE) in UNLIMITED_MODES
    for line in _lines(document, scene):
        yield replace(line, concurrency=Located()) if is_unlimited else line


def _lines(document: Mapping, scene: Scene) -> Iterator[CommandLine]:
    kind = document.text("kind")
    note = " ".join(part for part in (kind, document.text("metadata", "name")) if part)
    if kind in LLM_KINDS:
        yield from _llm_service(document, scene, note)
        return
    for mapping in walk(document):
        for key in ("model", "huggingface"):
            model = mapping.mapping(key)
            form = _format(key, model) if model is not None else ""
            if model is not None and form in PROGRAMS:
                yield from _model(mapping, model, form, scene, note)
    formats = {item.text("name") for item in document.mappings("spec", "supportedModelFormats")}
    for pod in pods_of(document):
        words = HUGGINGFACE if "huggingface" in formats else ()
        yield from read_pod(pod, scene, Around(note, _storage(pod), words, "huggingface runtime"))


def _format(key: str, model: Mapping) -> str:
    """The format of a predictor's model; empty where nothing tells that it is one."""
    if key == "huggingface":
        return key if model.entries.keys() & {"args", "env", "storageUri"} else ""
    return model.text("modelFormat", "name").lower()


def _model(predictor: Mapping, model: Mapping, form: str, scene: Scene, note: str) -> Iterator[CommandLine]:
    around = Around(
        note,
        _storage(model),
        PROGRAMS[form],
        f"model format {form}",
        machine.of_pod(predictor).or_else(machine.without_accelerator(model.mapping("resources"))),
        concurrency_of(predictor),
    )
    yield from read_container(model, scene, around)


def _storage(mapping: Mapping) -> Located[str]:
    return model_uri(mapping.scalar("storageUri") or mapping.scalar("storage", "storageUri"))


def _llm_service(document: Mapping, scene: Scene, note: str) -> Iterator[CommandLine]:
    model = model_uri(document.scalar("spec", "model", "uri"))
    name = document.scalar("spec", "model", "name")
    if not model.is_set and name is not None and name.is_settled and "/" in name.text:
        model = Located(name.text, Known.STATED, name.span, name.span)
    around = Around(note, model, VLLM, "LLMInferenceService runs vLLM", extra=ARGUMENT_VARIABLES)
    for pod in pods_of(document):
        yield from read_pod(pod, scene, around)


KIND = DocumentKind("kserve", recognise, read, priority=30)

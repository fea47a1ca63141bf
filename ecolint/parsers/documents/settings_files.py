"""Configuration files that are the settings themselves: engines, recipes, checkpoints.

Each is told by the keys that stand in it, and is handed on whole to the vocabulary of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecolint.inference import Known, Located
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.statements import Config, Statement


@dataclass(frozen=True, slots=True)
class Signs:
    """How a kind of file is told: `every` one of its keys, at least `least` of `some`, and none of `never`.

    Keys are compared with hyphens for underscores. `names` are file names that tell it without more.
    """

    kind: str
    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    least: int = 1
    never: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


TABLE = (
    Signs(
        "axolotl",
        ("base-model",),
        ("adapter", "micro-batch-size", "datasets", "load-in-8bit", "load-in-4bit"),
    ),
    Signs("llamafactory", ("model-name-or-path",), ("stage", "template", "finetuning-type", "infer-backend")),
    Signs(
        "triton-vllm",
        ("model",),
        (
            "gpu-memory-utilization",
            "enforce-eager",
            "max-num-seqs",
            "disable-log-requests",
            "tensor-parallel-size",
        ),
        names=("model.json",),
    ),
    Signs(
        "vllm-config",
        (),
        (
            "max-num-seqs",
            "max-num-batched-tokens",
            "gpu-memory-utilization",
            "enforce-eager",
            "max-model-len",
            "tensor-parallel-size",
            "kv-cache-dtype",
            "quantization",
            "served-model-name",
            "enable-prefix-caching",
        ),
        least=2,
        never=("apiversion", "services", "kind", "jobs", "backend", "parameters", "base-model", "stage"),
    ),
    Signs(
        "sglang-config",
        ("model-path",),
        ("mem-fraction-static", "max-running-requests", "tp-size", "quantization", "context-length", "port"),
        never=("apiversion", "services", "kind", "jobs"),
    ),
    Signs(
        "trtllm",
        (),
        ("kv-cache-config", "cuda-graph-config", "max-batch-size", "torch-compile-config", "max-num-tokens"),
        least=2,
        never=("apiversion", "services", "kind", "jobs", "model-path"),
    ),
    Signs(
        "localai",
        ("name", "parameters"),
        ("backend", "f16", "quantization", "context-size", "mmap", "options"),
    ),
    Signs("textgen-webui", (), names=("config-user.yaml", "config-user.yml", "config.yaml.webui")),
)


def kind_of(document: AnyNode, scene: Scene) -> str:
    """The kind of a settings file; empty where it is none that is known."""
    if not isinstance(document, Mapping):
        return ""
    keys = frozenset(key.replace("_", "-").lower() for key in document.entries)
    for signs in TABLE:
        if signs.names and scene.name in signs.names and not signs.some:
            return signs.kind
        if not signs.some or not keys.issuperset(signs.every) or not keys.isdisjoint(signs.never):
            continue
        if signs.names and scene.name not in signs.names:
            continue
        if len(keys.intersection(signs.some)) >= signs.least:
            return signs.kind
    return ""


def recognise(document: AnyNode, scene: Scene) -> bool:
    return bool(kind_of(document, scene))


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """The file as one configuration; of text-generation-webui one for each model."""
    assert isinstance(document, Mapping)
    kind = kind_of(document, scene)
    if kind != "textgen-webui":
        yield Config(kind, document.tree(), document.span, when=document.when)
        return
    for name, entry in document.entries.items():
        if isinstance(entry.value, Mapping):
            model = Located(name.rstrip("$").replace(".*", ""), Known.STATED, entry.key.span, entry.key.span)
            yield Config(kind, entry.value.tree(), entry.value.span, model=model)


KIND = DocumentKind("settings-file", recognise, read, priority=70)

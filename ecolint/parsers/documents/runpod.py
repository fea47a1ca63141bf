"""RunPod: the environment of serverless workers in `hub.json` and `tests.json`."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, environment_of, run_words
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.parsers.trees.passages import Passage
from ecolint.records import replace
from ecolint.statements import CommandLine

NAMES = frozenset(("hub.json", "tests.json"))
ENGINE_VARIABLES = frozenset(
    ("MAX_MODEL_LEN", "GPU_MEMORY_UTILIZATION", "MAX_NUM_SEQS", "TENSOR_PARALLEL_SIZE")
)
WORKER = "runpod/worker-v1-vllm"


def recognise(document: AnyNode, scene: Scene) -> bool:
    config = document.mapping("config") if isinstance(document, Mapping) else None
    return config is not None and scene.name in NAMES and "env" in config.entries


def read(document: AnyNode, scene: Scene) -> Iterator[CommandLine]:
    """The worker as it starts by default, and with each preset."""
    assert isinstance(document, Mapping)
    config = document.mapping("config")
    assert config is not None
    environment = _environment(config)
    if not environment.keys() & ENGINE_VARIABLES:
        return
    span = config.entries["env"].span
    image = Located(WORKER, Known.DERIVED, span, None, "variables of the vLLM worker")
    pool = config.scalar("gpuTypeId")
    launch = Launch(
        span,
        image,
        environment,
        gpu=machine.named(pool),
        gpu_count=machine.counted(config.scalar("gpuCount")),
        note=document.text("title"),
    )
    yield from run_words(launch, [])
    for preset in config.mappings("presets"):
        changed = environment_of(preset.get("defaults"))
        name = preset.text("name")
        given = replace(
            launch, environment={**environment, **changed}, span=preset.span, note=f"preset {name}"
        )
        yield from run_words(given, [])


def _environment(config: Mapping) -> dict[str, Located[str]]:
    """`{key, value}` items, and `{key, input: {default}}` items by their default."""
    found = environment_of(config.get("env"))
    for item in config.mappings("env"):
        default = item.get("input", "default")
        name = item.text("key")
        if name and isinstance(default, Scalar) and not default.is_null:
            value = Passage.of(default).located()
            found[name] = replace(value, span=item.span, place=item.sheet.place)
        elif name and "value" not in item.entries:
            found.pop(name, None)
    return found


KIND = DocumentKind("runpod", recognise, read, priority=30)

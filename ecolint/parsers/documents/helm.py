"""Helm: the values of charts, and the values that a chart's templates are written with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine, switches
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, arguments, environment_of, run_words
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, pinned, walk
from ecolint.parsers.trees.passages import Passage
from ecolint.parsers.trees.templates import Lookup
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.source import Span, Unreadable
from ecolint.statements import CommandLine, Config, Statement

ARGUMENT_KEYS = (
    "args",
    "extraArgs",
    "extraCmdArgs",
    "additionalArgs",
    "commandArgs",
    "cliArgs",
    "serverArgs",
)
COMMAND_KEYS = ("command", "entrypoint")
VARIABLE_KEYS = ("env", "extraEnv", "extraEnvVars", "envVars", "environment")
EXTRA_KEYS = ("extraEnv", "extraEnvVars")
NO_ENGINE = "only when enableEngine is on"
CHARTS = {
    "vllm": ("vllm", "serve"),
    "tgi": ("text-generation-launcher",),
    "text-generation-inference": ("text-generation-launcher",),
    "sglang": ("sglang", "serve"),
}
"""Sub-charts that are named after the engine that they run."""
MODEL_KEYS = ("LLM_MODEL_ID", "MODEL_ID", "modelId", "modelID", "modelURL", "model")
PATH_LIMIT = 12


def values_of_chart(path: str, repository: Repository) -> Lookup | None:
    """What `.Values.…` stands for in a template of a chart, by the chart's own values."""
    above, folder, _ = f"/{path}".rpartition("/templates/")
    if not folder:
        return None
    root = above.removeprefix("/")
    loaded: list[Mapping | None] = []

    def lookup(name: str) -> str | None:
        if not name.startswith((".Values.", "$.Values.")):
            return None
        if not loaded:
            file = f"{root}/values.yaml" if root else "values.yaml"
            loaded.append(repository.remembered(("values", file), partial(_values, file, repository)))
        values = loaded[0]
        keys = name.removeprefix("$").split(".")[2:]
        if values is None or len(keys) > PATH_LIMIT:
            return None
        found = values.get(*keys)
        if isinstance(found, Scalar):
            if found.is_null:
                return ""
            return found.text if found.is_settled else None
        return None if found is None else "{}" if not _holds(found) else None

    return lookup


def _holds(node: AnyNode) -> bool:
    return bool(node.entries) if isinstance(node, Mapping) else bool(getattr(node, "items", ()))


def _values(path: str, repository: Repository) -> Mapping | None:
    from ecolint.parsers.trees.yaml_tree import read_yaml

    source = repository.read(path)
    try:
        text = source.text if source is not None else ""
    except Unreadable:
        return None
    roots = [root for root in read_yaml(pinned(text, Span(0, 0)), origin=path) if isinstance(root, Mapping)]
    return roots[0] if roots else None


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or "apiVersion" in document.entries:
        return False
    if document.mapping("servingEngineSpec") is not None:
        return True
    is_values = "values" in scene.name
    return any(
        _is_workload(mapping) or any(_sub_charts(mapping)) or (is_values and _is_given(mapping))
        for mapping in walk(document)
    )


def _is_given(mapping: Mapping) -> bool:
    """Whether a chart that is not seen is given variables."""
    return any(key in mapping.entries for key in EXTRA_KEYS) and not _is_workload(mapping)


def _sub_charts(mapping: Mapping) -> Iterator[tuple[str, Mapping]]:
    """Values of charts that are named after an engine, where they give it arguments but name no image."""
    for name in CHARTS:
        values = mapping.mapping(name)
        given = values is not None and any(key in values.entries for key in ARGUMENT_KEYS)
        if values is not None and given and not _is_workload(values):
            yield name, values


def _is_workload(mapping: Mapping) -> bool:
    if not any(key in mapping.entries for key in (*ARGUMENT_KEYS, *VARIABLE_KEYS, *COMMAND_KEYS)):
        image = mapping.mapping("image")
        return image is not None and "command" in image.entries and "repository" in image.entries
    image = mapping.mapping("image")
    named = image is not None and "url" not in image.entries
    return named or isinstance(mapping.get("imageRepository"), Scalar)


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """Engines in the values of any chart; what the production-stack's chart says besides."""
    assert isinstance(document, Mapping)
    is_off = document.text("servingEngineSpec", "enableEngine") == "false"
    for model in document.mappings("servingEngineSpec", "modelSpec"):
        for config in _production_stack(model):
            yield replace(config, when=config.when or NO_ENGINE) if is_off else config
    off: dict[int, str] = {}
    for mapping in walk(document):
        _switch_off(mapping, off)
        if _is_workload(mapping):
            yield from _workload("", mapping, scene, off)
        elif _is_given(mapping):
            environment = {
                name: value for key in EXTRA_KEYS for name, value in environment_of(mapping.get(key)).items()
            }
            when = mapping.when or off.get(id(mapping))
            yield from run_words(Launch(mapping.span, environment=environment, when=when, note="values"), [])
        for name, values in _sub_charts(mapping):
            _switch_off(values, off)
            yield from _workload(name, values, scene, off)


def _switch_off(values: Mapping, off: dict[int, str]) -> None:
    """Notes by identity which values, and those in them, are of a part that is switched off."""
    when = switches.of_values(values) if id(values) not in off else None
    if when is not None:
        for inner in walk(values):
            off.setdefault(id(inner), when)


def _production_stack(model: Mapping) -> Iterator[Config]:
    name = model.scalar("modelURL")
    located = _text(name)
    gpu = machine.named(model.scalar("requestGPUType"))
    if gpu.value is None or gpu.value.startswith("nvidia.com/"):
        gpu = Located()
    elif gpu.value == "amd.com/gpu":
        gpu = Located("amd", Known.STATED, gpu.span)
    asked = Machine(gpu, machine.counted(model.scalar("requestGPU"))).or_else(
        machine.of_labels(model.mapping("nodeSelector"))
    )
    note = f"model {model.text('name')}"
    settings = model.mapping("vllmConfig")
    if settings is None:
        return
    yield Config(
        "vllm-helm",
        settings.tree(),
        settings.span,
        asked.gpu,
        asked.count,
        located,
        settings.when or switches.of_values(model),
        note,
    )


def _text(scalar: Scalar | None) -> Located[str]:
    return Passage.of(scalar).located() if scalar is not None else Located()


def _workload(chart: str, mapping: Mapping, scene: Scene, off: dict[int, str]) -> Iterator[CommandLine]:
    image = _image(mapping)
    environment: dict[str, Located[str]] = {}
    for key in VARIABLE_KEYS:
        environment.update(environment_of(mapping.get(key)))
    fill = partial(interpolation.kubernetes, environment=environment)
    command = [
        word
        for node in (*(mapping.get(key) for key in COMMAND_KEYS), mapping.get("image", "command"))
        for word in arguments(node, fill)
    ]
    words = [*command, *(word for key in ARGUMENT_KEYS for word in arguments(mapping.get(key), fill))]
    before = [] if command else [_implied(word, mapping, chart) for word in CHARTS.get(chart, ())]
    asked = (
        machine.of_resources(mapping.mapping("resources"))
        .or_else(machine.of_pod(mapping))
        .or_else(machine.of_image(image))
        .or_else(machine.of_path(scene.path))
        .or_else(machine.of_path(f"{scene.name.replace('-', '/').replace('.', '/')}/x"))
    )
    named = next((found for key in MODEL_KEYS if (found := mapping.scalar(key)) is not None), None)
    launch = Launch(
        mapping.span,
        image,
        environment,
        environment,
        asked.gpu,
        asked.count,
        _text(named),
        mapping.when or off.get(id(mapping)),
        f"values {chart}".strip(),
    )
    yield from run_words(launch, words, before)


def _implied(word: str, mapping: Mapping, chart: str) -> Located[str]:
    return Located(word, Known.DERIVED, mapping.span, None, f"sub-chart {chart}")


def _image(mapping: Mapping) -> Located[str]:
    written = mapping.scalar("image") or mapping.scalar("imageRepository")
    if written is not None:
        return interpolation.image_name(written)
    repository = mapping.scalar("image", "repository")
    if repository is None:
        return Located()
    found = interpolation.image_name(repository)
    tag = mapping.scalar("image", "tag")
    if tag is not None and tag.is_settled and found.is_known and ":" not in (found.value or ""):
        return Located(f"{found.value}:{tag.text}", found.known, found.span, found.value_span, found.origin)
    return found


KIND = DocumentKind("helm", recognise, read, priority=60)

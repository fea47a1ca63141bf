"""Helm: the values of charts, and the values that a chart's templates are written with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine, switches
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, arguments, environment_of, run_words
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, overlaid, pinned, walk
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
VALUES = "values"
"""What stands in the names of files of values."""
OTHER_VALUES = re.compile(r"(?:values[-_.].+|.+[-_.]values)\.ya?ml")
MOST_VALUES = 12


def values_of_chart(path: str, repository: Repository) -> Lookup | None:
    """What `.Values.…` stands for in a template of a chart, by the chart's own values and those that a chart which it
    is part of gives it."""
    root = _root_of_template(path)
    return None if root is None else _lookup(partial(_chart_values, root, repository))


def other_values(path: str, repository: Repository) -> Iterator[tuple[str, Lookup]]:
    """Files of values beside those of a template's chart, such as one for each cluster, and what names stand for with
    them."""
    root = _root_of_template(path)
    names = repository.list(root) if root is not None else ()
    for name in [name for name in names if OTHER_VALUES.fullmatch(name)][:MOST_VALUES]:
        yield name, _lookup(partial(_with_values, root or "", name, repository))


def _root_of_template(path: str) -> str | None:
    above, folder, _ = f"/{path}".rpartition("/templates/")
    return above.removeprefix("/") if folder else None


def _lookup(load: Callable[[], Mapping | None]) -> Lookup:
    loaded: list[Mapping | None] = []

    def lookup(name: str) -> str | None:
        if not name.startswith((".Values.", "$.Values.")):
            return None
        if not loaded:
            loaded.append(load())
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


def _with_values(root: str, name: str, repository: Repository) -> Mapping | None:
    """Values of the chart in a folder, with those of another file of the folder over them."""
    file = f"{root}/{name}" if root else name
    given: Mapping | None = repository.remembered(("values", file), partial(_mapping, file, repository))
    own = _chart_values(root, repository)
    return None if own is None or given is None else overlaid(own, given)


def off_in_parent(path: str, repository: Repository) -> str | None:
    """The condition under which the chart of a template, or of values, is installed by the chart it is part of."""
    root = _root_of_template(path)
    if root is None:
        root, _, name = path.rpartition("/")
        if not name.startswith(VALUES):
            return None
    parent = _parent(root, repository)
    if parent is None:
        return None
    above, _, dependencies = parent
    conditions = [
        condition.strip() for item in dependencies for condition in item.text("condition").split(",")
    ]
    values = _chart_values(above, repository)
    if values is None:
        return None
    given = [values.text(*condition.split(".")) for condition in conditions if condition]
    return switches.ENABLED if "false" in given else None


def _chart_values(root: str, repository: Repository) -> Mapping | None:
    """Values of the chart in a folder. None where they are not known."""
    file = f"{root}/values.yaml" if root else "values.yaml"
    own: Mapping | None = repository.remembered(("values", file), partial(_mapping, file, repository))
    parent = _parent(root, repository)
    if parent is None:
        return own
    above, name, dependencies = parent
    keys = {item.text("alias") or name for item in dependencies} or {name}
    values = _chart_values(above, repository)
    if len(keys) > 1 or values is None:
        return None
    given = values.mapping(*keys)
    return own if given is None else given if own is None else overlaid(own, given)


def _parent(root: str, repository: Repository) -> tuple[str, str, list[Mapping]] | None:
    """Folder of the chart that holds the one in a folder, its name there, and what is said of it there."""
    above, folder, name = f"/{root}".rpartition("/charts/")
    above = above.removeprefix("/")
    if not folder or "/" in name:
        return None
    file = f"{above}/Chart.yaml" if above else "Chart.yaml"
    chart: Mapping | None = repository.remembered(("chart", file), partial(_mapping, file, repository))
    if chart is None:
        return None
    return above, name, [item for item in chart.mappings("dependencies") if item.text("name") == name]


def _holds(node: AnyNode) -> bool:
    return bool(node.entries) if isinstance(node, Mapping) else bool(getattr(node, "items", ()))


def _mapping(path: str, repository: Repository) -> Mapping | None:
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
    return any(
        _is_workload(mapping)
        or any(_sub_charts(mapping))
        or (VALUES in scene.name and (_is_given(mapping) or _is_container(mapping)))
        for mapping in walk(document)
    )


def _is_container(mapping: Mapping) -> bool:
    """Whether the values of a chart say whole what a container runs, with its image in one text."""
    keys = (*ARGUMENT_KEYS, *COMMAND_KEYS)
    return isinstance(mapping.get("image"), Scalar) and any(key in mapping.entries for key in keys)


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
        if _is_workload(mapping) or (VALUES in scene.name and _is_container(mapping)):
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

"""SkyPilot tasks and services."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.documents import machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, environment_of, run_script, script_lines
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.statements import Statement

RESOURCE_KEYS = frozenset(
    ("accelerators", "cloud", "instance_type", "use_spot", "any_of", "ordered", "image_id", "cpus")
)
OTHER_KEYS = frozenset(("envs", "file_mounts", "num_nodes", "workdir", "setup", "service"))


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or not isinstance(document.get("run"), Scalar):
        return False
    resources = document.mapping("resources")
    if resources is not None and RESOURCE_KEYS & resources.entries.keys():
        return True
    return bool(OTHER_KEYS & document.entries.keys()) and "jobs" not in document.entries


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """`setup` and `run`."""
    assert isinstance(document, Mapping)
    environment = {**environment_of(document.get("secrets")), **environment_of(document.get("envs"))}
    asked = _machine(document.mapping("resources"))
    for key in ("setup", "run"):
        launch = Launch(
            document.span,
            environment=environment,
            variables=environment,
            gpu=asked.gpu,
            gpu_count=asked.count,
            note=key,
        )
        yield from run_script(launch, script_lines(document.get(key)))


def _machine(resources: Mapping | None) -> Machine:
    if resources is None:
        return machine.NO_MACHINE
    asked = machine.of_request(resources.get("accelerators"))
    if not asked.gpu.is_set:
        asked = asked.or_else(Machine(machine.named(resources.scalar("instance_type"))))
    choices = [*resources.mappings("any_of"), *resources.mappings("ordered")]
    if asked.gpu.is_set or not choices:
        return asked
    found = [_machine(choice) for choice in choices[:20]]
    names = {item.gpu.value for item in found}
    return found[0] if len(names) == 1 else machine.NO_MACHINE


KIND = DocumentKind("skypilot", recognise, read, priority=45)

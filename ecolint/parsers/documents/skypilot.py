"""SkyPilot and dstack: a machine, an environment and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Located
from ecolint.parsers.documents import interpolation, machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, environment_of, run_script, script_lines
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping
from ecolint.statements import Statement

DSTACK_TYPES = frozenset(("service", "task", "dev-environment"))


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    sky = "resources" in document.entries and ("run" in document.entries or "setup" in document.entries)
    dstack = document.text("type") in DSTACK_TYPES and (
        "commands" in document.entries or "image" in document.entries
    )
    return sky or dstack


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What is run on the machine; `setup` and `init` prepare it."""
    assert isinstance(document, Mapping)
    environment: dict[str, Located[str]] = {}
    for key in ("envs", "env", "secrets"):
        environment.update(environment_of(document.get(key)))
    image = interpolation.image_name(document.scalar("image"))
    asked = _machine(document).or_else(machine.of_image(image))
    launch = Launch(
        document.span, image, environment, environment, asked.gpu, asked.count, when=document.when, note="run"
    )
    for key in ("run", "commands"):
        yield from run_script(launch, script_lines(document.get(key)))


def _machine(document: Mapping) -> Machine:
    """`resources.accelerators`, or dstack's `resources.gpu`."""
    accelerators = document.get("resources", "accelerators")
    if accelerators is not None:
        return machine.of_request(accelerators)
    gpu = document.get("resources", "gpu")
    if isinstance(gpu, Mapping):
        return Machine(machine.named(gpu.get("name")), machine.counted(gpu.get("count")))
    found = machine.of_request(gpu)
    return found if found.gpu.is_known and machine.is_card(found.gpu.value or "") else machine.NO_MACHINE


KIND = DocumentKind("skypilot", recognise, read, priority=26)

"""dstack: services, tasks and development environments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import (
    Launch,
    arguments,
    environment_of,
    run_script,
    run_words,
    script_lines,
)
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.statements import Statement

TYPES = frozenset(("service", "task", "dev-environment"))
KEYS = frozenset(("commands", "init", "image", "resources", "entrypoint", "python", "docker"))
LONGEST_AMOUNT = 40
AMOUNT = re.compile(
    r"[\d.]+\s*(?:GB|MB|TB)?(?:\.\.(?:[\d.]+\s*(?:GB|MB|TB)?)?)?\Z|\d*\.\.\d*\Z", re.IGNORECASE
)


def recognise(document: AnyNode, scene: Scene) -> bool:
    return (
        isinstance(document, Mapping)
        and document.text("type") in TYPES
        and bool(KEYS & document.entries.keys())
    )


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """The commands, or what the image starts by itself."""
    assert isinstance(document, Mapping)
    environment = environment_of(document.get("env"))
    asked = _machine(document.get("resources", "gpu"))
    launch = Launch(
        document.span,
        interpolation.image_name(document.scalar("image")),
        environment,
        environment,
        asked.gpu,
        asked.count,
        note=f"{document.text('type')} {document.text('name')}".strip(),
    )
    if "commands" in document.entries:
        lines = [*script_lines(document.get("init")), *script_lines(document.get("commands"))]
        yield from run_script(launch, lines)
    else:
        yield from run_words(launch, arguments(document.get("entrypoint")))


def _machine(node: AnyNode | None) -> Machine:
    """`24GB`, `A100:80GB:2`, `L4:1` or a mapping; several names to choose from are not known."""
    if isinstance(node, Mapping):
        return Machine(machine.named(node.get("name")), machine.counted(node.get("count")))
    if not isinstance(node, Scalar) or not node.is_settled or node.is_null:
        return machine.NO_MACHINE
    names = [
        part for part in node.text.split(":") if part and not AMOUNT.match(part.strip()[:LONGEST_AMOUNT])
    ]
    counts = [part for part in node.text.split(":")[1:] if part.strip().isdigit()]
    vendors = {"nvidia", "amd", "intel", "google", "tenstorrent"}
    names = [name for name in names if name.lower() not in vendors] or [
        name for name in names if name == "amd"
    ]
    count = Located(int(counts[0]), Known.STATED, node.span) if counts else Located[int]()
    if len(names) != 1 or "," in names[0] or ".." in names[0]:
        return Machine(count=count)
    memory = [part for part in node.text.split(":") if part.upper().endswith("GB") and ".." not in part]
    name = " ".join([names[0], *memory[:1]])
    if not machine.is_card(name):
        return Machine(count=count)
    return Machine(Located(name, Known.STATED, node.span, node.span), count)


KIND = DocumentKind("dstack", recognise, read, priority=30)

"""GitHub Actions: the steps of workflows and composite actions, and service containers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.interpolation import Known as Find
from ecolint.parsers.documents.launch import (
    Launch,
    arguments,
    environment_of,
    run_script,
    run_words,
    script_lines,
)
from ecolint.parsers.documents.machine import Machine
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence
from ecolint.parsers.trees.passages import Passage
from ecolint.statements import ANY_OTHER, NO_TREE, Statement, Tree

ALWAYS = ("", "always()", "success()", "true", "!cancelled()")
NEVER = "false"
VARIABLES = "GITHUB_ENV"
"""File to which a step writes variables of the steps after it; they go before those of the job."""
WRITTEN = re.compile(r"\becho[ ]{1,9}[\"']?([A-Za-z_]\w*)=[^\n\\|&;]{0,300}>>[ ]{0,9}[\"']?\$\{?GITHUB_ENV")
"""One variable that is written by itself."""
EXPORTS = "exportVariable"
MOST_WRITTEN = 40
"""Variables that one step may write; after more of them nothing is known."""
SHELLS = re.compile(r"(?:bash|sh|zsh)\b|\Z")
REMOTE = re.compile(r"[\w.-]+/ssh-action@")
"""Actions that run their script on another machine."""


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping):
        return False
    if document.text("runs", "using") == "composite":
        return True
    jobs = document.mapping("jobs")
    return jobs is not None and any(
        isinstance(entry.value, Mapping) and "runs-on" in entry.value.entries
        for entry in jobs.entries.values()
    )


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What the steps of every job run."""
    assert isinstance(document, Mapping)
    inputs = _defaults(document)
    composite = document.mapping("runs")
    if composite is not None and "steps" in composite.entries:
        yield from _steps(composite, NO_TREE, inputs, machine.NO_MACHINE, "action")
    outer = environment_of(document.get("env"))
    jobs = document.mapping("jobs")
    for name, entry in jobs.entries.items() if jobs is not None else ():
        if isinstance(entry.value, Mapping) and _condition(entry.value) != NEVER:
            yield from _job(name, entry.value, outer, inputs)


def _job(name: str, job: Mapping, outer: Tree, inputs: Tree) -> Iterator[Statement]:
    matrix = _matrix(job)
    names = {**inputs, **matrix}
    environment = {**outer, **environment_of(job.get("env"), _filler(outer, names))}
    asked = machine.of_names(_labels(job))
    fill = _filler(environment, names)
    container = job.get("container")
    if isinstance(container, Mapping):
        environment = {**environment, **environment_of(container.get("env"), fill)}
    yield from _steps(job, environment, names, asked, f"job {name}")
    services = job.mapping("services")
    for service, entry in services.entries.items() if services is not None else ():
        if isinstance(entry.value, Mapping):
            yield from _service(service, entry.value, _filler(environment, names), asked)


def _steps(job: Mapping, outer: Tree, names: Tree, asked: Machine, note: str) -> Iterator[Statement]:
    shell = job.text("defaults", "run", "shell")
    for step in job.mappings("steps"):
        script = step.scalar("run")
        condition = _condition(step)
        if condition == NEVER:
            continue
        named = f"{note}, {step.text('name')}".rstrip(", ")
        when = None if condition in ALWAYS else f"only if {condition[:80]}"
        remote = step.scalar("with", "script")
        if remote is not None and REMOTE.match(step.text("uses")):
            lines = script_lines(remote, _filler(outer, names))
            yield from run_script(Launch(remote.span, when=when, note=named), lines)
        if script is None or not SHELLS.match(step.text("shell") or shell):
            outer = _after(f"{step.text('run')} {step.text('with', 'script')}", outer, is_shell=False)
            continue
        environment = {**outer, **environment_of(step.get("env"), _filler(outer, names))}
        outer = _after(script.text, outer)
        launch = Launch(
            script.span,
            environment=environment,
            variables=environment,
            gpu=asked.gpu,
            gpu_count=asked.count,
            when=when,
            note=named,
        )
        yield from run_script(launch, script_lines(script, _filler(environment, names)))


def _after(script: str, outer: Tree, *, is_shell: bool = True) -> Tree:
    """The environment of the steps after one that runs a script."""
    count = script.count(VARIABLES) + script.count(EXPORTS)
    if not count:
        return outer
    names = WRITTEN.findall(script) if is_shell and count <= MOST_WRITTEN else ()
    unknown: Located[str] = Located(None, Known.DYNAMIC)
    return {**outer, **dict.fromkeys(names, unknown)} if len(names) == count else {ANY_OTHER: unknown}


def _condition(part: Mapping) -> str:
    """The condition of a step or job as it is written."""
    return " ".join(part.text("if").removeprefix("${{").removesuffix("}}").split())


def _service(name: str, service: Mapping, fill: partial[Passage], asked: Machine) -> Iterator[Statement]:
    launch = Launch(
        service.span,
        interpolation.image_name(service.scalar("image"), fill),
        environment_of(service.get("env"), fill),
        NO_TREE,
        asked.gpu,
        asked.count,
        note=f"service {name}",
    )
    words = [*arguments(service.get("entrypoint"), fill), *arguments(service.get("command"), fill)]
    yield from run_words(launch, words)


def _filler(environment: Tree, names: Tree) -> partial[Passage]:
    return partial(interpolation.expressions, known=_find(environment, names))


def _find(environment: Tree, names: Tree) -> Find:
    """`env.NAME`, `matrix.NAME`, `inputs.NAME` and `github.event.inputs.NAME`."""
    of_env = interpolation.known_in(environment)
    of_name = interpolation.known_in(names)

    def find(name: str) -> tuple[str, str] | None:
        name = name.removeprefix("github.event.")
        if name.startswith("env."):
            return of_env(name.removeprefix("env."))
        return of_name(name)

    return find


def _defaults(document: Mapping) -> dict[str, Located[str]]:
    """Defaults of the inputs, as `inputs.NAME`."""
    found: dict[str, Located[str]] = {}
    events = [("on", "workflow_dispatch"), ("on", "workflow_call"), ("true", "workflow_dispatch")]
    events = [("on", "workflow_dispatch"), ("on", "workflow_call"), ("true", "workflow_dispatch")]
    places = [document.mapping("inputs"), *(document.mapping(*event, "inputs") for event in events)]
    for place in places:
        for name, entry in place.entries.items() if place is not None else ():
            default = entry.value.scalar("default") if isinstance(entry.value, Mapping) else None
            if default is not None:
                found.update({f"inputs.{name}": value for value in _one(default)})
    return found


def _one(node: Scalar) -> Iterator[Located[str]]:
    yield Passage.of(node).located()


def _matrix(job: Mapping) -> dict[str, Located[str]]:
    """Values of a matrix that has only one, as `matrix.NAME`."""
    matrix = job.mapping("strategy", "matrix")
    if matrix is None:
        return {}
    found: dict[str, Located[str]] = {}
    included = matrix.mappings("include")
    rows = included if len(included) == 1 else []
    for name, entry in matrix.entries.items():
        if name == "include" or not isinstance(entry.value, Sequence) or len(entry.value.items) != 1:
            continue
        item = entry.value.items[0]
        if isinstance(item, Scalar) and not included:
            found.update({f"matrix.{name}": value for value in _one(item)})
    for row in rows:
        if len(matrix.entries) == 1:
            for name, entry in row.entries.items():
                if isinstance(entry.value, Scalar):
                    found.update({f"matrix.{name}": value for value in _one(entry.value)})
    return found


def _labels(job: Mapping) -> Iterator[Scalar]:
    labels = job.get("runs-on")
    if isinstance(labels, Mapping):
        labels = labels.get("labels")
    for item in labels.items if isinstance(labels, Sequence) else [labels]:
        if isinstance(item, Scalar):
            yield item


KIND = DocumentKind("github-actions", recognise, read, priority=30)

"""GitLab CI: the scripts of jobs, with the variables and the image that are in force."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation, machine
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.interpolation import compose, known_in
from ecolint.parsers.documents.launch import (
    Launch,
    arguments,
    environment_of,
    run_script,
    run_words,
    script_lines,
)
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence, overlaid
from ecolint.parsers.trees.passages import Passage
from ecolint.statements import ANY_OTHER, Statement, Tree

SCRIPTS = ("before_script", "script", "after_script")
NOT_JOBS = frozenset(
    ("default", "variables", "stages", "include", "workflow", "image", "services", "cache", "spec")
)
TEMPLATE = "only where another job extends it"
EXTENDS_LIMIT = 8


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or any(
        key in document.entries for key in ("jobs", "services", "on")
    ):
        return scene.name.endswith(".gitlab-ci.yml") and isinstance(document, Mapping)
    if scene.name.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml")) or "/.gitlab/" in f"/{scene.path}":
        return True
    staged = "stages" in document.entries
    return any(
        isinstance(entry.value, Mapping)
        and "script" in entry.value.entries
        and (staged or bool({"stage", "tags", "rules", "needs"} & entry.value.entries.keys()))
        for entry in document.entries.values()
    )


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """The script of every job and its services; those of hidden jobs that no other one extends, as templates."""
    assert isinstance(document, Mapping)
    outer = _variables(document.get("variables"))
    workflow = document.mapping("workflow")
    outer |= _by_rules(workflow) if workflow is not None else {}
    extended = set(_extended_jobs(document))
    jobs = [entry.value for entry in document.entries.values() if isinstance(entry.value, Mapping)]
    reported = any(map(_reports_variables, jobs))
    for name, entry in document.entries.items():
        if (
            name in NOT_JOBS
            or not isinstance(entry.value, Mapping)
            or (name.startswith(".") and name in extended)
        ):
            continue
        job = _extended(entry.value, document, 0)
        scene.spend(len(job.entries), job.span)
        if _never_runs(job) or not ("script" in job.entries or "services" in job.entries):
            continue
        is_given = reported and ("needs" in job.entries or "dependencies" in job.entries)
        yield from _job(
            name, job, scene, document, {ANY_OTHER: Located(None, Known.DYNAMIC)} if is_given else outer
        )


def _extended_jobs(document: Mapping) -> Iterator[str]:
    for entry in document.entries.values():
        extends = entry.value.get("extends") if isinstance(entry.value, Mapping) else None
        for name in extends.items if isinstance(extends, Sequence) else [extends]:
            if isinstance(name, Scalar):
                yield name.text


def _extended(job: Mapping, document: Mapping, depth: int) -> Mapping:
    extends = job.get("extends")
    names = extends.items if isinstance(extends, Sequence) else [extends]
    if depth >= EXTENDS_LIMIT:
        return job
    result: Mapping | None = None
    for name in names:
        base = document.mapping(name.text) if isinstance(name, Scalar) else None
        if base is not None:
            base = _extended(base, document, depth + 1)
            result = base if result is None else overlaid(result, base)
    return job if result is None else overlaid(result, job)


def _variables(node: AnyNode | None) -> dict[str, Located[str]]:
    """`variables:`, whose values may be mappings with a `value`."""
    found = environment_of(node)
    if isinstance(node, Mapping):
        for name, entry in node.entries.items():
            value = entry.value.scalar("value") if isinstance(entry.value, Mapping) else None
            if value is not None:
                found[name] = Passage.of(value).located()
    return found


def _by_rules(part: Mapping) -> dict[str, Located[str]]:
    """Variables that some rule, or a row of a matrix, gives another value: none is known."""
    given = [rule.get("variables") for rule in part.mappings("rules")]
    matrix = part.get("parallel", "matrix")
    given += matrix.items if isinstance(matrix, Sequence) else []
    names = (name for node in given if isinstance(node, Mapping) for name in node.entries)
    return dict.fromkeys(names, Located(None, Known.DYNAMIC))


def _never_runs(job: Mapping) -> bool:
    rules = job.mappings("rules")
    return job.text("when") == "never" or (
        len(rules) == 1 and {*rules[0].entries} == {"when"} and rules[0].text("when") == "never"
    )


def _reports_variables(job: Mapping) -> bool:
    """Whether a job leaves variables for those after it."""
    return job.get("artifacts", "reports", "dotenv") is not None


def _job(name: str, job: Mapping, scene: Scene, document: Mapping, outer: Tree) -> Iterator[Statement]:
    own = _variables(job.get("variables")) | _by_rules(job)
    variables = {**outer, **own}
    asked = machine.of_names(item for item in job.items("tags") if isinstance(item, Scalar))
    launch = Launch(
        job.span,
        environment=variables,
        variables=variables,
        gpu=asked.gpu,
        gpu_count=asked.count,
        when=TEMPLATE if name.startswith(".") else None,
        note=f"job {name}",
    )
    lines = []
    for key in SCRIPTS:
        node = job.get(key) or document.get("default", key) or document.get(key)
        lines.extend(script_lines(node))
    scene.spend_on(lines, len(own), job.span)
    yield from run_script(launch, lines)
    services = job.get("services") or document.get("default", "services") or document.get("services")
    for item in services.items if isinstance(services, Sequence) else []:
        if isinstance(item, Mapping):
            yield from _service(item, launch, variables)


def _service(service: Mapping, job: Launch, variables: Tree) -> Iterator[Statement]:
    def fill(passage: Passage) -> Passage:
        return compose(passage, known_in(variables))

    launch = Launch(
        service.span,
        interpolation.image_name(service.scalar("name"), fill),
        {**variables, **_variables(service.get("variables"))},
        gpu=job.gpu,
        gpu_count=job.gpu_count,
        note=f"{job.note}, service {service.text('alias')}".rstrip(),
    )
    words = [*arguments(service.get("entrypoint"), fill), *arguments(service.get("command"), fill)]
    yield from run_words(launch, words)


KIND = DocumentKind("gitlab-ci", recognise, read, priority=45)

"""GitHub Actions: workflows and composite actions."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Known, Located
from ecolint.parsers.documents import interpolation
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.launch import Launch, environment_of, run_words
from ecolint.parsers.documents.pipelines import run, variables_of
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar, Sequence
from ecolint.statements import Statement, Tree


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or scene.embedded:
        return False
    if document.mapping("runs") is not None and document.items("runs", "steps"):
        return True
    jobs = document.mapping("jobs")
    return jobs is not None and ("on" in document.entries or "true" in document.entries or _has_steps(jobs))


def _has_steps(jobs: Mapping) -> bool:
    found = [entry.value for entry in jobs.entries.values() if isinstance(entry.value, Mapping)]
    return any("runs-on" in job.entries and "steps" in job.entries for job in found)


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What the steps run, and the service containers."""
    assert isinstance(document, Mapping)
    outer = variables_of(document.get("env"), {})
    runs = document.mapping("runs")
    if runs is not None:
        yield from _steps(runs, outer, {}, "action", scene)
    jobs = document.mapping("jobs")
    for name, entry in jobs.entries.items() if jobs is not None else ():
        if isinstance(entry.value, Mapping):
            yield from _job(name, entry.value, outer, scene)


def _job(name: str, job: Mapping, outer: Tree, scene: Scene) -> Iterator[Statement]:
    environment = variables_of(job.get("env"), outer)
    matrix = _matrix(job)
    yield from _steps(job, environment, matrix, f"job {name}", scene)
    services = job.mapping("services")
    for service, entry in services.entries.items() if services is not None else ():
        if isinstance(entry.value, Mapping):
            image = interpolation.image_name(entry.value.scalar("image"))
            own = environment_of(entry.value.get("env"))
            launch = Launch(entry.value.span, image, own, own, note=f"service {service}")
            yield from run_words(launch, [])


def _steps(owner: Mapping, environment: Tree, matrix: Tree, note: str, scene: Scene) -> Iterator[Statement]:
    for step in owner.mappings("steps"):
        script = step.get("run")
        if script is None or not _is_shell(step.text("shell")):
            continue
        own = variables_of(step.get("env"), environment)
        named = {f"env.{name}": value for name, value in own.items()}
        yield from run(script, step, own, note, {**matrix, **named}, when=_condition(step))


def _is_shell(shell: str) -> bool:
    return not shell or any(word in shell for word in ("bash", "sh"))


def _condition(step: Mapping) -> str | None:
    condition = step.scalar("if")
    if condition is None or condition.text.strip() in ("always()", "success()", "true", "${{ always() }}"):
        return None
    return f"only when {' '.join(condition.text.split())[:80]}"


def _matrix(job: Mapping) -> dict[str, Located[str]]:
    """Names of the matrix that have one value; others depend on the run."""
    found: dict[str, Located[str]] = {}
    matrix = job.mapping("strategy", "matrix")
    for name, entry in matrix.entries.items() if matrix is not None else ():
        value = entry.value
        if isinstance(value, Sequence) and len(value.items) == 1 and isinstance(value.items[0], Scalar):
            only = value.items[0]
            found[f"matrix.{name}"] = Located(only.text, Known.DERIVED, only.span, None, f"matrix {name}")
    return found


KIND = DocumentKind("github-actions", recognise, read, priority=25)

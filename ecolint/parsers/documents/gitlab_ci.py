"""GitLab CI: jobs with scripts, variables and images."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import Located
from ecolint.parsers.documents import interpolation
from ecolint.parsers.documents.base import DocumentKind, Scene
from ecolint.parsers.documents.pipelines import run, variables_of
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.statements import Statement

SCRIPTS = ("before_script", "script", "after_script")


def recognise(document: AnyNode, scene: Scene) -> bool:
    if not isinstance(document, Mapping) or scene.embedded:
        return False
    return ".gitlab-ci" in scene.name or "gitlab-ci" in scene.folder


def read(document: AnyNode, scene: Scene) -> Iterator[Statement]:
    """What the scripts of the jobs run."""
    assert isinstance(document, Mapping)
    outer = variables_of(document.get("variables"), {})
    for name, entry in document.entries.items():
        job = entry.value
        if isinstance(job, Mapping):
            variables = variables_of(job.get("variables"), outer)
            for key in SCRIPTS:
                yield from run(job.get(key), job, variables, f"job {name}", image=_image(job))


def _image(job: Mapping) -> Located[str]:
    image = job.get("image")
    return interpolation.image_name(image if isinstance(image, Scalar) else job.scalar("image", "name"))


KIND = DocumentKind("gitlab-ci", recognise, read, priority=22)

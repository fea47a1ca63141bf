"""The image that a service of a Compose file builds: what it is made from, and what it starts by itself."""

from __future__ import annotations

from itertools import islice

from ecolint.inference import Known, Located
from ecolint.parsers.dockerish import stages
from ecolint.parsers.dockerish.instructions import instructions
from ecolint.parsers.dockerish.services import built
from ecolint.parsers.trees.nodes import Mapping
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.source import Span
from ecolint.statements import Tree


@dataclass(frozen=True, slots=True)
class Image:
    """An image by the one that it is made from; `start` goes before a command, and is None where none counts.
    `is_own` says that it starts something else than that one does."""

    base: Located[str]
    start: tuple[str, ...] | None
    is_own: bool
    variables: Tree


def image_of(service: Mapping, folder: str, repository: Repository) -> Image | None:
    """The image that a service builds; None where it builds none, or that is not seen."""
    path = built(service, folder)
    entry = service.entries.get("build")
    if not path or entry is None:
        return None
    inner = service.mapping("build")
    target = inner.text("target") if inner is not None else ""
    has_arguments = inner is not None and "args" in inner.entries
    found = repository.remembered(("image", path, target), lambda: _read(path, target, repository))
    if found is None or (has_arguments and found.base.known is not Known.STATED):
        return None
    return _placed(found, entry.span, path)


def _read(path: str, target: str, repository: Repository) -> Image | None:
    source = repository.read(path)
    if source is None:
        return None
    stage = stages.shaped(instructions(source.fragment), target, repository)
    if stage is None or not stage.image.is_known:
        return None
    exported = dict(islice(stage.scope.exported.items(), stages.VARIABLE_LIMIT))
    is_own = stage.entrypoint is not None or stage.command is not None
    return Image(stage.image, stages.starting_words(stage), is_own, exported)


def _placed(image: Image, place: Span, path: str) -> Image:
    """What a Dockerfile says, as it is told where the service names it."""
    base = Located(image.base.value, Known.DERIVED, place, None, f"image of {path}")
    variables: Tree = {
        name: Located(
            value.value, value.known if value.is_dynamic else Known.DERIVED, place, None, f"ENV in {path}"
        )
        for name, value in image.variables.items()
    }
    return Image(base, image.start, image.is_own, variables)

"""HCL: Terraform and OpenTofu configurations, Nomad jobs, Packer templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import NamedTuple

from ecolint.parsers.base import Format
from ecolint.parsers.documents.base import Scene, read_documents
from ecolint.parsers.trees.hcl_names import Given, locals_of, resolve
from ecolint.parsers.trees.hcl_tree import read_hcl
from ecolint.parsers.trees.malformed import tree_of
from ecolint.parsers.trees.nodes import AnyNode
from ecolint.repository import Repository
from ecolint.sieve.document_glance import may_be_judged
from ecolint.source import SourceFile, Unreadable
from ecolint.statements import Reading

DECLARING = ".tf"
SETTING = (".tfvars", ".tfvars.json")
"""Ends of the names of files that set variables."""
MODULES = "modules"
"""Folders of modules, whose variables are set by those who call them."""
FILES = 40
"""Files of a folder in which variables are looked for."""


REFERRING = (b"var.", b"local.")
"""Words of which one stands in every file that may be completed by what other files say."""


def tells(data: bytes) -> bool:
    """Whether the default rules may judge anything in a file, or in what it refers to."""
    return may_be_judged(data) or any(word in data for word in REFERRING)


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    document, defaults = tree_of(source, read_hcl)
    scene = Scene(source.path, repository, (document,))
    if any(word in source.data for word in REFERRING):
        resolve(
            document,
            cache(partial(_default, defaults=defaults, scene=scene)),
            cache(partial(_local, scene=scene)),
        )
    return Reading(*read_documents(source, scene))


def _beside(scene: Scene) -> list[str]:
    """Files of the folder that declare or set variables."""
    return [entry for entry in scene.repository.list(scene.folder) if entry.endswith((DECLARING, *SETTING))]


def _default(name: str, defaults: Mapping[str, AnyNode], scene: Scene) -> Given | None:
    """The default of a variable, unless what calls the module or a file of values may say otherwise."""
    beside = _beside(scene)
    if MODULES in scene.folder.split("/") or len(beside) > FILES:
        return None
    if any(name in (scene.text_of(scene.beside(entry)) or "") for entry in beside if entry.endswith(SETTING)):
        return None
    if name in defaults:
        return Given(defaults[name], f"default of var.{name}")
    declared = _elsewhere(beside, scene, lambda other: other.defaults.get(name))
    return Given(declared[0][0], f"default of var.{name} in {declared[0][1]}") if declared else None


def _local(name: str, scene: Scene) -> Given | None:
    """What one other file of the folder names so."""
    beside = _beside(scene)
    named = _elsewhere(beside, scene, lambda other: other.locals.get(name)) if len(beside) <= FILES else []
    return Given(named[0][0], f"local.{name} in {named[0][1]}") if len(named) == 1 else None


def _elsewhere(
    beside: Iterable[str], scene: Scene, find: Callable[[Declared], AnyNode | None]
) -> list[tuple[AnyNode, str]]:
    """What is found in files that declare something, with their names."""
    return [
        (found, entry)
        for entry in beside
        if entry.endswith(DECLARING)
        and (found := find(_declared(scene.beside(entry), scene.repository))) is not None
    ]


class Declared(NamedTuple):
    """What a file says to the others of its folder."""

    locals: Mapping[str, AnyNode]
    defaults: Mapping[str, AnyNode]


def _declared(path: str, repository: Repository) -> Declared:
    def read_other() -> Declared:
        source = repository.read(path)
        try:
            document, defaults = read_hcl(source.fragment) if source is not None else (None, {})
        except Unreadable:
            return Declared({}, {})
        return Declared(locals_of(document) if document is not None else {}, defaults)

    return repository.remembered(("declared", path), read_other)


FORMAT = Format(
    "hcl",
    read,
    tells=tells,
    names=("*.tf", "*.tofu", "*.hcl", "*.nomad"),
    comment=("#", "//"),
)

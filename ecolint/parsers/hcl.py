"""HCL: Terraform and OpenTofu configurations, Nomad jobs, Packer templates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from ecolint.parsers.base import Format
from ecolint.parsers.documents.base import Scene, read_documents
from ecolint.parsers.trees.hcl_names import resolve
from ecolint.parsers.trees.hcl_tree import read_hcl
from ecolint.parsers.trees.malformed import tree_of
from ecolint.parsers.trees.nodes import AnyNode, Scalar
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


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    document, defaults = tree_of(source, read_hcl)
    scene = Scene(source.path, repository, (document,))
    if "var." in source.text or "local." in source.text:
        resolve(document, cache(partial(_default, defaults=defaults, scene=scene)))
    return Reading(*read_documents(source, scene))


def _default(name: str, defaults: Mapping[str, AnyNode], scene: Scene) -> tuple[Scalar, str] | None:
    """The default of a variable, unless what calls the module or a file of values may say otherwise."""
    beside = [entry for entry in scene.repository.list(scene.folder) if entry.endswith((DECLARING, *SETTING))]
    if MODULES in scene.folder.split("/") or len(beside) > FILES:
        return None
    found: AnyNode | None = defaults.get(name)
    origin = f"default of var.{name}"
    for entry in beside:
        path = scene.beside(entry)
        if entry.endswith(SETTING) and name in (scene.text_of(path) or ""):
            return None
        if found is None and entry.endswith(DECLARING):
            found = _declared(path, scene.repository).get(name)
            origin += f" in {entry}" if found is not None else ""
    is_known = isinstance(found, Scalar) and not found.strange and not found.is_null
    return (found, origin) if isinstance(found, Scalar) and is_known else None


def _declared(path: str, repository: Repository) -> Mapping[str, AnyNode]:
    """Defaults of the variables that another file declares."""

    def read_other() -> Mapping[str, AnyNode]:
        source = repository.read(path)
        try:
            return read_hcl(source.fragment)[1] if source is not None else {}
        except Unreadable:
            return {}

    return repository.remembered(("defaults", path), read_other)


FORMAT = Format(
    "hcl",
    read,
    tells=may_be_judged,
    names=("*.tf", "*.tofu", "*.hcl", "*.nomad"),
    comment=("#", "//"),
)

"""HCL: Terraform and OpenTofu configurations, Nomad jobs, Packer templates."""

from __future__ import annotations

from ecolint.parsers.base import Format
from ecolint.parsers.documents.base import Scene, read_documents
from ecolint.parsers.trees.hcl_tree import read_hcl
from ecolint.parsers.trees.malformed import tree_of
from ecolint.repository import Repository
from ecolint.sieve.document_glance import may_be_judged
from ecolint.source import SourceFile
from ecolint.statements import Reading


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    document = tree_of(source, read_hcl)
    return Reading(*read_documents(source, Scene(source.path, repository, (document,))))


FORMAT = Format(
    "hcl",
    read,
    tells=may_be_judged,
    names=("*.tf", "*.tofu", "*.hcl", "*.nomad"),
    comment=("#", "//"),
)

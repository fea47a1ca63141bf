"""JSON: model configurations, engine arguments, manifests and task definitions."""

from __future__ import annotations

from ecolint.parsers.base import Format
from ecolint.parsers.documents.base import Scene, read_documents
from ecolint.parsers.trees.json_tree import read_json
from ecolint.parsers.trees.malformed import tree_of
from ecolint.parsers.trees.nodes import Mapping, Sequence
from ecolint.repository import Repository
from ecolint.source import SourceFile
from ecolint.statements import Reading


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    document = tree_of(source, read_json)
    if not isinstance(document, (Mapping, Sequence)):
        return Reading()
    return Reading(*read_documents(source, Scene(source.path, repository, (document,))))


FORMAT = Format(
    "json",
    read,
    names=("*.json", "*.jsonc", "*.json5"),
    comment=("//",),
    may_add_comments=False,
    anchors=(b"quantization_config", b"load_in_8bit", b"load_in_4bit", b"max_num_seqs"),
)

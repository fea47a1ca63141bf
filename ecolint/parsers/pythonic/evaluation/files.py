"""What a program reads from a file of its repository: `yaml.safe_load(open("config.yaml"))`."""

from __future__ import annotations

import ast
import posixpath
from functools import partial
from typing import TYPE_CHECKING

from ecolint.inference import Known, Located, Place
from ecolint.parsers.pythonic.evaluation.values import DYNAMIC, Dict, Value, is_soft, stated
from ecolint.parsers.pythonic.scopes import Kind, Site
from ecolint.parsers.pythonic.syntax.called import called_name
from ecolint.parsers.trees.nodes import AnyNode, Mapping, Scalar
from ecolint.source import SourceFile, Span, Unreadable

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.evaluation.values import Frame
    from ecolint.parsers.pythonic.module import Module

LOADERS = frozenset(("json.load", "yaml.load", "yaml.safe_load", "omegaconf.OmegaConf.load"))
BY_PATH = "omegaconf.OmegaConf.load"
LARGEST = 100_000
"""Bytes of a file that is read."""
ITEMS_LIMIT = 200
WORK = 3200
"""Items that are as much work as reading a file."""


def loaded(
    ev: Evaluator, name: str, node: ast.Call, module: Module, site: Site, frame: Frame | None
) -> Value:
    """The mapping that a file holds, of which the module writes the keys itself."""
    where = node.args[0] if name == BY_PATH else _opened(node.args[0], site)
    path = ev.value(where, module, site, frame) if where is not None else DYNAMIC
    if not path.is_known or not isinstance(path.value, str) or not ev.afford(WORK):
        return DYNAMIC
    found = _document(path.value, module)
    if found is None:
        return DYNAMIC
    origin = path.origin if is_soft(path) else path.value
    return _Held(module, module.text.span(node), origin).mapping(found)


def _opened(node: ast.expr, site: Site) -> ast.expr | None:
    """The path of the file that `open(path)`, or a variable of a `with`, stands for."""
    if isinstance(node, ast.Name):
        owner = site.scope.owner(node.id)
        bindings = owner.bindings.get(node.id, ()) if owner is not None else ()
        given = [item for item in bindings if item.site.order < site.order]
        value = given[-1].value if given and given[-1].kind is Kind.OTHER else None
        return _opened(value, site) if isinstance(value, ast.Call) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and called_name(node) == "open":
        return node.args[0] if node.args else None
    return None


def _document(path: str, module: Module) -> Mapping | None:
    """The only file of the repository that a path means, from the root or from the folder of the module."""
    repository = module.program.repository
    names = {
        posixpath.normpath(posixpath.join(folder, path)) for folder in ("", posixpath.dirname(module.path))
    }
    sources = [source for name in names if (source := repository.read(name)) is not None]
    if len(sources) != 1 or len(sources[0].data) > LARGEST:
        return None
    found: Mapping | None = repository.remembered(
        ("settings", sources[0].path), partial(_mapping, sources[0])
    )
    return found


def _mapping(source: SourceFile) -> Mapping | None:
    from ecolint.parsers.trees.yaml_tree import read_yaml

    try:
        roots = list(read_yaml(source.fragment))
    except Unreadable:
        return None
    return roots[0] if len(roots) == 1 and isinstance(roots[0], Mapping) else None


class _Held:
    """Values of a file, all told as standing where it is read."""

    def __init__(self, module: Module, span: Span, origin: str) -> None:
        self.index = module.index
        self.span = span
        self.origin = origin
        self.left = ITEMS_LIMIT

    def mapping(self, node: Mapping) -> Value:
        tree = Dict()
        tree.complete = False
        for name, entry in node.entries.items():
            self.left -= 1
            if self.left > 0 and self.index.mentions(name):
                tree[name] = self._value(entry.value)
        return stated(tree, self.span)

    def _value(self, node: AnyNode) -> Value:
        if isinstance(node, Mapping):
            return self.mapping(node)
        if not isinstance(node, Scalar) or not node.is_settled:
            return DYNAMIC
        return Located(node.value, Known.DERIVED, self.span, self.span, self.origin, None, Place.NAME)

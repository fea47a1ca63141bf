"""Loaders of torch that give the items of a data set one by one."""

from __future__ import annotations

import ast

from ecolint.parsers.pythonic.batching.batches import is_batched, makers
from ecolint.parsers.pythonic.batching.prompts import BATCHY
from ecolint.parsers.pythonic.evaluation.bound import bindings_of, own_name
from ecolint.parsers.pythonic.evaluation.worlds import brief
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Kind, Site, dotted_path

PACKAGE = "torch.utils.data."
LOADER = "DataLoader"
OTHERWISE = frozenset(("batch_sampler", None))
"""Keywords by which batches may be made whatever their size says; those that are spread among them."""


def gives_items(node: ast.expr, site: Site, module: Module) -> bool:
    """Whether an expression is certain to be a loader with a batch size of 1, its default."""
    made = [value for value in makers(node, site, module) if not dotted_path(value)]
    return bool(made) and all(_is_of_one(value, site, module) for value in made)


def _is_of_one(node: ast.expr, site: Site, module: Module) -> bool:
    if not isinstance(node, ast.Call) or not _is_loader(node, module):
        return False
    given = [*node.args[:1], *(item.value for item in node.keywords if item.arg == "dataset")]
    if (
        not given
        or any(isinstance(item, ast.Starred) for item in node.args)
        or any(item.arg in OTHERWISE for item in node.keywords)
    ):
        return False
    if BATCHY.search(brief(given[0])) or is_batched(given[0], site, module):
        return False
    sizes = [*node.args[1:2], *(item.value for item in node.keywords if item.arg == "batch_size")]
    return all(_is_one(size, module) for size in sizes)


def _is_loader(call: ast.Call, module: Module) -> bool:
    path = dotted_path(call.func)
    root = path.partition(".")[0]
    site = module.site_of(call)
    return own_name(path, site, module) == LOADER and any(
        item.kind is Kind.IMPORT and (item.dotted + path[len(root) :]).startswith(PACKAGE)
        for item in bindings_of(root, site, module)
    )


def _is_one(size: ast.expr, module: Module) -> bool:
    if isinstance(size, ast.Name):
        made = bindings_of(size.id, module.site_of(size), module)
        values = [item.value for item in made if item.kind is Kind.ASSIGN and item.value is not None]
        return len(made) == len(values) == 1 and _is_one(values[0], module)
    return isinstance(size, ast.Constant) and type(size.value) is int and size.value == 1

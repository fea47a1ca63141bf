"""Whether a module that Python code imports has its own name at a place."""

from __future__ import annotations

import ast

from ecolint.edits.sheet import NotEditable, Sheet
from ecolint.parsers.pythonic.scopes import Binding, Kind, Site


def is_imported(sheet: Sheet, package: str, at: int) -> bool:
    """Whether the name of a package means that package at a character, on every way there."""
    try:
        site = _site_at(sheet, at)
    except NotEditable:
        return False
    root = package.partition(".")[0]
    owner = site.scope.owner(root) if site is not None else None
    if site is None or owner is None:
        return False
    bindings = [item for item in owner.bindings[root] if not item.kind.changes]
    return all(item.kind is Kind.IMPORT and item.dotted == root for item in bindings) and any(
        _comes_before(item, site) for item in bindings
    )


def _comes_before(binding: Binding, site: Site) -> bool:
    """Whether an import stands further up, under no condition that does not hold at the site as well."""
    guards = site.guards if binding.site.scope is site.scope else ()
    return binding.site.order < site.order and set(binding.site.guards) <= set(guards)


def _site_at(sheet: Sheet, at: int) -> Site | None:
    """The site of the innermost call or list around a character."""
    around = sheet.lists_around(at, at + 1)
    node: ast.AST | None = around[-1][2] if around else None
    while node is not None and node not in sheet.index.sites:
        node = sheet.index.parents.get(node)
    return sheet.index.sites[node] if node is not None else None

"""Whether a module that Python code imports has its own name at a place."""

from __future__ import annotations

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
    """The site of the innermost name or call around a character."""
    line = sheet.python.line_of(at)
    around: list[tuple[int, Site]] = []
    for node, site in sheet.index.sites.items():
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if first <= line <= last:
            start, end = sheet.python.bounds(node)
            if start <= at < end:
                around.append((end - start, site))
    return min(around, key=lambda item: item[0])[1] if around else None

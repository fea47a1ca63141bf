"""Environment variables that a module sets for itself, and so for the programs that it starts."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.parsers.pythonic.evaluation import conditions, mutation
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
from ecolint.parsers.pythonic.evaluation.values import ENVIRON, Dict, Value, opened, stated
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site
from ecolint.statements import Symbol

NAMES = (ENVIRON, "environ")
CHANGES_LIMIT = 200
"""Changes of the environment that are looked at for one program."""


def environment(ev: Evaluator, given: Value | None, module: Module, site: Site) -> Dict:
    """Variables of a program that is started at a place; `given` is the environment that it is handed, if any."""
    held = opened(stated(Symbol(ENVIRON)) if given is None else given).value
    if not isinstance(held, Dict):
        return Dict()
    if held.complete:
        return held
    found: Value = stated(Dict())
    for change in _changes(module, site)[:CHANGES_LIMIT]:
        if conditions.reached(ev, change.site.guards, site.guards, module, change.site, None):
            found = mutation.applied(ev, found, change, module, None)
    return Dict({**found.value, **held}) if isinstance(found.value, Dict) else held


def _changes(module: Module, site: Site) -> list[Binding]:
    """Changes of `os.environ` before a place, in the order of the text."""
    found: list[Binding] = []
    for scope in _outwards(site.scope):
        here = scope.function is site.scope.function
        found += (
            item
            for name in NAMES
            for item in scope.bindings.get(name, ())
            if item.kind.changes and (not here or item.site.order < site.order) and _is_environ(name, item)
        )
    return sorted(found, key=lambda item: item.site.order)


def _outwards(scope: Scope | None) -> Iterator[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent


def _is_environ(name: str, change: Binding) -> bool:
    root = name.partition(".")[0]
    owner = change.site.scope.owner(root)
    imported = owner.bindings.get(root, ()) if owner is not None else ()
    return any(item.kind is Kind.IMPORT and item.dotted in ("os", ENVIRON) for item in imported)

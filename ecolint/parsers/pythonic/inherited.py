"""Environment variables that a module sets for itself, and so for the programs that it starts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ecolint.parsers.pythonic.evaluation import conditions, mutation
from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator, in_every_world
from ecolint.parsers.pythonic.evaluation.values import ENVIRON, Dict, Value, opened, stated
from ecolint.parsers.pythonic.indexer import LINE
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site
from ecolint.records import replace
from ecolint.statements import CommandLine, Symbol, Tree

NAMES = (ENVIRON, "environ")
CHANGES_LIMIT = 200
"""Changes of the environment that are looked at for one program."""


def environment(ev: Evaluator, given: Value | None, module: Module, site: Site) -> tuple[Dict, Dict]:
    """Variables that a program is given which is started at a place, and those that it inherits besides; `given` is
    the environment that the call states, if any."""
    held = opened(stated(Symbol(ENVIRON)) if given is None else given).value
    if not isinstance(held, Dict):
        return Dict(), Dict()
    if held.complete:
        return held, Dict()
    found: Value = stated(Dict())
    for change in _changes(site)[:CHANGES_LIMIT]:
        if conditions.reached(ev, change.site.guards, site.guards, module, change.site, None):
            found = mutation.applied(ev, found, change, module, None)
    return held, found.value if isinstance(found.value, Dict) else Dict()


def always(module: Module, line: int) -> Dict:
    """Variables that a program inherits which is started by other means before a line of the module, where what the
    module sets does not depend on anything."""
    site = Site(module.scope, line << LINE)
    found = in_every_world(module, lambda ev: environment(ev, None, module, site)[1])
    return found[0].value if len(found) == 1 else Dict()


def inheriting(line: CommandLine, variables: Tree) -> CommandLine:
    """The line with the variables that it inherits, where it starts a program that a vocabulary names."""
    from ecolint.frameworks.registry import named_by

    if not variables or not named_by(line):
        return line
    return replace(line, environment={**texts_of(variables), **line.environment})


def texts_of(variables: Tree) -> Tree:
    """The variables whose values are texts, or not known."""
    return {
        name: value for name, value in variables.items() if isinstance(value.value, str) or value.is_dynamic
    }


def _changes(site: Site) -> list[Binding]:
    """Changes of `os.environ` before a place, in the order of the text."""
    found: list[Binding] = []
    for scope in _outwards(site.scope):
        here = scope.function is site.scope.function
        found += (
            item
            for name in NAMES
            for item in scope.bindings.get(name, ())
            if item.kind.changes
            and (not here or item.site.order < site.order)
            and _is_environ(name, item)
            and _may_matter(item)
        )
    return sorted(found, key=lambda item: item.site.order)


def _outwards(scope: Scope | None) -> Iterator[Scope]:
    while scope is not None:
        yield scope
        scope = scope.parent


def _may_matter(change: Binding) -> bool:
    """Whether a change may be of a variable that a vocabulary reads; what it says by constants alone tells."""
    from ecolint.frameworks.registry import wanted_variables

    nodes = [node for part in (change.key, change.value) if part is not None for node in ast.walk(part)]
    names = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg is not None}
    is_written = not isinstance(change.key, (ast.Name, ast.Attribute))
    return not (is_written and names and names.isdisjoint(wanted_variables()))


def _is_environ(name: str, change: Binding) -> bool:
    root = name.partition(".")[0]
    owner = change.site.scope.owner(root)
    imported = owner.bindings.get(root, ()) if owner is not None else ()
    return any(item.kind is Kind.IMPORT and item.dotted in ("os", ENVIRON) for item in imported)

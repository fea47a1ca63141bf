"""What a name in the text may stand for: the values it is given, and the functions of the module."""

from __future__ import annotations

from ecolint.parsers.pythonic.attributes import methods
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site


def bindings_of(name: str, site: Site, module: Module) -> list[Binding]:
    """Where a name, or an attribute of `self` in any method of the class, is given a value."""
    around = site.scope.enclosing_class
    if name.startswith("self.") and around is not None:
        return [binding for scope in methods(around, module) for binding in scope.bindings.get(name, ())]
    owner = site.scope.owner(name.partition(".")[0])
    return owner.bindings.get(name, []) if owner is not None else []


def functions_of(name: str, site: Site, module: Module) -> list[Scope]:
    """Functions of the module that a name may stand for, or methods of the object's own class."""
    owner, last = site.scope.owner(name.partition(".")[0]) if name else None, name
    if name.startswith("self."):
        owner, last = site.scope.enclosing_class, name.removeprefix("self.")
    bindings = owner.bindings.get(last, ()) if owner is not None else ()
    found = (module.index.scopes.get(item.node) for item in bindings if item.kind is Kind.DEFINITION)
    return [scope for scope in found if scope is not None and scope.is_function]

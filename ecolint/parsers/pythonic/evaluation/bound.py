"""What a name in the text may stand for: the values it is given, and the functions of the module."""

from __future__ import annotations

import ast

from ecolint.parsers.pythonic.evaluation.attributes import methods
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site, dotted_path


def bindings_of(name: str, site: Site, module: Module) -> list[Binding]:
    """Where a name, or an attribute of `self` in any method of the class, is given a value."""
    around = site.scope.enclosing_class
    if name.startswith("self.") and around is not None:
        return [binding for scope in methods(around, module) for binding in scope.bindings.get(name, ())]
    owner = site.scope.owner(name.partition(".")[0])
    return owner.bindings.get(name, []) if owner is not None else []


def own_name(name: str, site: Site, module: Module) -> str:
    """The last part of a dotted name, as what is imported is called where it comes from."""
    root, _, rest = name.partition(".")
    if rest or not root:
        return name.rpartition(".")[2]
    imports = [item.dotted for item in bindings_of(root, site, module) if item.kind is Kind.IMPORT]
    return imports[-1].rpartition(".")[2] if imports else root


def is_given_in_loop(name: str, site: Site, *, besides: Kind | None = None) -> bool:
    """Whether a loop around a place gives a name a value, but by bindings of one kind."""
    owner = site.scope.owner(name.partition(".")[0]) if name and site.loops else None
    return owner is not None and any(
        item.kind is not besides and not set(site.loops).isdisjoint(item.site.loops)
        for item in owner.bindings.get(name, ())
    )


def functions_of(name: str, site: Site, module: Module) -> list[Scope]:
    """Functions of the module that a name may stand for, or methods of the object's own class."""
    owner, last = site.scope.owner(name.partition(".")[0]) if name else None, name
    if name.startswith("self."):
        owner, last = site.scope.enclosing_class, name.removeprefix("self.")
    bindings = owner.bindings.get(last, ()) if owner is not None else ()
    found = (module.index.scopes.get(item.node) for item in bindings if item.kind is Kind.DEFINITION)
    return [scope for scope in found if scope is not None and scope.is_function]


def classes_of(name: str, site: Site, module: Module) -> list[Scope]:
    """Classes of the module that a name may stand for."""
    owner = site.scope.owner(name) if name else None
    bindings = owner.bindings.get(name, ()) if owner is not None else ()
    found = (module.index.scopes.get(item.node) for item in bindings if item.kind is Kind.DEFINITION)
    return [scope for scope in found if scope is not None and scope.is_class]


def callers_of_objects(method: Scope, module: Module) -> list[ast.Call]:
    """Calls of a method on variables that hold an object of its class."""
    known = module.callers_of_objects
    if method not in known:
        holder = method.parent
        is_call = method.name == "__call__"
        found = module.index.calls if is_call else module.index.calls_named(method.name)
        known[method] = (
            [call for call in found if _is_on_object(call, holder, module, is_call=is_call)]
            if holder is not None and holder.is_class
            else []
        )
    return known[method]


def _is_on_object(call: ast.Call, holder: Scope, module: Module, *, is_call: bool) -> bool:
    receiver: ast.expr | None = call.func
    if not is_call:
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    name = dotted_path(receiver) if isinstance(receiver, (ast.Name, ast.Attribute)) else ""
    return bool(name) and any(
        isinstance(binding.value, ast.Call) and dotted_path(binding.value.func) == holder.name
        for binding in bindings_of(name, module.index.sites[call], module)
    )

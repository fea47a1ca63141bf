"""What an attribute holds: of objects of the repository's classes, parsed options, modules and symbols."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.inference import Known
from ecolint.parsers.pythonic.evaluation import (
    conditions,
    defaults,
    invocation,
    mappings,
    names,
    parameters,
    passing,
)
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Definition,
    Dict,
    Frame,
    Instance,
    ModuleValue,
    Namespace,
    Value,
    is_plain,
    relocated,
    soft,
    stated,
    through,
)
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site, dotted_path
from ecolint.records import replace
from ecolint.statements import Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module

PROPERTIES = frozenset(("property", "cached_property"))
MAKING = frozenset(("__init__", "__post_init__", "__attrs_post_init__", "model_post_init"))
"""Methods that are called for each object that is made."""


def read(ev: Evaluator, node: ast.Attribute, module: Module, site: Site, frame: Frame | None) -> Value:
    """Value of `base.name`."""
    path = dotted_path(node)
    if path:
        owner = site.scope.owner(path.partition(".")[0])
        if owner is not None and path in owner.bindings:
            value = names.reaching(ev, path, owner, module, site, frame)
            if value is not None:
                return value
    if node.attr == "__dict__":
        return mappings.of_object(ev, node.value, module, site, frame)
    base = ev.value(node.value, module, site, frame)
    value = of(ev, base, node.attr)
    unknown = base.known is Known.DYNAMIC or (isinstance(base.value, Dict) and not base.value.complete)
    if value.known is Known.DYNAMIC and unknown:
        return _of_unknown(ev, node, module)
    if isinstance(base.value, ModuleValue) and not isinstance(value.value, (Symbol, ModuleValue)):
        return relocated(value, module.text.span(node), f"{node.attr} of {base.value.module.path}")
    return value


def _of_unknown(ev: Evaluator, node: ast.Attribute, module: Module) -> Value:
    """`args.name` where `args` came from somewhere: the module's own option of that name."""
    if isinstance(node.value, (ast.Name, ast.Attribute)) and node.attr in defaults.options(module):
        return defaults.of_option(ev, node.attr, module)
    field = defaults.parsed_field(node.attr, module) if isinstance(node.value, ast.Name) else None
    if field is not None:
        return _field(ev, Instance(field.site.scope, module), field)
    return DYNAMIC


def of(ev: Evaluator, base: Value, name: str) -> Value:
    """Value of an attribute of a value."""
    held = base.value
    if isinstance(held, Symbol):
        dotted = f"{held.name}.{name}"
        return names.symbol(dotted)
    if isinstance(held, Instance):
        with ev.deeper() as room:
            return of_instance(ev, held, name, base) if room else DYNAMIC
    if isinstance(held, Definition) and held.scope.is_class:
        return of_instance(ev, Instance(held.scope, held.module), name, base)
    if isinstance(held, ModuleValue):
        return names.of_module(ev, held.module, name)
    if isinstance(held, Namespace):
        return defaults.of_option(ev, name, held.module)
    if isinstance(held, Dict) and name in held:
        return held[name]
    return DYNAMIC


def of_instance(ev: Evaluator, instance: Instance, name: str, receiver: Value, depth: int = 0) -> Value:
    """Value of an attribute of an object of a class of the repository."""
    scope, module = instance.scope, instance.module
    found = _assigned(ev, instance, name, receiver)
    if found is not None:
        return found
    for binding in reversed(scope.bindings.get(name, ())):
        if binding.kind is Kind.DEFINITION:
            return _member(ev, binding, module, receiver)
        if binding.kind is Kind.ASSIGN:
            is_open = depth == 0 and (scope.name, name) in module.overridden
            return DYNAMIC if is_open else _field(ev, instance, binding)
    if depth < 5:
        for base in getattr(scope.node, "bases", ()):
            parent = ev.value(base, module, scope.site or Site(scope, 0), None).value
            if isinstance(parent, Definition) and parent.scope.is_class and parent.scope is not scope:
                inherited = Instance(parent.scope, parent.module, instance.frame)
                value = of_instance(ev, inherited, name, receiver, depth + 1)
                if value.is_known:
                    return value
    return DYNAMIC


def methods(scope: Scope, module: Module) -> list[Scope]:
    """Scopes of the methods of a class."""
    if scope not in module.methods:
        defined = (
            module.index.scopes[item.node]
            for bindings in scope.bindings.values()
            for item in bindings
            if item.kind is Kind.DEFINITION
        )
        module.methods[scope] = [item for item in defined if item.is_function]
    return module.methods[scope]


def assignments(scope: Scope, module: Module, name: str) -> list[tuple[Scope, Binding]]:
    """Where methods of a class set `self.name`."""
    if (scope, name) not in module.assignments:
        path = f"self.{name}"
        module.assignments[scope, name] = [
            (method, item)
            for method in methods(scope, module)
            for item in method.bindings.get(path, ())
            if not item.kind.changes
        ]
    return module.assignments[scope, name]


def _assigned(ev: Evaluator, instance: Instance, name: str, receiver: Value) -> Value | None:
    places = assignments(instance.scope, instance.module, name)
    first = [item for item in places if item[0].name in MAKING]
    rest = [item for item in places if item[0].name not in MAKING and not _is_none(item[1].value)]
    of_class = _of_class(instance.scope, name)
    if rest and any(not _is_none(item.value) for item in (*of_class, *(item for _, item in first))):
        return DYNAMIC
    chosen = rest or first
    if not chosen:
        return None
    if len({item[0] for item in chosen}) > 1:
        return DYNAMIC
    method, binding = chosen[-1]
    frame = instance.frame
    inner: Frame | None = None
    if frame is not None and method.name == "__init__":
        inner = ev.shared.frame(
            method, frame.call, frame.site, frame.module, frame.caller, receiver, frame.depth + 1
        )
    if of_class and not any(_is_run(ev, item, instance.module, inner) for _, item in reversed(chosen)):
        return None
    site = Site(method, 1 << 60)
    value = names.reaching(ev, f"self.{name}", method, instance.module, site, inner)
    if value is None:
        return DYNAMIC
    if value.is_known and value.value is None:
        return soft(None, f"{instance.scope.name}.{name}")
    return through(value, f"self.{name}, line {instance.module.line_of(binding.node)}")


def _of_class(scope: Scope, name: str) -> list[Binding]:
    """What a class gives an attribute, or leaves to whoever makes an object."""
    return [
        item
        for item in scope.bindings.get(name, ())
        if item.kind is Kind.ASSIGN and (item.value is not None or defaults.is_dataclass(scope))
    ]


def _is_run(ev: Evaluator, binding: Binding, module: Module, frame: Frame | None) -> bool:
    """Whether its method comes to an assignment, in this world."""
    guards = binding.site.guards
    return not guards or bool(conditions.reached(ev, guards, (), module, binding.site, frame))


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _member(ev: Evaluator, binding: Binding, module: Module, receiver: Value) -> Value:
    scope = module.index.scopes[binding.node]
    definition = Definition(scope, module, receiver)
    if is_property(scope):
        return invocation.returned(ev, definition, None, module, binding.site, None)
    return stated(definition)


def is_property(scope: Scope) -> bool:
    """Whether a method is called by reading it."""
    decorators = getattr(scope.node, "decorator_list", ())
    return any(dotted_path(item).rpartition(".")[2] in PROPERTIES for item in decorators)


def _field(ev: Evaluator, instance: Instance, binding: Binding) -> Value:
    """A class attribute; in dataclasses and their kin a default that the constructor's call may replace."""
    scope, module = instance.scope, instance.module
    frame, name = instance.frame, binding.name
    if name in module.handed_over or (frame is not None and name in frame.module.handed_over):
        return DYNAMIC
    options = defaults.is_dataclass(scope)
    if options and frame is not None:
        given = passing.argument(frame.call, name, list(scope.bindings))
        if given is not None:
            return ev.value(given, frame.module, frame.site, frame.caller)
        for keyword in frame.call.keywords:
            if keyword.arg is None:
                spread = ev.value(keyword.value, frame.module, frame.site, frame.caller).value
                if isinstance(spread, Dict) and name in spread:
                    found: Value = spread[name]
                    return found
    if binding.value is None:
        return DYNAMIC
    value = ev.value(binding.value, module, binding.site, None)
    what = f"{scope.name}.{name}"
    value = defaults.as_default(value, what)
    if options and frame is not None and parameters.is_given(name, scope.name, list(scope.bindings), frame):
        return defaults.left(value)
    if options or not value.is_known:
        return defaults.of_settings(scope, name, value, module) if value.is_known else value
    return replace(value, origin=what) if is_plain(value.value) else value

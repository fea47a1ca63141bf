"""What a name holds at a place: the bindings that reach it, and the changes made since."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.inference import Place
from ecolint.parsers.pythonic.evaluation import arithmetic, conditions, defaults, mutation
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Definition,
    Dict,
    Frame,
    Instance,
    ModuleValue,
    Value,
    is_plain,
    relocated,
    stated,
    through,
)
from ecolint.parsers.pythonic.evaluation.worlds import Impossible
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site
from ecolint.records import replace
from ecolint.source import Span
from ecolint.statements import Call, Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module

CALLER_LIMIT = 4
CALL_LIMIT = 100
"""Calls of one name that are looked at for what they give."""
CHANGED_ITEMS = 8
"""Items that are as much work to go through as one change of a value in place."""
SPECIAL: dict[str, Value] = {
    "__name__": stated("__main__"),
    "TYPE_CHECKING": stated(True),
    "__debug__": stated(True),
}


def lookup(ev: Evaluator, name: str, module: Module, site: Site, frame: Frame | None) -> Value:
    """Value of a plain name or dotted path."""
    owner = site.scope.owner(name.partition(".")[0])
    if owner is None:
        return _unbound(ev, name, module)
    value = reaching(ev, name, owner, module, site, frame)
    return DYNAMIC if value is None else value


def _unbound(ev: Evaluator, name: str, module: Module) -> Value:
    if name in SPECIAL:
        return SPECIAL[name]
    for star in module.scope.stars:
        found = imported(ev, f"{star}.{name}", module, module.text.fragment.span(0, 0))
        if found.is_known:
            return found
    return stated(Symbol(name)) if "." not in name else DYNAMIC


def reaching(
    ev: Evaluator, name: str, owner: Scope, module: Module, site: Site, frame: Frame | None
) -> Value | None:
    """Value of a variable of `owner` read at `site`; None where nothing binds it before."""
    bindings = owner.bindings.get(name, [])
    if not ev.afford(len(bindings)):
        return DYNAMIC
    here = owner.function is site.scope.function
    bases = [item for item in bindings if not item.kind.changes]
    if here:
        before = [item for item in bases if item.site.order < site.order or _encloses(item, site)]
        bases = before or [item for item in bases if set(item.site.loops) & set(site.loops)]
    elif len(bases) > 1 and _rewritten(bases, owner):
        return DYNAMIC
    base = _choose(ev, bases, module, site, frame)
    if base is None:
        return None
    value = bound_value(ev, base, module, frame if here else _frame_of(owner, frame))
    if base.kind in (Kind.ASSIGN, Kind.LOOP):
        value = through(value, f"{name}, line {module.line_of(base.node)}")
    changes = [
        item
        for item in bindings
        if item.kind.changes
        and item.site.order > base.site.order
        and (not here or item.site.order < site.order)
    ]
    if not ev.afford(len(changes) * CHANGED_ITEMS):
        return DYNAMIC
    for item in changes:
        value = _changed(ev, value, item, module, site, frame)
    if isinstance(value.value, Call) and value.value.callee.rpartition(".")[2][:1].isupper():
        value = _with_attributes(ev, value, name, base, owner, module, site, frame)
    return value


def _with_attributes(
    ev: Evaluator,
    value: Value,
    name: str,
    base: Binding,
    owner: Scope,
    module: Module,
    site: Site,
    frame: Frame | None,
) -> Value:
    """An object with attributes that were set after it was made: `config.load_in_8bit = True`."""
    bindings = [item for path in owner.attributes_of(name) for item in owner.bindings[path]]
    if not ev.afford(len(bindings)):
        return DYNAMIC
    changes = [
        item
        for item in bindings
        if base.site.order < item.site.order < site.order
        and item.kind is Kind.ASSIGN
        and item.value is not None
        and not item.path
    ]
    if not ev.afford(len(changes) * CHANGED_ITEMS):
        return DYNAMIC
    for item in changes:
        if conditions.reached(ev, item.site.guards, site.guards, module, item.site, frame):
            value = mutation.attribute_set(ev, value, item.name[len(name) + 1 :], item, module, frame)
    return value


def _encloses(binding: Binding, site: Site) -> bool:
    """Parameters, loop targets and walrus targets of the very statement are there already."""
    if binding.kind is Kind.LOOP:
        return binding.node in site.loops
    return binding.kind is Kind.PARAMETER or isinstance(binding.node, ast.NamedExpr)


def _rewritten(bases: list[Binding], owner: Scope) -> bool:
    """Whether functions replace a variable of the module, so that the order of the text says nothing."""
    outside = [item for item in bases if item.site.scope.function is not owner]
    return bool(outside) and any(
        item.value is not None and not (isinstance(item.value, ast.Constant) and item.value.value is None)
        for item in bases
        if item.site.scope.function is owner
    )


def _choose(
    ev: Evaluator, bases: list[Binding], module: Module, site: Site, frame: Frame | None
) -> Binding | None:
    usable = []
    for item in reversed(bases):
        handler = any(guard.test is None and guard not in site.guards for guard in item.site.guards)
        if not handler:
            usable.append(item)
    usable = usable or list(reversed(bases))
    for number, item in enumerate(usable):
        if item.kind is Kind.PARAMETER:
            return item
        if not ev.step():
            return None
        last = number == len(usable) - 1
        if last and (not _is_needed(item, site) or ev.must_guess()):
            return item
        passed = conditions.reached(ev, item.site.guards, site.guards, module, item.site, frame)
        if passed or (last and passed is None):
            return item
        if last:
            raise Impossible
    return None


def _is_needed(binding: Binding, site: Site) -> bool:
    """Whether a name has no value at a site unless its only binding was run on the way there."""
    return (
        binding.kind is Kind.ASSIGN
        and "." not in binding.name
        and binding.site.scope is site.scope
        and set(binding.site.loops).isdisjoint(site.loops)
    )


def _frame_of(owner: Scope, frame: Frame | None) -> Frame | None:
    """The invocation in which a variable of an enclosing function lives."""
    while frame is not None and frame.scope is not owner:
        frame = frame.caller
    return frame


def _changed(
    ev: Evaluator, value: Value, item: Binding, module: Module, site: Site, frame: Frame | None
) -> Value:
    if any(guard.test is None for guard in item.site.guards if guard not in site.guards):
        return value
    if conditions.reached(ev, item.site.guards, site.guards, module, item.site, frame):
        return mutation.applied(ev, value, item, module, frame)
    return value


def bound_value(ev: Evaluator, binding: Binding, module: Module, frame: Frame | None) -> Value:
    """Value that a binding gives."""
    if binding.kind is Kind.IMPORT:
        return imported(ev, binding.dotted, module, module.text.span(binding.node))
    if binding.kind is Kind.DEFINITION:
        return stated(Definition(module.index.scopes[binding.node], module))
    if binding.kind is Kind.PARAMETER:
        return parameter(ev, binding, module, frame)
    if binding.value is None or binding.kind is Kind.OTHER:
        return DYNAMIC
    if binding.kind is Kind.LOOP:
        return _element(ev, binding, module, frame)
    value = ev.value(binding.value, module, binding.site, frame)
    for number in binding.path:
        value = arithmetic.item(value, stated(number))
    return value


def _element(ev: Evaluator, binding: Binding, module: Module, frame: Frame | None) -> Value:
    """The element of a literal collection that the loop is at: each of them is one that really happens."""
    assert binding.value is not None
    whole = ev.value(binding.value, module, binding.site, frame)
    if binding.path or not isinstance(whole.value, tuple) or not whole.value:
        return DYNAMIC
    if len(whole.value) > CALLER_LIMIT or not all(is_plain(item.value) for item in whole.value):
        return DYNAMIC
    count = len(whole.value)
    side = ev.alternative(f"loop:{id(binding.node)}", count) if count > 1 else 0
    if side is None:
        return DYNAMIC
    chosen: Value = whole.value[side % count]
    return chosen


def parameter(ev: Evaluator, binding: Binding, module: Module, frame: Frame | None) -> Value:
    """Value of a parameter: what the followed call passes, what calls in the module pass, or its default."""
    scope = binding.site.scope
    if _is_receiver(binding, scope):
        owner = scope.parent
        assert owner is not None
        own = _frame_of(scope, frame)
        return (
            own.receiver if own is not None and own.receiver is not None else stated(Instance(owner, module))
        )
    own = _frame_of(scope, frame)
    if own is None:
        own = _called(ev, scope, module)
    if own is not None:
        passed = _passed(ev, binding, own)
        if passed is not None:
            value = through(passed, f"argument of {scope.name}(), line {own.call.lineno}")
            return _placed(value, binding, own, module)
    value = defaults.of_parameter(ev, binding, module, frame)
    if own is None or scope.is_decorated:
        return value
    made = scope.parent.name if scope.name == "__init__" and scope.parent is not None else scope.name
    return defaults.left(value) if is_given(binding.name, made, scope.positional, own) else value


def is_given(name: str, callee: str, positional: list[str], frame: Frame) -> bool:
    """Whether some call of the function or class gives a parameter, so that one without it leaves it on purpose."""
    place = positional.index(name) if name in positional else CALL_LIMIT
    return any(
        len(call.args) > place or any(keyword.arg == name for keyword in call.keywords)
        for call in frame.module.index.calls_named(callee)[:CALL_LIMIT]
    )


def _is_receiver(binding: Binding, scope: Scope) -> bool:
    if scope.parent is None or not scope.parent.is_class or isinstance(scope.node, ast.Lambda):
        return False
    arguments = scope.arguments
    first = (arguments.posonlyargs + arguments.args)[:1]
    decorators = {getattr(item, "id", "") for item in getattr(scope.node, "decorator_list", ())}
    return bool(first) and first[0] is binding.node and "staticmethod" not in decorators


def _called(ev: Evaluator, scope: Scope, module: Module) -> Frame | None:
    """The call in this module that the world looks at, where there are few of them."""
    sites = callers(scope, module)
    if not sites or len(sites) > CALLER_LIMIT:
        return None
    side = ev.alternative(f"caller:{id(scope)}", len(sites)) if len(sites) > 1 else 0
    if side is None:
        return None
    call = sites[side]
    site = module.index.sites[call]
    if conditions.reached(ev, site.guards, (), module, site, None) is False:
        if len(sites) > 1:
            raise Impossible
        return None
    return ev.shared.frame(scope, call, site, module)


def callers(scope: Scope, module: Module) -> list[ast.Call]:
    """Calls in the module of a function, method or (for `__init__`) class of it, outside of itself."""
    cache = module.callers
    if scope not in cache:
        cache[scope] = _find_callers(scope, module)
    return cache[scope]


def _find_callers(scope: Scope, module: Module) -> list[ast.Call]:
    if not scope.name or scope.parent is None:
        return []
    method = scope.parent.is_class
    name = scope.parent.name if method and scope.name == "__init__" else scope.name
    found = []
    for call in module.index.calls_named(name):
        function = call.func
        if isinstance(function, ast.Name) and function.id == name:
            owner = module.index.sites[call].scope.owner(name)
            fits = owner is (scope.parent.parent if method else scope.parent) and (
                not method or scope.name == "__init__"
            )
        elif (
            isinstance(function, ast.Attribute)
            and function.attr == name
            and method
            and scope.name != "__init__"
        ):
            fits = isinstance(function.value, ast.Name) and (
                function.value.id == "self" and module.index.sites[call].scope.enclosing_class is scope.parent
            )
        else:
            fits = False
        if fits and not _inside(module.index.sites[call].scope, scope):
            found.append(call)
    return found


def _inside(inner: Scope | None, outer: Scope) -> bool:
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.parent
    return False


def _passed(ev: Evaluator, binding: Binding, frame: Frame) -> Value | None:
    """What a call passes for a parameter; None where it leaves the default."""
    arguments = frame.scope.arguments
    name = binding.name
    positional = frame.scope.positional
    call = frame.call
    if frame.depth > 6:
        return DYNAMIC
    if arguments.kwarg is not None and arguments.kwarg.arg == name:
        return _spread(ev, frame, {*positional, *(item.arg for item in arguments.kwonlyargs)})
    if any(isinstance(item, ast.Starred) for item in call.args):
        return DYNAMIC
    for keyword in call.keywords:
        if keyword.arg == name:
            return ev.value(keyword.value, frame.module, frame.site, frame.caller)
    if name in positional and positional.index(name) < len(call.args):
        return ev.value(call.args[positional.index(name)], frame.module, frame.site, frame.caller)
    for keyword in call.keywords:
        if keyword.arg is None:
            value = ev.value(keyword.value, frame.module, frame.site, frame.caller)
            if not isinstance(value.value, Dict):
                return DYNAMIC
            if name in value.value:
                found: Value = value.value[name]
                return found
    return None


def _placed(value: Value, binding: Binding, frame: Frame, module: Module) -> Value:
    """A number or word that a call of the same module gives, told as standing there; a flag only lets the function
    do what it states itself."""
    if frame.module is not module or not isinstance(value.value, (int, float, str)):
        return value
    if isinstance(value.value, bool) or value.place is Place.POSITIONAL:
        return value
    given = next((item for item in frame.call.keywords if item.arg == binding.name), None)
    number = frame.scope.positional.index(binding.name) if binding.name in frame.scope.positional else None
    if given is not None:
        span, inner = module.text.span(given), module.text.span(given.value)
    elif number is not None and number < len(frame.call.args):
        span = inner = module.text.span(frame.call.args[number])
    else:
        return value
    return replace(value, span=span, value_span=inner, place=Place.POSITIONAL)


def _spread(ev: Evaluator, frame: Frame, taken: set[str]) -> Value:
    """`**kwargs` as the call fills it."""
    _, keywords = ev.arguments(frame.call, frame.module, frame.site, frame.caller)
    rest = keywords.copied()
    for name in taken & set(rest):
        del rest[name]
    return stated(rest)


def imported(ev: Evaluator, dotted: str, module: Module, span: Span) -> Value:
    """What an import gives: a symbol, or the value of a variable of another module of the repository."""
    found = module.program.find(dotted, module.path)
    if found is None:
        return stated(Symbol(dotted.lstrip(".")))
    other, rest = found
    value = stated(ModuleValue(other))
    for name in rest:
        if not isinstance(value.value, ModuleValue):
            return DYNAMIC
        value = of_module(ev, value.value.module, name)
    return relocated(value, span, f"{'.'.join(rest)} of {other.path}")


def of_module(ev: Evaluator, module: Module, name: str) -> Value:
    """A variable of another module, after that has run."""
    with ev.deeper() as room:
        if not room or not module.scope.binds(name):
            return DYNAMIC
        return lookup(ev, name, module, Site(module.scope, 1 << 60), None)

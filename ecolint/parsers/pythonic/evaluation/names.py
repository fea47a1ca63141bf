"""What a name holds at a place: the bindings that reach it, and the changes made since."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.evaluation import arithmetic, conditions, mutation, parameters
from ecolint.parsers.pythonic.evaluation.parameters import frame_of
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Definition,
    Frame,
    ModuleValue,
    Value,
    is_plain,
    relocated,
    stated,
    through,
)
from ecolint.parsers.pythonic.evaluation.worlds import Impossible
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site, dotted_path
from ecolint.source import Span
from ecolint.statements import Call, Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module

ELEMENT_LIMIT = 4
"""Elements of a literal collection of which each is looked at."""
CHANGED_ITEMS = 8
"""Items that are as much work to go through as one change of a value in place."""
FOR_TYPES = "TYPE_CHECKING"
"""What is true for those alone who check types."""
SPECIAL: dict[str, Value] = {
    "__name__": stated("__main__"),
    "__debug__": stated(True),
    FOR_TYPES: stated(False),
}
SYMBOLS: dict[str, Value] = {
    "sys.platform": stated("linux"),
    "os.name": stated("posix"),
    f"typing.{FOR_TYPES}": stated(False),
    f"typing_extensions.{FOR_TYPES}": stated(False),
    "torch.version.hip": stated(None),
    "torch.version.xpu": stated(None),
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
    value = bound_value(ev, base, module, frame if here else frame_of(owner, frame))
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
    if len(usable) > 1:
        usable = next(([item] for item in usable if _is_for_types(item)), usable)
    for number, item in enumerate(usable):
        if item.kind is Kind.PARAMETER:
            return item
        if not ev.step():
            return None
        last = number == len(usable) - 1
        is_attribute = "." in item.name and item.site.scope is site.scope
        if last and (not (is_attribute or _is_needed(item, site)) or ev.must_guess()):
            return item
        passed = conditions.reached(ev, item.site.guards, site.guards, module, item.site, frame)
        if passed or (last and passed is None):
            return item
        if last and not is_attribute:
            raise Impossible
    return None


def _is_for_types(binding: Binding) -> bool:
    """Whether a name is imported for those who check types; what it is loaded by later stands for the same."""
    return binding.kind is Kind.IMPORT and any(
        guard.truth and guard.test is not None and dotted_path(guard.test).endswith(FOR_TYPES)
        for guard in binding.site.guards
    )


def _is_needed(binding: Binding, site: Site) -> bool:
    """Whether a name has no value at a site unless its only binding was run on the way there."""
    return (
        binding.kind is Kind.ASSIGN
        and "." not in binding.name
        and binding.site.scope is site.scope
        and set(binding.site.loops).isdisjoint(site.loops)
    )


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
        return parameters.parameter(ev, binding, module, frame)
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
    if len(whole.value) > ELEMENT_LIMIT or not all(is_plain(item.value) for item in whole.value):
        return DYNAMIC
    count = len(whole.value)
    side = ev.alternative(f"loop:{id(binding.node)}", count) if count > 1 else 0
    if side is None:
        return DYNAMIC
    chosen: Value = whole.value[side % count]
    return chosen


def imported(ev: Evaluator, dotted: str, module: Module, span: Span) -> Value:
    """What an import gives: a symbol, or the value of a variable of another module of the repository."""
    found = module.program.find(dotted, module.path)
    if found is None:
        return symbol(dotted.lstrip("."))
    other, rest = found
    value = stated(ModuleValue(other))
    for name in rest:
        if not isinstance(value.value, ModuleValue):
            return DYNAMIC
        value = of_module(ev, value.value.module, name)
    return relocated(value, span, f"{'.'.join(rest)} of {other.path}")


def symbol(dotted: str) -> Value:
    """A name of a library, or its value where that is known."""
    return SYMBOLS.get(dotted, stated(Symbol(dotted)))


def of_module(ev: Evaluator, module: Module, name: str) -> Value:
    """A variable of another module, after that has run."""
    with ev.deeper() as room:
        if not room or not module.scope.binds(name):
            return DYNAMIC
        return lookup(ev, name, module, Site(module.scope, 1 << 60), None)

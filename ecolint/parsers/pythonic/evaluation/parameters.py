"""What a parameter holds: what the followed call passes, what calls in the module pass, or its default."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.inference import Place
from ecolint.parsers.pythonic.evaluation import conditions, defaults, passing
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.evaluation.values import DYNAMIC, Dict, Frame, Instance, Value, stated, through
from ecolint.parsers.pythonic.evaluation.worlds import Impossible
from ecolint.parsers.pythonic.scopes import Binding, Scope
from ecolint.records import replace

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module

CALLER_LIMIT = 4
"""Calls of a function that are looked at one by one; of more, none."""
CALL_LIMIT = 100
"""Calls of one name that are looked at for what they give."""


def parameter(ev: Evaluator, binding: Binding, module: Module, frame: Frame | None) -> Value:
    """Value of a parameter: what the followed call passes, what calls in the module pass, or its default."""
    scope = binding.site.scope
    if is_receiver(binding, scope):
        owner = scope.parent
        assert owner is not None
        own = frame_of(scope, frame)
        return (
            own.receiver if own is not None and own.receiver is not None else stated(Instance(owner, module))
        )
    own = frame_of(scope, frame)
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
    """Whether some call of the function or class gives a parameter, or may, so that one without it leaves it on
    purpose."""
    return any(
        passing.spreads(call) or passing.argument(call, name, positional) is not None
        for call in frame.module.index.calls_named(callee)[:CALL_LIMIT]
    )


def is_receiver(binding: Binding, scope: Scope) -> bool:
    """Whether a parameter of a method is the object or class that it is called on."""
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


def frame_of(owner: Scope, frame: Frame | None) -> Frame | None:
    """The invocation in which a variable of an enclosing function lives."""
    while frame is not None and frame.scope is not owner:
        frame = frame.caller
    return frame


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
    given = passing.argument(call, name, positional)
    if given is not None:
        return ev.value(given, frame.module, frame.site, frame.caller)
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

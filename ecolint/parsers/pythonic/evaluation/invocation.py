"""What a call gives: known functions are computed, the repository's own are followed, others stay calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.evaluation import attributes, builtin, conditions
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Definition,
    Frame,
    Instance,
    Namespace,
    Partial,
    Value,
    relocated,
    stated,
)
from ecolint.parsers.pythonic.scopes import Scope, Site
from ecolint.statements import Call, Symbol

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module

FOLLOW_LIMIT = 8
CLASS_PARSERS = frozenset(
    (
        "parse_args_into_dataclasses",
        "parse_args_and_config",
        "parse_dict",
        "parse_json_file",
        "parse_yaml_file",
    )
)
CLASS_MAKERS = frozenset(
    ("tyro.cli", "simple_parsing.parse", "pyrallis.parse", "jsonargparse.CLI", "draccus.parse")
)


def callee_of(
    ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None
) -> tuple[str, Value, Value | None]:
    """Dotted name of what is called, its value, and for methods the object."""
    function = node.func
    if isinstance(function, ast.Attribute):
        base = ev.value(function.value, module, site, frame)
        value = attributes.of(ev, base, function.attr)
        name = value.value.name if isinstance(value.value, Partial) else method_name(base, function.attr)
        return name, value, base
    value = ev.value(function, module, site, frame)
    if isinstance(value.value, (Symbol, Partial)):
        return value.value.name, value, None
    if isinstance(value.value, Definition):
        return value.value.scope.name, value, None
    if isinstance(value.value, Call):
        return f"{value.value.callee}()", value, None
    return "?", value, None


def method_name(base: Value, name: str) -> str:
    """How a method of a value is called in `Call.callee`."""
    held = base.value
    if isinstance(held, Symbol):
        return f"{held.name}.{name}"
    if isinstance(held, Call):
        return f"{held.callee}().{name}"
    if isinstance(held, (Definition, Instance)):
        return f"{held.scope.name}.{name}"
    return f"?.{name}"


def invoke(ev: Evaluator, node: ast.Call, module: Module, site: Site, frame: Frame | None) -> Value:
    """Value of a call."""
    callee, function, base = callee_of(ev, node, module, site, frame)
    held = function.value
    if isinstance(held, Definition):
        return _own(ev, held, node, module, site, frame, callee)
    if isinstance(held, Partial):
        return stated(ev.call(node, callee, module, site, frame, function))
    if base is not None and not isinstance(base.value, (Symbol, Call)):
        return builtin.method(ev, base, node, callee, module, site, frame)
    if base is not None and isinstance(base.value, Call):
        value = _method_of_call(ev, base.value, node, module, site, frame)
        if value is not None:
            return value
    if isinstance(held, Symbol):
        value = builtin.function(ev, held.name, node, module, site, frame)
        if value is not None:
            return value
        if held.name in CLASS_MAKERS and node.args:
            return _instances(ev.value(node.args[0], module, site, frame))
    return stated(ev.call(node, callee, module, site, frame))


def _own(
    ev: Evaluator,
    definition: Definition,
    node: ast.Call,
    module: Module,
    site: Site,
    frame: Frame | None,
    callee: str,
) -> Value:
    """A function or class of the repository."""
    scope = definition.scope
    depth = frame.depth + 1 if frame is not None else 1
    if scope.is_class:
        if _is_made_from(scope, "Namespace"):
            return stated(Namespace(definition.module))
        if _is_made_from(scope, "TypedDict"):
            return builtin.dictionary(ev, node, module, site, frame)
        return stated(
            Instance(scope, definition.module, ev.shared.frame(scope, node, site, module, frame, None, depth))
        )
    if depth > FOLLOW_LIMIT or (frame is not None and frame.holds(scope)):
        return DYNAMIC
    value = returned(ev, definition, node, module, site, frame)
    if not value.is_known:
        return stated(ev.call(node, callee, module, site, frame))
    if definition.module is not module:
        return relocated(value, module.text.span(node), f"{scope.name}() of {definition.module.path}")
    return value


def _is_made_from(scope: Scope, name: str) -> bool:
    return any(
        (getattr(base, "attr", "") or getattr(base, "id", "")) == name
        for base in getattr(scope.node, "bases", ())
    )


def returned(
    ev: Evaluator,
    definition: Definition,
    node: ast.Call | None,
    module: Module,
    site: Site,
    frame: Frame | None,
) -> Value:
    """What a function of the repository returns to a call, or to whoever reads a property."""
    scope, own = definition.scope, definition.module
    depth = frame.depth + 1 if frame is not None else 1
    call = (
        node
        if node is not None
        else ast.Call(ast.Name(scope.name, ast.Load(), lineno=1, col_offset=0), [], [])
    )
    if node is None:
        ast.copy_location(call, scope.node)
    inner = ev.shared.frame(scope, call, site, module, frame, definition.receiver, depth)
    with ev.deeper() as room:
        if not room or not scope.returns:
            return DYNAMIC
        last = len(scope.returns) - 1
        for number, (expression, place) in enumerate(scope.returns):
            if any(guard.test is None for guard in place.guards):
                continue
            if number < last and not conditions.reached(ev, place.guards, (), own, place, inner):
                continue
            return stated(None) if expression is None else ev.value(expression, own, place, inner)
    return DYNAMIC


def _method_of_call(
    ev: Evaluator, maker: Call, node: ast.Call, module: Module, site: Site, frame: Frame | None
) -> Value | None:
    """Methods of objects made by known calls that parse options or return the object itself."""
    name = node.func.attr  # type: ignore[attr-defined]
    if name in CLASS_PARSERS and maker.callee.endswith(("ArgumentParser", "TrlParser")):
        source = maker.keywords.get("dataclass_types") or (maker.positional[0] if maker.positional else None)
        classes = _dataclass_argument(ev, maker, module)
        return classes if source is not None and classes is not None else DYNAMIC
    if name in ("parse_args", "parse_known_args", "parse_intermixed_args"):
        space = stated(Namespace(module))
        return stated((space, DYNAMIC)) if name == "parse_known_args" else space
    if name in ITSELF and maker.callee.endswith(("from_pretrained", "from_model_id")):
        return stated(maker)
    return None


ITSELF = frozenset(("to", "cuda", "cpu", "half", "float", "bfloat16", "eval", "train", "requires_grad_"))


def _dataclass_argument(ev: Evaluator, maker: Call, module: Module) -> Value | None:
    """Objects of the classes that an argument parser was made for; the call is found again by its span."""
    for call in module.index.calls:
        if module.text.span(call) == maker.span:
            first = (
                call.args[0]
                if call.args
                else next((k.value for k in call.keywords if k.arg == "dataclass_types"), None)
            )
            if first is None:
                return None
            value = ev.value(first, module, module.index.sites[call], None)
            single = not isinstance(value.value, tuple)
            return stated((_instances(value),)) if single else _instances(value)
    return None


def _instances(value: Value) -> Value:
    held = value.value
    if isinstance(held, tuple):
        return stated(tuple(_instances(item) for item in held))
    if isinstance(held, Definition) and held.scope.is_class:
        return stated(Instance(held.scope, held.module))
    return DYNAMIC

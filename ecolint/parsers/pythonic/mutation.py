"""Changes made in place: `d["k"] = v`, `d.update(…)`, `config.load_in_8bit = True`, `setattr(config, …)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.inference import Place
from ecolint.parsers.pythonic import arithmetic
from ecolint.parsers.pythonic.scopes import Binding, Kind
from ecolint.parsers.pythonic.values import DYNAMIC, Dict, Value, exported
from ecolint.records import replace
from ecolint.statements import Call

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.values import Frame


def applied(ev: Evaluator, value: Value, change: Binding, module: Module, frame: Frame | None) -> Value:
    """The value after the change."""
    held = value.value
    if isinstance(change.node, ast.AugAssign):
        return _augmented(ev, value, change, change.node, module, frame)
    if isinstance(held, Dict):
        tree = held.copied()
        if change.kind is Kind.ITEM:
            _set_item(ev, tree, change, module, frame)
        else:
            _call_method(ev, tree, change, module, frame)
        return replace(value, value=tree)
    if isinstance(held, Call) and isinstance(change.value, ast.Call):
        return replace(value, value=_object_changed(ev, held, change, change.value, module, frame))
    if isinstance(held, tuple):
        return _grown(ev, value, change, module, frame)
    return value


def attribute_set(
    ev: Evaluator, value: Value, name: str, change: Binding, module: Module, frame: Frame | None
) -> Value:
    """An object made by a call, after `object.name = value`: as if the call had been given the keyword."""
    assert isinstance(value.value, Call)
    assert change.value is not None
    return replace(value, value=_with(ev, value.value, name, change.value, change, module, frame))


def _with(
    ev: Evaluator,
    call: Call,
    name: str,
    given: ast.expr,
    change: Binding,
    module: Module,
    frame: Frame | None,
) -> Call:
    """The call with one keyword more, which a later statement gives."""
    keywords = Dict(call.keywords)
    keywords.complete = call.complete
    keywords[name] = replace(
        exported(ev.value(given, module, change.site, frame)),
        span=module.text.span(change.node),
        value_span=module.text.span(given),
        place=Place.ITEM_ASSIGNMENT,
    )
    return replace(call, keywords=keywords)


def _object_changed(
    ev: Evaluator, made: Call, change: Binding, call: ast.Call, module: Module, frame: Frame | None
) -> Call:
    """An object after `setattr(object, name, value)` or `object.update(name=value)`."""
    if isinstance(call.func, ast.Name):
        name = ev.value(call.args[1], module, change.site, frame).value
        if isinstance(name, str):
            return _with(ev, made, name, call.args[2], change, module, frame)
        return replace(made, complete=False)
    if (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "update"
        and made.callee[-40:].endswith("Config")
    ):
        for keyword in call.keywords:
            if keyword.arg is None:
                made = replace(made, complete=False)
            else:
                made = _with(ev, made, keyword.arg, keyword.value, change, module, frame)
    return made


def _augmented(
    ev: Evaluator, value: Value, change: Binding, node: ast.AugAssign, module: Module, frame: Frame | None
) -> Value:
    """`x += y`, once; in a loop nobody knows how often."""
    if change.site.loops or not value.is_known:
        return DYNAMIC
    return arithmetic.binary(node.op, value, ev.value(node.value, module, change.site, frame))


def _set_item(ev: Evaluator, tree: Dict, change: Binding, module: Module, frame: Frame | None) -> None:
    assert change.key is not None
    key = ev.value(change.key, module, change.site, frame).value
    if not isinstance(key, str):
        tree.complete = False
    elif change.value is None:
        tree.pop(key, None)
    else:
        tree[key] = replace(
            ev.value(change.value, module, change.site, frame),
            span=module.text.span(change.node),
            value_span=module.text.span(change.value),
            place=Place.ITEM_ASSIGNMENT,
        )


def _call_method(ev: Evaluator, tree: Dict, change: Binding, module: Module, frame: Frame | None) -> None:
    call = change.value
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    method = call.func.attr
    positional, keywords = ev.arguments(call, module, change.site, frame)
    if method == "update":
        if positional:
            other = ev.value(call.args[0], module, change.site, frame).value
            if isinstance(other, Dict):
                tree.update(other)
                tree.complete = tree.complete and other.complete
            else:
                tree.complete = False
        tree.update(keywords)
        tree.complete = tree.complete and keywords.complete
    elif method in ("pop", "setdefault") and positional:
        key = positional[0].value
        if not isinstance(key, str):
            tree.complete = False
        elif method == "pop":
            tree.pop(key, None)
        elif key not in tree and len(positional) > 1:
            tree[key] = replace(
                positional[1], span=module.text.span(change.node), place=Place.ITEM_ASSIGNMENT
            )
    elif method == "clear":
        tree.clear()


def _grown(ev: Evaluator, value: Value, change: Binding, module: Module, frame: Frame | None) -> Value:
    call = change.value
    if change.kind is Kind.ITEM or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return DYNAMIC
    items = value.value if isinstance(value.value, tuple) else ()
    if call.func.attr == "append" and len(call.args) == 1:
        span = module.text.span(call.args[0])
        item = replace(ev.value(call.args[0], module, change.site, frame), span=span, value_span=span)
        return replace(value, value=(*items, item))
    if call.func.attr == "extend" and len(call.args) == 1:
        more = ev.value(call.args[0], module, change.site, frame).value
        return replace(value, value=(*items, *more)) if isinstance(more, tuple) else DYNAMIC
    return DYNAMIC

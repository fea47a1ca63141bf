"""Changes made in place: `d["k"] = v`, `d.update(…)`, `config.load_in_8bit = True`, `setattr(config, name, True)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from ecolint.inference import Known, Place
from ecolint.parsers.pythonic.evaluation import arithmetic
from ecolint.parsers.pythonic.evaluation.values import (
    DYNAMIC,
    Dict,
    Formatted,
    Value,
    exported,
    soft,
    softened,
)
from ecolint.parsers.pythonic.scopes import Binding, Kind
from ecolint.records import replace
from ecolint.statements import Call

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.evaluation.values import Frame
    from ecolint.parsers.pythonic.module import Module


def applied(ev: Evaluator, value: Value, change: Binding, module: Module, frame: Frame | None) -> Value:
    """The value after the change."""
    held = value.value
    if isinstance(change.node, ast.AugAssign):
        return _augmented(ev, value, change, change.node, module, frame)
    if isinstance(held, Call):
        return _object_changed(ev, value, held, change, module, frame)
    if change.kind is Kind.ATTRIBUTE:
        return value
    if isinstance(held, Dict):
        tree = held.copied()
        if change.kind is Kind.ITEM:
            _set_item(ev, tree, change, module, frame)
        else:
            _call_method(ev, tree, change, module, frame)
        return replace(value, value=tree)
    if isinstance(held, tuple):
        return _grown(ev, value, change, module, frame)
    return value


def _object_changed(
    ev: Evaluator, value: Value, held: Call, change: Binding, module: Module, frame: Frame | None
) -> Value:
    """An object made by a call, after `object.update(name=value)` or `setattr(object, name, value)`."""
    call = change.value
    if change.kind is Kind.ATTRIBUTE:
        assert change.key is not None
        name = ev.value(change.key, module, change.site, frame).value
        return (
            attribute_set(ev, value, name, change, module, frame)
            if isinstance(name, str)
            else replace(value, value=_unknown(held))
        )
    if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") != "update":
        return value
    _, given = ev.arguments(call, module, change.site, frame)
    keywords = Dict({**held.keywords, **given})
    keywords.complete = held.complete and given.complete and not call.args
    return replace(value, value=replace(held, keywords=keywords, complete=keywords.complete))


def _unknown(call: Call) -> Call:
    """A call of which every keyword may have another value by now."""
    keywords = Dict(
        {name: replace(item, value=None, known=Known.DYNAMIC) for name, item in call.keywords.items()}
    )
    keywords.complete = False
    return replace(call, keywords=keywords, complete=False)


def attribute_set(
    ev: Evaluator, value: Value, name: str, change: Binding, module: Module, frame: Frame | None
) -> Value:
    """An object made by a call, after `object.name = value`: as if the call had been given the keyword."""
    call = value.value
    assert isinstance(call, Call)
    assert change.value is not None
    keywords = Dict(call.keywords)
    keywords.complete = call.complete
    keywords[name] = replace(
        exported(ev.value(change.value, module, change.site, frame)),
        span=module.text.span(change.node),
        value_span=module.text.span(change.value),
        place=Place.ITEM_ASSIGNMENT,
    )
    return replace(value, value=replace(call, keywords=keywords))


def _augmented(
    ev: Evaluator, value: Value, change: Binding, node: ast.AugAssign, module: Module, frame: Frame | None
) -> Value:
    """`x += y`, once; in a loop nobody knows how often."""
    if change.site.loops or not (value.is_known or isinstance(value.value, Formatted)):
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
            default = positional[1] if tree.complete else softened(positional[1], soft(None, key))
            tree[key] = replace(default, span=module.text.span(change.node), place=Place.ITEM_ASSIGNMENT)
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

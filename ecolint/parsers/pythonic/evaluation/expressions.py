"""What each kind of expression holds, one function a kind."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from ecolint.inference import Known, Place
from ecolint.parsers.pythonic.evaluation import (
    arithmetic,
    attributes,
    conditions,
    invocation,
    mappings,
    names,
)
from ecolint.parsers.pythonic.evaluation.values import DYNAMIC, Dict, Frame, Value, relocated, stated
from ecolint.records import replace

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.evaluation.evaluator import Evaluator
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Site

    Reader = Callable[[Evaluator, ast.expr, Module, Site, Frame | None], Value]


def _constant(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    value = node.value  # type: ignore[attr-defined]
    if value is None or isinstance(value, (str, int, float, bool)):
        return stated(value)
    return DYNAMIC


def _dict(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Dict)
    if not ev.afford(len(node.keys)):
        return DYNAMIC
    tree = Dict()
    for key, item in zip(node.keys, node.values, strict=True):
        value = ev.value(item, module, site, frame)
        if key is None:
            if isinstance(value.value, Dict):
                tree.update(value.value)
                tree.complete = tree.complete and value.value.complete
            else:
                tree.complete = False
            continue
        name = ev.value(key, module, site, frame)
        if not isinstance(name.value, str):
            tree.complete = False
            continue
        span = module.text.between(key, item)
        tree[name.value] = replace(value, span=span, value_span=module.text.span(item), place=Place.DICT_ITEM)
    return stated(tree)


def _items(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    found: list[Value] = []
    if not ev.afford(len(node.elts)):  # type: ignore[attr-defined]
        return DYNAMIC
    for item in node.elts:  # type: ignore[attr-defined]
        if isinstance(item, ast.Starred):
            spread = ev.value(item.value, module, site, frame)
            if not isinstance(spread.value, tuple):
                return DYNAMIC
            found.extend(spread.value)
            continue
        span = module.text.span(item)
        found.append(replace(ev.value(item, module, site, frame), span=span, value_span=span))
    return stated(tuple(found))


def _name(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Name)
    value = names.lookup(ev, node.id, module, site, frame)
    if value.place is Place.NAME:
        value = relocated(value, module.text.span(node), value.origin)
    return conditions.assumed(ev, node, value, module, site)


def _attribute(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Attribute)
    value = attributes.read(ev, node, module, site, frame)
    return conditions.assumed(ev, node, value, module, site)


def _choice(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.IfExp)
    if arithmetic.is_bool(node.body) and arithmetic.is_bool(node.orelse):
        truth = conditions.truth(ev, node.test, module, site, frame)
        if truth.known is Known.DYNAMIC:
            return DYNAMIC
        return replace(
            ev.value(node.body if truth.value else node.orelse, module, site, frame),
            known=truth.known,
            origin=truth.origin,
        )
    chosen = node.body if conditions.decide(ev, node.test, module, site, frame) else node.orelse
    return ev.value(chosen, module, site, frame)


def _truth(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    return conditions.truth(ev, node, module, site, frame)


def _boolean(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.BoolOp)
    return conditions.short_circuit(ev, node, module, site, frame)


def _unary(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.Not):
        return conditions.three_valued(ev, node, module, site, frame)
    return arithmetic.unary(node.op, ev.value(node.operand, module, site, frame))


def _binary(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.BinOp)
    left = ev.value(node.left, module, site, frame)
    return arithmetic.binary(node.op, left, ev.value(node.right, module, site, frame))


def _text(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.JoinedStr)
    parts: list[Value] = []
    for item in node.values:
        inner = item.value if isinstance(item, ast.FormattedValue) else item
        plain = not isinstance(item, ast.FormattedValue) or (
            item.format_spec is None and item.conversion == -1
        )
        parts.append(ev.value(inner, module, site, frame) if plain else DYNAMIC)
    return arithmetic.joined(parts)


def _subscript(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Subscript)
    base = ev.value(node.value, module, site, frame)
    if isinstance(node.slice, ast.Slice):
        return DYNAMIC
    return arithmetic.item(base, ev.value(node.slice, module, site, frame))


def _call(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    assert isinstance(node, ast.Call)
    return invocation.invoke(ev, node, module, site, frame)


def _inner(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    return ev.value(node.value, module, site, frame)  # type: ignore[attr-defined]


def _dict_of(ev: Evaluator, node: ast.expr, module: Module, site: Site, frame: Frame | None) -> Value:
    return mappings.comprehended(ev, node, module, site, frame)


READERS: dict[type[ast.AST], Reader] = {
    ast.Constant: _constant,
    ast.Dict: _dict,
    ast.DictComp: _dict_of,
    ast.List: _items,
    ast.Tuple: _items,
    ast.Set: _items,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.IfExp: _choice,
    ast.Compare: _truth,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.JoinedStr: _text,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.Await: _inner,
    ast.NamedExpr: _inner,
}

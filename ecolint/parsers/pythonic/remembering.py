"""Loops in which an object takes in each answer and gives a part of the next prompt."""

from __future__ import annotations

import ast
from collections.abc import Collection

from ecolint.parsers.pythonic.bound import bindings_of, classes_of, functions_of, is_given_in_loop
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Kind, Site, dotted_path


def remembers(parts: Collection[tuple[str, str]], loop: ast.AST, call: ast.Call, module: Module) -> bool:
    """Whether an object that gives a part of the prompt is changed in the loop once the answer is there.

    `loop` is the loop, or the function that is called in each round. `parts` are paths of objects, and names of what is
    read of them; `call` is the one that answers.
    """
    site = module.site_of(call)
    owners = {owner for owner, _ in parts if not is_given_in_loop(owner.partition(".")[0], site)}
    if not owners:
        return False
    return any(
        isinstance(node, ast.Expr) and _takes_in(node.value, owners, parts, call, module)
        for node in module.traced_nodes(loop)
    )


def _takes_in(
    node: ast.expr, owners: set[str], parts: Collection[tuple[str, str]], call: ast.Call, module: Module
) -> bool:
    node = node.value if isinstance(node, ast.Await) else node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node is call:
        return False
    owner = dotted_path(node.func.value)
    if owner not in owners or not (node.args or node.keywords) or not _ends_after(node, call):
        return False
    if owner != "self":
        return _changes_itself(owner, node.func.attr, module.site_of(node), module)
    read = [f"self.{name}" for holder, name in parts if holder == "self"]
    methods = functions_of(f"self.{node.func.attr}", module.site_of(node), module)
    return any(scope.bindings.get(path) for scope in methods for path in read)


def _changes_itself(owner: str, name: str, site: Site, module: Module) -> bool:
    """Whether a method may change its object: unless its class stands here, and the method is seen to set nothing."""
    methods = [
        module.index.scopes[item.node]
        for binding in bindings_of(owner, site, module)
        if isinstance(binding.value, ast.Call)
        for holder in classes_of(dotted_path(binding.value.func), site, module)
        for item in holder.bindings.get(name, ())
        if item.kind is Kind.DEFINITION
    ]
    return not methods or any(path.startswith("self.") for scope in methods for path in scope.bindings)


def _ends_after(node: ast.Call, call: ast.Call) -> bool:
    """Whether a call is made after another one, which may stand in it."""
    return (node.end_lineno or 0, node.end_col_offset or 0) > (call.end_lineno or 0, call.end_col_offset or 0)

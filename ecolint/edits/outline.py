"""What is returned and read in a module, gathered once for all of its edits."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

from ecolint.parsers.pythonic.scopes import Index, Scope
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Outline:
    """Functions by the expressions that they return, attributes that are read by their name, and how often each name
    is read."""

    returning: Mapping[ast.AST, Scope]
    attributes: Mapping[str, list[ast.Attribute]]
    reads: Mapping[str, int]


def outline_of(index: Index) -> Outline:
    """The outline of a module of which all functions were walked."""
    attributes: dict[str, list[ast.Attribute]] = defaultdict(list)
    reads: dict[str, int] = defaultdict(int)
    for node in index.parents:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            attributes[node.attr].append(node)
            reads[node.attr] += 1
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            reads[node.id] += 1
    returning: dict[ast.AST, Scope] = {
        value: scope
        for scope in index.scopes.values()
        if scope.is_function
        for value, _ in scope.returns
        if value is not None
    }
    return Outline(returning, attributes, reads)

"""What is returned and read in a module, gathered once for all of its edits."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

from ecolint.parsers.pythonic.index import Index
from ecolint.parsers.pythonic.scopes import Scope
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Outline:
    """Functions by the expressions that they return, scopes by what binds a name in them, attributes that are read by
    their name, and how often each name is read."""

    index: Index
    returning: Mapping[ast.AST, Scope]
    binding: Mapping[ast.AST, Scope]
    attributes: Mapping[str, list[ast.Attribute]]
    reads: Mapping[str, int]

    def scope_of(self, node: ast.AST) -> Scope:
        """The scope in which a node stands."""
        current: ast.AST | None = node
        while current is not None:
            if current in self.index.sites:
                return self.index.sites[current].scope
            if current in self.binding:
                return self.binding[current]
            current = self.index.parents.get(current)
        return self.index.module


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
    scopes = index.scopes.values()
    returning: dict[ast.AST, Scope] = {
        value: scope
        for scope in scopes
        if scope.is_function
        for value, _ in scope.returns
        if value is not None
    }
    binding = {
        item.node: item.site.scope for scope in scopes for items in scope.bindings.values() for item in items
    }
    return Outline(index, returning, binding, attributes, reads)

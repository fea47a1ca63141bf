"""Which conditions an evaluation looked up in its world before they were decided."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Scope, Site


class LookedUp:
    """Conditions by their place, in the order in which they were looked up; their keys are made when asked for."""

    __slots__ = ("_keys", "_places")

    def __init__(self) -> None:
        self._places: list[tuple[ast.expr, Module, Site, bool]] = []
        self._keys: list[tuple[str, bool]] = []

    @property
    def count(self) -> int:
        return len(self._places)

    def note(self, node: ast.expr, module: Module, site: Site, *, compared: bool = False) -> None:
        """A condition, or (`compared`) a thing of which any comparison with constants would have told."""
        self._places.append((node, module, site, compared))

    def holds(self, key: str, count: int) -> bool:
        """Whether one of the first `count` would have been told by the condition with this key."""
        while len(self._keys) < count:
            node, module, site, compared = self._places[len(self._keys)]
            self._keys.append((key_of(node, module, site), compared))
        return any(
            key == known or (compared and key.startswith(f"{known} "))
            for known, compared in self._keys[:count]
        )


def key_of(node: ast.expr, module: Module, site: Site) -> str:
    """Identity of a condition: its text, and the scope that owns the name that it starts with."""
    known = module.keys.get((node, site.scope))
    if known is None:
        known = module.keys[node, site.scope] = _key(node, module, site.scope)
    return known


def _key(node: ast.expr, module: Module, scope: Scope) -> str:
    root: ast.AST = node
    while not isinstance(root, ast.Name):
        children = list(ast.iter_child_nodes(root))
        if not children:
            break
        root = children[0]
    owner: Scope | None = None
    if isinstance(root, ast.Name):
        owner = scope.enclosing_class if root.id == "self" else scope.owner(root.id)
    return f"{module.path}:{id(owner)}:{_text_of(node)}"


def _text_of(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError, AttributeError):
        return str(id(node))

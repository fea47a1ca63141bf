"""Collections of prompts that are certain to be such, which a pipeline is given in one call."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ecolint.parsers.pythonic.batching import loops, several
from ecolint.parsers.pythonic.batching.batches import is_batched
from ecolint.parsers.pythonic.batching.prompts import DATASETS, LISTS
from ecolint.parsers.pythonic.evaluation.bound import bindings_of, classes_of, functions_of
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Kind, Scope, Site, dotted_path
from ecolint.parsers.pythonic.syntax.called import called_name

ONE_PROMPT = frozenset(
    "prompt text query question messages conversation chat input instruction content problem".split()
)
"""Keys of an item that hold one text or chat."""
FOLLOWED = 4
"""Variables and functions that are followed to what a prompt is made of."""


def stream_of(call: ast.Call, module: Module) -> ast.expr | None:
    """The collection of single prompts that a call is given; None where it is not certain to be one."""
    given = call.args[0] if call.args else None
    if given is None or loops.cannot_join(call) or several.has_several_results(call, module):
        return None
    site = module.site_of(call)
    if is_batched(given, site, module) or not _Stream(module).is_stream(given, site, 0):
        return None
    return given


@dataclass(frozen=True)
class _Stream:
    module: Module

    def is_stream(self, node: ast.expr, site: Site, depth: int) -> bool:
        if depth > FOLLOWED:
            return False
        if isinstance(node, ast.Name):
            return self._variable_is(node.id, site, depth)
        if isinstance(node, ast.Call):
            return self._result_is(node, site, depth)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self._is_prompt(node.elt, self.module.site_of(node.elt), depth)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            bound = node.slice.upper
            takes_one = isinstance(bound, ast.Constant) and bound.value == 1
            return not takes_one and self.is_stream(node.value, site, depth + 1)
        return False

    def _variable_is(self, name: str, site: Site, depth: int) -> bool:
        bindings = bindings_of(name, site, self.module)
        made = [item for item in bindings if not item.kind.changes]
        if len(made) != 1 or made[0].kind is not Kind.ASSIGN or made[0].value is None or made[0].path:
            return False
        value, grown = made[0].value, [item for item in bindings if item.kind.changes]
        if isinstance(value, ast.List) and not value.elts:
            return bool(grown) and all(
                item.site.loops
                and isinstance(item.value, ast.Call)
                and called_name(item.value) == "append"
                and self._is_prompt(item.value.args[0], item.site, depth + 1)
                for item in grown
            )
        return not grown and self.is_stream(value, made[0].site, depth + 1)

    def _result_is(self, node: ast.Call, site: Site, depth: int) -> bool:
        name = called_name(node)
        if name in DATASETS or (name in LISTS and isinstance(node.func, ast.Attribute)):
            return True
        if name == "list" and len(node.args) == 1:
            return self.is_stream(node.args[0], site, depth + 1)
        path = dotted_path(node.func)
        if any(_is_dataset(scope) for scope in classes_of(path, site, self.module)):
            return True
        functions = functions_of(path, site, self.module)
        return bool(functions) and all(self._generates(scope, depth) for scope in functions)

    def _generates(self, scope: Scope, depth: int) -> bool:
        """Whether a function yields prompts one by one."""
        yields = [item for item in self.module.traced_nodes(scope.node) if isinstance(item, ast.Yield)]
        return bool(yields) and all(
            item.value is not None and self._is_prompt(item.value, self.module.site_of(item.value), depth + 1)
            for item in yields
        )

    def _is_prompt(self, node: ast.expr, site: Site, depth: int) -> bool:
        """Whether an expression is one text, or one chat, for sure."""
        if depth > FOLLOWED:
            return False
        if several.is_text(node) or _is_prompt_of_item(node):
            return True
        if isinstance(node, ast.List):
            return bool(node.elts) and all(isinstance(item, ast.Dict) for item in node.elts)
        if isinstance(node, ast.Name):
            made = bindings_of(node.id, site, self.module)
            return bool(made) and all(
                item.kind is Kind.ASSIGN
                and item.value is not None
                and not item.path
                and self._is_prompt(item.value, item.site, depth + 1)
                for item in made
            )
        if not isinstance(node, ast.Call):
            return False
        if called_name(node) == "apply_chat_template":
            return any(
                item.arg == "tokenize" and isinstance(item.value, ast.Constant) and item.value.value is False
                for item in node.keywords
            )
        returns = [
            returned
            for scope in functions_of(dotted_path(node.func), site, self.module)
            for returned in scope.returns
        ]
        return bool(returns) and all(
            value is not None and self._is_prompt(value, inner, depth + 1) for value, inner in returns
        )


def _is_prompt_of_item(node: ast.expr) -> bool:
    """Whether an expression is the prompt of an item by its key, as in `row["question"]`."""
    key = node.slice if isinstance(node, ast.Subscript) else None
    return isinstance(key, ast.Constant) and key.value in ONE_PROMPT


def _is_dataset(scope: Scope) -> bool:
    return any(dotted_path(base).rpartition(".")[2] in DATASETS for base in getattr(scope.node, "bases", ()))

"""What a loop gives in each round, and what the functions that it calls are given of it."""

from __future__ import annotations

import ast

from ecolint.parsers.pythonic.evaluation import passing
from ecolint.parsers.pythonic.evaluation.bound import bindings_of, callers_of_objects, is_given_in_loop
from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.evaluation.parameters import is_receiver
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Kind, Scope, Site

DEPTH_LIMIT = 12
"""Variables and calls that are followed to an item, one from the other."""


class Items:
    """Tells which expressions depend on the items of a loop; `around` is the function that the loop stands in."""

    def __init__(self, around: Scope, module: Module) -> None:
        self._around = around
        self._module = module
        self._known: dict[tuple[str, Scope], bool] = {}
        self._depth = 0

    def tell(self, node: ast.expr, site: Site) -> bool:
        """Whether an expression has a name in it of what an item is, or of what was made of one."""
        names = (inner.id for inner in self._module.traced_nodes(node) if isinstance(inner, ast.Name))
        return any(is_given_in_loop(name, site) or self._are_in(name, site) for name in names)

    def _are_in(self, name: str, site: Site) -> bool:
        function = site.scope.function
        if function is self._around or self._depth >= DEPTH_LIMIT:
            return False
        key = name, function
        if key not in self._known:
            self._known[key] = False
            self._depth += 1
            self._known[key] = any(
                self._are_bound(binding)
                for binding in bindings_of(name, site, self._module)
                if binding.site.scope.function is function
            )
            self._depth -= 1
        return self._known[key]

    def _are_bound(self, binding: Binding) -> bool:
        if binding.kind is Kind.PARAMETER:
            return self._are_passed(binding)
        return binding.value is not None and self.tell(binding.value, binding.site)

    def _are_passed(self, parameter: Binding) -> bool:
        """Whether a call gives a parameter what depends on an item; those that are not seen give it the prompt."""
        module, scope = self._module, parameter.site.scope
        if is_receiver(parameter, scope):
            return False
        calls = (*callers(scope, module), *callers_of_objects(scope, module))
        if not calls:
            return parameter.value is None
        for call in calls:
            given = passing.passed(call, parameter, scope)
            if self.tell(given, module.site_of(call)) if given is not None else passing.spreads(call):
                return True
        return False

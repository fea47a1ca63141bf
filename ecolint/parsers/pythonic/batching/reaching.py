"""The conditions under which a loop answers its prompts, besides those that ask about a prompt."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ecolint.parsers.pythonic.evaluation.bound import bindings_of, is_given_in_loop
from ecolint.parsers.pythonic.evaluation.conditions import guards_around
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Guard, Kind, Scope, Site


def guards_of(call: ast.Call, loop: ast.AST, module: Module) -> list[tuple[Guard, Site]]:
    """The conditions around a call and around the loop that leads to it; of those that ask about what a round of the
    loop gives, some of its items meet them."""
    site = module.site_of(_header(loop))
    inside = guards_around(module.site_of(call))
    kept = [item for item in inside if not _asks_for_item(item, site.scope.function, module)]
    return list(dict.fromkeys((*guards_around(site), *kept)))


def _header(loop: ast.AST) -> ast.AST:
    """What is gone through before the rounds of a loop."""
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return loop.iter
    if isinstance(loop, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return loop.generators[0].iter
    return loop.test if isinstance(loop, ast.While) else loop


def _asks_for_item(item: tuple[Guard, Site], of_loop: Scope, module: Module) -> bool:
    guard, around = item
    if guard.test is None:
        return False
    site = module.index.tests.get(guard.test, around)
    is_called = site.scope.function is not of_loop
    return any(
        is_given_in_loop(name, site) or (is_called and _is_given_by_caller(name, site, module))
        for name in _names(guard.test)
    )


def _names(node: ast.expr) -> Iterator[str]:
    return (inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))


def _is_given_by_caller(name: str, site: Site, module: Module) -> bool:
    """Whether a name is a parameter without a default, as that of the prompt."""
    return any(
        binding.kind is Kind.PARAMETER and binding.value is None
        for binding in bindings_of(name, site, module)
    )

"""What a call passes for a parameter, as an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ecolint.parsers.pythonic.evaluation.callers import callers
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Binding, Scope


def argument(call: ast.Call, name: str, positional: Sequence[str]) -> ast.expr | None:
    """What a call gives by a name or at its place; None where it leaves the default, or is not seen to give
    anything."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if name in positional and positional.index(name) < len(call.args):
        return call.args[positional.index(name)]
    return None


def passed(call: ast.Call, parameter: Binding, scope: Scope) -> ast.expr | None:
    """The same for a parameter of a function."""
    return argument(call, parameter.name, scope.positional)


def spreads(call: ast.Call) -> bool:
    """Whether a call passes a sequence or mapping of which the text does not say for which parameters."""
    return any(isinstance(item, ast.Starred) for item in call.args) or any(
        keyword.arg is None for keyword in call.keywords
    )


def every(parameter: Binding, module: Module) -> Iterator[ast.expr | None]:
    """What calls in the module pass for a parameter, and its default; None for what the text does not say."""
    scope = parameter.site.scope
    if parameter.value is not None:
        yield parameter.value
    for call in callers(scope, module):
        if spreads(call):
            yield None
        given = passed(call, parameter, scope)
        if given is not None:
            yield given

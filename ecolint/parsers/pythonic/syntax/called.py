"""What calls in Python code call."""

from __future__ import annotations

import ast
from typing import TypeGuard

PARTIAL = "partial"


def called_name(call: ast.Call) -> str:
    """The last part of the name that is called, of whatever object; "" where what is called has no name."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_partial(node: ast.expr | None) -> TypeGuard[ast.Call]:
    """Whether an expression is a function with some arguments, as `functools.partial` makes it."""
    return isinstance(node, ast.Call) and called_name(node) == PARTIAL

"""What calls in Python code call."""

from __future__ import annotations

import ast


def called_name(call: ast.Call) -> str:
    """The last part of the name that is called, of whatever object; "" where what is called has no name."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")

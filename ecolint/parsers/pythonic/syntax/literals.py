"""Where the characters of a text stand that Python code has written down, in literals."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecolint.parsers.pythonic.scopes import Kind
from ecolint.source import Fragment

if TYPE_CHECKING:
    from ecolint.parsers.pythonic.module import Module
    from ecolint.parsers.pythonic.scopes import Site

MOST_PARTS = 20
"""Bindings of a variable that are looked at."""
LITERAL = re.compile(
    r"([rRuU]?)(?:"
    r"\"{3}([^\\\"]*(?:(?:\\.|\"(?!\"\"))[^\\\"]*)*)\"{3}|'{3}([^\\']*(?:(?:\\.|'(?!''))[^\\']*)*)'{3}"
    r"|\"([^\\\"\n]*(?:\\.[^\\\"\n]*)*)\"|'([^\\'\n]*(?:\\.[^\\'\n]*)*)')",
    re.S,
)
"""A string that is no f-string; the last group is what stands between its quotes."""
BETWEEN = re.compile(r"(?:[\s()]+|\\\r?\n|#[^\r\n]*)*")
ESCAPE = re.compile(r"\\(?:\r\n|.)", re.S)
SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\", "\n": "", "\r\n": ""}
"""Escapes that are understood; in other literals the characters are not told apart."""


def written(node: ast.expr, text: str, module: Module, site: Site) -> Fragment | None:
    """The characters of a text that an expression has: of a literal, or of those that a variable is given.

    None where it is put together from more, or written with rare escapes.
    """
    if isinstance(node, ast.Constant):
        return _of_literals([node], text, module)
    if not isinstance(node, ast.Name):
        return None
    owner = site.scope.owner(node.id)
    bindings = owner.bindings.get(node.id, ()) if owner is not None else ()
    if len(bindings) > MOST_PARTS:
        return None
    given = [item.value for item in bindings if item.kind in (Kind.ASSIGN, Kind.MUTATION)]
    alone = [[value] for value in given] if len(given) > 1 else []
    found = [_of_literals(values, text, module) for values in (given, *alone)]
    sure = [fragment for fragment in found if fragment is not None]
    return sure[0] if len(sure) == 1 else None


def _of_literals(nodes: Sequence[ast.expr | None], text: str, module: Module) -> Fragment | None:
    """The characters of a text that literals make together, one after the other."""
    said = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if len(said) != len(nodes) or not nodes or "".join(said) != text:
        return None
    parts = [_decoded(module.text.fragment, *module.text.bounds(node)) for node in nodes if node is not None]
    whole = Fragment.join(part for part in parts if part is not None)
    return whole if whole.text == text else None


def _decoded(whole: Fragment, start: int, end: int) -> Fragment | None:
    """The text of literals side by side."""
    parts: list[Fragment] = []
    at = start
    while at < end:
        literal = LITERAL.match(whole.text, at, end)
        if literal is None:
            return None
        place, stop = literal.span(literal.lastindex or 0)
        for escape in () if literal[1] in ("r", "R") else ESCAPE.finditer(whole.text, place, stop):
            sign = SIMPLE.get(escape[0][1:])
            if sign is None:
                return None
            first, after = escape.span()
            parts.append(whole.cut(place, first))
            if sign:
                parts.append(Fragment(sign, whole.starts[first : first + 1], whole.ends[after - 1 : after]))
            place = after
        parts.append(whole.cut(place, stop))
        between = BETWEEN.match(whole.text, literal.end(), end)
        at = between.end() if between is not None else end
    return Fragment.join(parts)

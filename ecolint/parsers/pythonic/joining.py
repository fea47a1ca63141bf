"""Commands that are one text made of words, or words made of one text: `" ".join(words)`, `shlex.split(text)`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ecolint.inference import Located
from ecolint.parsers.pythonic.evaluation.bound import bindings_of
from ecolint.parsers.pythonic.module import Module
from ecolint.parsers.pythonic.scopes import Site, dotted_path
from ecolint.source import Fragment, Span

CONVERTERS = frozenset(("shlex.join", "shlex.split", "subprocess.list2cmdline"))


def unwrapped(node: ast.Call, site: Site, module: Module) -> ast.Call:
    """The call with what its command is made of in the place of the command."""
    if node.args:
        first = _source(node.args[0], site, module)
        return node if first is None else _with(node, [first, *node.args[1:]], node.keywords)
    for number, keyword in enumerate(node.keywords):
        inner = _source(keyword.value, site, module) if keyword.arg in ("args", "cmd") else None
        if inner is not None:
            given = ast.copy_location(ast.keyword(keyword.arg, inner), keyword)
            return _with(node, node.args, [*node.keywords[:number], given, *node.keywords[number + 1 :]])
    return node


def _with(node: ast.Call, positional: list[ast.expr], keywords: list[ast.keyword]) -> ast.Call:
    return ast.copy_location(ast.Call(node.func, positional, keywords), node)


def _source(node: ast.expr, site: Site, module: Module) -> ast.expr | None:
    """What is joined or split in an expression, or in the only one that a variable stands for."""
    if isinstance(node, ast.Name):
        bindings = bindings_of(node.id, site, module)
        if len(bindings) != 1 or bindings[0].value is None or bindings[0].path:
            return None
        node = bindings[0].value
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return None
    function = node.func
    joins = (
        isinstance(function, ast.Attribute)
        and function.attr == "join"
        and isinstance(function.value, ast.Constant)
        and function.value.value == " "
    )
    return node.args[0] if joins or dotted_path(function) in CONVERTERS else None


def text_of(words: Sequence[Located[str]], span: Span) -> Fragment | None:
    """The text that words come to where some of them hold several; None where none does, or one is not known."""
    if not any(word.value is not None and " " in word.value.strip() for word in words):
        return None
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for word in words:
        if word.value is None:
            return None
        at = word.value_span or word.span or span
        part = f"{word.value} "
        text.append(part)
        starts += [at.start] * len(part)
        ends += [at.end] * len(part)
    return Fragment("".join(text), starts, ends)

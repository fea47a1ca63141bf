"""Statements that leave their block, and what the patterns of `match` ask."""

from __future__ import annotations

import ast

from ecolint.parsers.pythonic.scopes import dotted_path

EXITS = (ast.Return, ast.Continue, ast.Break)
LEAVES = (*EXITS, ast.Raise)
EXIT_CALLS = frozenset(("sys.exit", "exit", "quit", "os._exit"))
EXIT_DEPTH = 20
"""Blocks within blocks that are looked at for whether they leave."""


def leaves(node: ast.stmt, depth: int = 0) -> bool:
    """Whether nothing that follows a statement in its block is ever run."""
    if isinstance(node, LEAVES):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call) and dotted_path(node.value.func) in EXIT_CALLS
    if depth > EXIT_DEPTH:
        return False
    if isinstance(node, ast.If):
        return bool(node.orelse) and all(leaves(block[-1], depth + 1) for block in (node.body, node.orelse))
    return False


def asks_for_known(test: ast.expr) -> bool:
    """Whether a condition may be known whoever runs the program: of a constant, or of the machine."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    return test.id.isupper() if isinstance(test, ast.Name) else isinstance(test, ast.Call) and not test.args


def case_test(subject: ast.expr, pattern: ast.pattern) -> ast.expr | None:
    """The comparison that a pattern of constants stands for; None for other patterns."""
    if isinstance(pattern, ast.MatchValue):
        return ast.copy_location(ast.Compare(subject, [ast.Eq()], [pattern.value]), subject)
    if isinstance(pattern, ast.MatchOr) and all(
        isinstance(item, ast.MatchValue) for item in pattern.patterns
    ):
        values = [item.value for item in pattern.patterns if isinstance(item, ast.MatchValue)]
        choice = ast.copy_location(ast.Tuple(values, ast.Load()), subject)
        return ast.copy_location(ast.Compare(subject, [ast.In()], [choice]), subject)
    if isinstance(pattern, ast.MatchSingleton):
        value = ast.copy_location(ast.Constant(pattern.value), subject)
        return ast.copy_location(ast.Compare(subject, [ast.Is()], [value]), subject)
    return None

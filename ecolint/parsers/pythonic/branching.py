"""Statements that leave their block, what the patterns of `match` ask, and places under a condition."""

from __future__ import annotations

import ast

from ecolint.parsers.pythonic.scopes import Guard, Site, dotted_path

EXITS = (ast.Return, ast.Continue, ast.Break)
LEAVES = (*EXITS, ast.Raise)
EXIT_CALLS = frozenset(("sys.exit", "exit", "quit", "os._exit"))
EXIT_DEPTH = 20
"""Blocks within blocks that are looked at for whether they leave."""
GUARD_LIMIT = 100
"""Conditions around a place from which on those that do not hold are left out of account."""


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


def past(statement: ast.If, around: Site) -> Site:
    """Where what follows a condition stands that may have left the block."""
    last = statement.body[-1]
    guard = Guard(statement, statement.test, False, early=True)
    if isinstance(last, EXITS):
        return without(around, guard)
    if leaves(last) and asks_for_known(statement.test) and len(around.exits) < GUARD_LIMIT:
        return around._replace(exits=(*around.exits, guard._replace(final=True)))
    return around


def guarded(site: Site, guard: Guard) -> Site:
    """The site under one more condition."""
    return site._replace(guards=(*site.guards, guard))


def without(site: Site, guard: Guard) -> Site:
    """The site under a condition that does not hold there, unless there are many already."""
    return guarded(site, guard) if len(site.guards) < GUARD_LIMIT else site

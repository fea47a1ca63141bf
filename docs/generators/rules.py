"""Rule pages, and the table of rules for the README."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ecolint.cli.rule import as_markdown
from ecolint.rules.registry import rules


def pages() -> dict[str, Callable[[], str]]:
    """A page a rule, by code."""
    return {rule.code: partial(as_markdown, rule) for rule in rules()}


def table() -> str:
    """All rules in one table."""
    lines = ["| code | name | level | what it finds |", "|---|---|---|---|"]
    for rule in rules():
        state = "" if rule.default else " (off unless selected)"
        link = f"[{rule.code}](docs/rules/{rule.code}.md)"
        lines.append(f"| {link} | {rule.name} | {rule.level.value} | {rule.summary.rstrip('.')}{state} |")
    return "\n".join(lines) + "\n"

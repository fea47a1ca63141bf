"""Rule pages, and the tables of rules for README and site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from docs.generators.figures import Figure
from docs.generators.rule_figures import figures
from ecolint.cli.rule import as_markdown
from ecolint.rules.base import Rule
from ecolint.rules.registry import rules

BEFORE = "\n## Example\n"
INDEX = """\
# Rules

Generated from the rules' own modules. ECO0xx rest on measured rows. ECO1xx are engineering convention, not measured,
and off unless selected. ECO2xx are about the correctness of a configuration, ECO9xx about the scan itself. Codes and
names are accepted everywhere: `ecolint rule ECO001`, `--select int8-default-threshold`.

"""


def pages() -> dict[str, Callable[[], str]]:
    """A page a rule, by code."""
    return {rule.code: partial(page, rule) for rule in rules()}


def page(rule: Rule) -> str:
    """What the rule's module says, with the measured rows in it."""
    text = as_markdown(rule)
    shown = "\n".join(f"\n{figure.markdown('../')}" for figure in figures(rule))
    if not shown:
        return text
    head, found, rest = text.partition(BEFORE)
    return f"{head}{shown}{found}{rest}"


def all_figures() -> Iterator[Figure]:
    """Charts of all rules."""
    for rule in rules():
        yield from figures(rule)


def index() -> str:
    """The page that lists all rules."""
    return INDEX + table("")


def table(folder: str = "docs/rules/") -> str:
    """All rules in one table, their pages in `folder`."""
    lines = ["| code | name | level | what it finds |", "|---|---|---|---|"]
    for rule in rules():
        state = "" if rule.default else " (off unless selected)"
        link = f"[{rule.code}]({folder}{rule.code}.md)"
        lines.append(f"| {link} | {rule.name} | {rule.level.value} | {rule.summary.rstrip('.')}{state} |")
    return "\n".join(lines) + "\n"

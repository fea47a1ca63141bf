"""What a shell completes values of options and arguments to, where click does not know by itself."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from ecolint.cli.scan_options import FORMATS


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, which the shell itself knows."""
    return [CompletionItem(incomplete, type="file")]


def formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Output formats."""
    return [name for name in FORMATS if name.startswith(incomplete)]


def rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Rules by code or name, also behind those that stand before a comma."""
    from ecolint.rules.registry import rules

    before, comma, word = incomplete.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{name}", help=rule.summary)
        for rule in rules()
        for name in (rule.code, rule.name)
        if name.lower().startswith(word.lower()) and (word or name == rule.code)
    ]

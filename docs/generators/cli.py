"""The help texts of the command line, as `--help` prints them."""

from __future__ import annotations

import click

from ecolint.cli.app import COMMANDS, cli

WIDTH = 100


def helps() -> str:
    """A section for the program and for each command."""
    settings = {**cli.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    top = click.Context(cli, info_name="ecolint", **settings)
    parts = [_section("ecolint", cli.get_help(top))]
    for name in COMMANDS:
        command = cli.get_command(top, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=top)
        parts.append(_section(f"ecolint {name}", command.get_help(context)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"\n## `{title}`\n\n```text\n{lines}\n```\n"

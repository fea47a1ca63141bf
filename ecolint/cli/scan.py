"""`ecolint scan` as click's command, made from the table of its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ecolint.cli import completion
from ecolint.cli.checks import CHECKS
from ecolint.cli.faults import Misused
from ecolint.cli.scan_options import CHOICE, FILE, FLAG, NUMBER, OPTIONS, TEXTS, UNSAID, Option

Decorator = Callable[[Any], Any]
COMPLETIONS = {
    "RULES": completion.rules,
    "FORMAT": completion.formats,
    "FILE": completion.files,
    "PATH": completion.files,
    "[FORMAT=]FILE": completion.files,
}
"""How a value is completed, by what help calls it."""


def _checked(check: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value is None:
            return None
        try:
            return CHECKS[check](value)
        except ValueError as error:
            raise click.BadParameter(str(error), ctx, param) from None

    return callback


def _declared(option: Option) -> Decorator:
    more: dict[str, Any] = {"help": option.help, "metavar": option.metavar}
    if option.metavar in COMPLETIONS:
        more["shell_complete"] = COMPLETIONS[option.metavar]
    if option.check:
        more["callback"] = _checked(option.check)
    if option.kind == FLAG:
        more |= {"is_flag": True, "default": None if option.default == UNSAID else option.default}
    elif option.kind == TEXTS:
        more["multiple"] = True
    elif option.kind == CHOICE:
        more |= {"type": click.Choice(option.choices), "default": option.default}
    elif option.kind == NUMBER:
        more["type"] = click.IntRange(*option.limits)
    elif option.kind == FILE:
        more["type"] = click.Path(exists=True, dir_okay=False)
    return click.option(*option.flags, option.name, **more)


def _with_options(function: Callable[..., int]) -> Callable[..., int]:
    for option in reversed(OPTIONS):
        function = _declared(option)(function)
    return click.argument("paths", nargs=-1, shell_complete=completion.files)(function)


@click.command("scan")
@_with_options
def command(**options: Any) -> int:
    """Scan files and folders for settings that waste energy.

    PATHS defaults to the current folder; `-` reads one file from stdin.
    """
    from ecolint.cli.running import execute

    try:
        return execute(options)
    except Misused as error:
        raise click.UsageError(str(error)) from None

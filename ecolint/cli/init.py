"""`ecolint init`: files to start from. Nothing is ever overwritten."""

from __future__ import annotations

import os

import click

from ecolint.cli.looks import write_out
from ecolint.settings.starter import STARTERS, USUAL, Starter


@click.command("init")
@click.argument("what", nargs=-1, type=click.Choice(tuple(STARTERS)), metavar="[WHAT]...")
@click.option("--stdout", "to_stdout", is_flag=True, help="Print the files instead of writing them.")
def command(what: tuple[str, ...], to_stdout: bool) -> int:
    """Write settings, a hook and a workflow into the current folder; what is there stays as it is.

    WHAT is any of settings, pre-commit, github, gitlab and azure; by default the first three.
    """
    for name in what or USUAL:
        starter = STARTERS[name]
        if to_stdout:
            write_out(f"# {starter.path}\n{starter.text}\n")
            continue
        taken = _taken(name, starter)
        if taken is not None:
            write_out(
                f"{taken} exists and stays as it is; `ecolint init {name} --stdout` prints what to add\n"
            )
        else:
            _write(starter)
            write_out(f"{starter.path} written: {starter.purpose}\n")
    return 0


def _taken(name: str, starter: Starter) -> str | None:
    """The file that stands where this one would go, or that already does its work."""
    from ecolint.settings.files import has_settings
    from ecolint.settings.search import FILE_NAMES

    if name == "settings":
        return next((path for path in FILE_NAMES if has_settings(path)), None)
    return starter.path if os.path.lexists(starter.path) else None


def _write(starter: Starter) -> None:
    try:
        os.makedirs(os.path.dirname(starter.path) or ".", exist_ok=True)
        with open(starter.path, "x", encoding="utf-8", newline="\n") as handle:
            handle.write(starter.text)
    except OSError as error:
        raise click.ClickException(f"cannot write {starter.path}: {error.strerror or error}") from None

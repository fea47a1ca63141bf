"""The command line as a whole: its commands, loaded when they are used, and one contract for exit statuses."""

from __future__ import annotations

import errno
import importlib
import os

import click

from ecolint import __version__
from ecolint.cli.entry import EXIT_CLEAN, EXIT_FAILED, tell
from ecolint.cli.entry import run as run
from ecolint.faults import Fault

COMMANDS = {
    "scan": ("ecolint.cli.scan", "Report settings that waste energy."),
    "rule": ("ecolint.cli.rule", "Explain rules."),
    "optimize": ("ecolint.cli.optimize", "Make a setup use less energy."),
    "compare": ("ecolint.cli.compare", "Compare precisions, GPUs or batch sizes."),
    "explain": ("ecolint.cli.explain", "Explain why a setup is slow or hot."),
    "recommend": ("ecolint.cli.recommend", "Rank the options that keep your limits."),
    "evidence": ("ecolint.cli.evidence", "Show the measured rows."),
    "init": ("ecolint.cli.init", "Write settings, a hook and a workflow to start from."),
    "config": ("ecolint.cli.config", "Show the settings in force."),
    "server": ("ecolint.cli.server", "Serve an editor as a language server."),
}
"""Module and summary of each command; the module's `command` is the click command."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            import difflib

            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            if os.path.exists(name):
                hint = f" To scan it: ecolint scan {name}"
            ctx.fail(f"No such command '{name}'.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, "-V", "--version", message="ecolint %(version)s")
def cli() -> None:
    """Find the settings that make LLM inference waste energy, with the measured overhead of each.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the run itself failed.
    """


COMPLETION = "_ECOLINT_COMPLETE"
"""Environment variable by which a shell asks for completions; click ends the process after them."""


UNWRITABLE = frozenset((errno.ENOSPC, errno.EFBIG, errno.EIO))
"""Errors by which click's own text, such as a help, does not get to standard output."""


def run_click(arguments: list[str]) -> int:
    """Run the command line; returns the exit status. Raises what is no fault of the command line."""
    try:
        return _status_of(arguments)
    except Fault as error:
        tell(f"Error: {error}")
        return EXIT_FAILED


def _status_of(arguments: list[str]) -> int:
    try:
        result = cli.main(arguments, prog_name="ecolint", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except SystemExit as stop:
        if COMPLETION in os.environ:
            return int(stop.code or 0)
        raise BrokenPipeError from None
    except click.ClickException as error:
        error.show()
        return EXIT_FAILED
    except OSError as error:
        if error.errno not in UNWRITABLE or error.filename is not None:
            raise
        raise Fault(f"cannot write to standard output: {error.strerror}") from None
    return result if isinstance(result, int) else EXIT_CLEAN

"""`ecolint optimize`."""

from __future__ import annotations

from typing import Any

import click

from ecolint.cli.advice import ask_from, options, show


@click.command("optimize")
@options
def command(**values: Any) -> int:
    """Make a setup use less energy: the recommended configuration, and the measured gap."""
    from ecolint.advice.optimize import optimize

    return show(optimize(ask_from(values)), values["format_"])

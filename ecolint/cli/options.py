"""Options that several commands share."""

from __future__ import annotations

import click

color_option = click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Use colours."
)

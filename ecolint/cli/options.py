"""Checks of option values that several commands share."""

from __future__ import annotations

import click

color_option = click.option(
    "--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Use colours."
)


def known_gpu(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Checks that a GPU is one that the evidence knows."""
    if value is None:
        return None
    from ecolint import evidence

    if fault := evidence.gpu_fault(value):
        raise click.BadParameter(fault, ctx, param)
    return value

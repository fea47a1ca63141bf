"""`ecolint recommend`."""

from __future__ import annotations

from typing import Any

import click

from ecolint.cli.advice import ask_from, options, show


@click.command("recommend")
@options
def command(**values: Any) -> int:
    """Rank the options that keep your limits on memory, latency, cost and quality."""
    from ecolint.advice.recommend import recommend

    return show(recommend(ask_from(values)), values["format_"])

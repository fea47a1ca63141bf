"""`ecolint compare`."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import click

from ecolint.cli.advice import ask_from, options, show
from ecolint.cli.options import color_option

DEFAULT = ("nf4", "int8-pure")
MOST_COLUMNS = 12


@click.command("compare")
@partial(options, several=True)
@click.option("--plot/--no-plot", default=None, help="Bars instead of the table [default: on a terminal].")
@color_option
def command(*, plot: bool | None, color: str, **values: Any) -> int:
    """Compare precisions, GPUs or batch sizes side by side; without any, NF4 and INT8 with threshold 0.

    A single precision is compared with FP16, and FP16 alone with the two that stand without any.
    """
    from ecolint.advice.compare import compare
    from ecolint.advice.comparing import asks_of
    from ecolint.advice.precisions import of_measured, speak
    from ecolint.evidence import Measured

    precisions, gpus, batches = values["precision"], values["gpu"], values["batch_size"]
    ask = ask_from({**values, "precision": None, "gpu": None, "batch_size": None})
    if len(gpus) < 2 and len(batches) < 2 and len(precisions) < 2:
        half = of_measured(Measured.FP16)
        own = precisions or ((ask.precision,) if ask.precision is not None else ())
        default = tuple(spoken for name in DEFAULT if (spoken := speak(name)) is not None)
        precisions = (half, *own) if own and own[0].measured is not Measured.FP16 else default
        if own and own[0].measured is Measured.FP16:
            precisions = (*own, *default)
    if max(len(precisions), 1) * max(len(gpus), 1) * max(len(batches), 1) > MOST_COLUMNS:
        raise click.UsageError(
            f"more than {MOST_COLUMNS} columns; compare fewer precisions, GPUs or batch sizes"
        )
    answer = compare(asks_of(ask, precisions, gpus, batches))
    if plot and values["format_"] != "text":
        raise click.UsageError("--plot goes with --format text only")
    wanted = plot if plot is not None else sys.stdout.isatty() and values["format_"] == "text"
    if not wanted or answer.table is None:
        return show(answer, values["format_"])
    from ecolint.advice.render_text import render
    from ecolint.cli.looks import fitting_width, write_out
    from ecolint.cli.plots import comparison

    write_out(render(answer, comparison(answer.table, color), fitting_width()))
    return 0

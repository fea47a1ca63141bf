"""`ecolint evidence`: the measured rows, the cards and the sources."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from ecolint.cli.options import color_option, known_gpu

COLUMNS = (
    "gpu",
    "model",
    "precision",
    "batch_size",
    "energy_j_per_1k_tok",
    "delta_energy_pct",
    "quality",
    "id",
)
HEADINGS = ("GPU", "model", "precision", "batch", "J/1k tok", "vs FP16", "quality", "row")


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name == "delta_energy_pct":
        return f"{value:+.1f} %"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _table(headings: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    widths = [max(len(text) for text in column) for column in zip(headings, *lines, strict=True)]
    rows = [headings, *lines]
    return (
        "\n".join("  ".join(f"{c:{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
        + "\n"
    )


@click.command("evidence")
@click.option("--gpu", metavar="NAME", callback=known_gpu, help="Rows of this card only.")
@click.option("--model", metavar="NAME", help="Rows of this model only.")
@click.option("--precision", metavar="NAME", help="Rows of this precision, e.g. nf4, int8_default.")
@click.option("--row", "row_id", metavar="ID", help="One row with all its columns.")
@click.option("--all", "every", is_flag=True, help="Include rows that are never used for findings.")
@click.option("--sources", "show_sources", is_flag=True, help="Where the data come from, with licences.")
@click.option("--gpus", "show_gpus", is_flag=True, help="Cards that are known by name.")
@click.option("--plot", is_flag=True, help="Bars of the energy against FP16.")
@color_option
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text")
def command(
    gpu: str | None,
    model: str | None,
    precision: str | None,
    row_id: str | None,
    every: bool,
    show_sources: bool,
    show_gpus: bool,
    plot: bool,
    color: str,
    format_: str,
) -> int:
    """Show the measured rows that findings rest on."""
    from ecolint import evidence

    if plot and (show_sources or show_gpus or row_id is not None or format_ != "text"):
        raise click.UsageError("--plot goes with the rows as text, not with --sources, --gpus, --row or JSON")
    if show_sources:
        _print(evidence.sources(), ("source_id", "title", "url_or_doi", "date", "licence"), format_)
        return 0
    if show_gpus:
        _print(evidence.all_gpus(), ("name", "architecture", "vram_gb", "vendor", "in_measured_set"), format_)
        return 0
    if row_id is not None:
        try:
            found = evidence.row(row_id)
        except KeyError:
            raise click.UsageError(f"there is no row {row_id!r}") from None
        click.echo(_whole(asdict(found), format_))
        return 0
    if precision is not None and precision not in {item.value for item in evidence.Measured}:
        known = ", ".join(item.value for item in evidence.Measured)
        raise click.UsageError(f"unknown precision {precision!r}; there are {known}")
    card = evidence.resolve_gpu(gpu) if gpu else None
    rows = evidence.select(
        gpu=card.name if card else None, model=model, precision=precision, include_unusable=every
    )
    if plot:
        from ecolint.cli.looks import write_out
        from ecolint.cli.plots import measured

        write_out(measured(rows, color))
    else:
        _print(rows, COLUMNS, format_, HEADINGS)
    if format_ == "text":
        click.echo(f"\n{len(rows)} rows. NVML counts the GPU board only.\n{evidence.FOOTER}")
    return 0


def _whole(values: dict[str, Any], format_: str) -> str:
    if format_ == "json":
        return json.dumps(values, indent=2, ensure_ascii=False)
    width = max(map(len, values))
    return "\n".join(f"{name:{width}}  {_cell(name, value)}" for name, value in values.items())


def _print(
    items: tuple[Any, ...], columns: tuple[str, ...], format_: str, headings: tuple[str, ...] | None = None
) -> None:
    if format_ == "json":
        click.echo(json.dumps([asdict(item) for item in items], indent=2, ensure_ascii=False))
        return
    lines = [tuple(_cell(name, getattr(item, name)) for name in columns) for item in items]
    click.echo(_table(headings or columns, lines), nl=False)

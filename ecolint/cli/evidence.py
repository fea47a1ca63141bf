"""`ecolint evidence`: the measured rows, the cards and the sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ecolint.cli.advice_values import gpu_value, measured_value, text_value
from ecolint.cli.looks import terminal_width, write_out
from ecolint.cli.options import color_option
from ecolint.reporters.terminal import counted, wrapped

if TYPE_CHECKING:
    from ecolint.evidence import Gpu, Row

PER_TOKENS = "energy_j_per_1k_tok"
COLUMNS = (
    "gpu",
    "model",
    "precision",
    "batch_size",
    PER_TOKENS,
    "delta_energy_pct",
    "quality",
    "id",
)
HEADINGS = ("GPU", "model", "precision", "batch", "J/1k tok", "vs FP16", "quality", "row")
INDENT = "  "
NOTED = ("caution", "conflict", "implausible")
"""Qualities of rows that are only shown with their note."""


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name == "delta_energy_pct":
        return f"{value:+.1f} %"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _listed_cell(item: Any, name: str) -> str:
    """A cell of a list, where joules of a request stand in for those of 1000 tokens."""
    value = getattr(item, name)
    if name == PER_TOKENS and value is None and item.energy_j_per_request is not None:
        return f"{item.energy_j_per_request:g} a request"
    return _cell(name, value)


def _table(headings: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    widths = [max(len(text) for text in column) for column in zip(headings, *lines, strict=True)]
    rows = [headings, *lines]
    return (
        "\n".join("  ".join(f"{c:{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
        + "\n"
    )


@click.command("evidence")
@click.option("--gpu", metavar="NAME", callback=gpu_value, help="Rows of this card or machine type only.")
@click.option("--model", metavar="NAME", callback=text_value, help="Rows of this model only.")
@click.option(
    "--precision",
    metavar="NAME",
    callback=measured_value,
    help="Rows of this precision, e.g. nf4, int8-pure.",
)
@click.option("--row", "row_id", metavar="ID", help="One row with all its columns.")
@click.option("--all", "every", is_flag=True, help="Include rows that are never used for findings.")
@click.option("--sources", "show_sources", is_flag=True, help="Where the data come from, with licences.")
@click.option("--gpus", "show_gpus", is_flag=True, help="Cards that are known by name.")
@click.option("--plot", is_flag=True, help="Bars of the energy against FP16.")
@color_option
@click.option("--format", "format_", type=click.Choice(("text", "json")), default="text")
def command(
    gpu: Gpu | None,
    model: str | None,
    precision: Any,
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

    if plot and format_ != "text":
        raise click.UsageError("--plot goes with the rows as text, not with JSON")
    alone = [("--sources", show_sources), ("--gpus", show_gpus), ("--row", row_id is not None)]
    others = [
        ("--gpu", gpu),
        ("--model", model),
        ("--precision", precision),
        ("--all", every),
        ("--plot", plot),
    ]
    first, *more = [flag for flag, said in (*alone, *others) if said] or [""]
    if more and first in dict(alone):
        raise click.UsageError(f"{first} cannot be used with {more[0]}")
    if show_sources:
        shown = _listed(evidence.sources(), ("source_id", "title", "url_or_doi", "date", "licence"), format_)
    elif show_gpus:
        columns = ("name", "architecture", "vram_gb", "vendor", "in_measured_set")
        shown = _listed(evidence.all_gpus(), columns, format_)
    elif row_id is not None:
        try:
            shown = _whole(asdict(evidence.row(row_id)), format_)
        except KeyError:
            near = _near(row_id, (one.id for one in evidence.rows()))
            hint = f"did you mean {near}?" if near else "`ecolint evidence` lists all"
            raise click.UsageError(f"there is no row {row_id!r}; {hint}") from None
    else:
        rows = evidence.select(
            gpu=gpu.name if gpu else None, model=model, precision=precision, include_unusable=every
        )
        shown = _drawn(rows, color) if plot else _listed(rows, COLUMNS, format_, HEADINGS)
        if format_ == "text":
            notes = "" if plot else "".join(f"{line}\n" for line in _footnotes(rows))
            counts = f"{counted(len(rows), 'row')}. NVML counts the GPU board only."
            shown = f"{shown}{notes}\n{counts}" if rows else _none(gpu, model, precision)
            shown += f"\n{evidence.FOOTER}\n"
    write_out(shown, format=format_)
    return 0


def _none(gpu: Gpu | None, model: str | None, precision: str | None) -> str:
    """That there are no rows, what was perhaps meant, and whose rows stand for a card that was not measured."""
    from ecolint import evidence

    asked = [*([gpu.name] if gpu else ()), *filter(None, (model, precision))]
    said = [f"0 rows of {', '.join(asked)}. `ecolint evidence` lists all."]
    if model and not evidence.select(model=model, include_unusable=True):
        near = _near(model.rpartition("/")[2], (one.model.rpartition("/")[2] for one in evidence.rows()))
        said.extend([f"Did you mean {near}?"] if near else [])
    if gpu is not None and not gpu.in_measured_set:
        architecture, why = evidence.measured_architecture(gpu)
        stands_in = f"Rows of other {architecture} cards stand for it in findings."
        said.append(why or (stands_in if architecture else evidence.boundaries()["non_nvidia"]))
    return "\n".join(said)


def _near(word: str, known: Iterable[str]) -> str:
    """The known names that look like a word, or nothing."""
    from ecolint.likeness import alike

    return " or ".join(alike(word, known, most=3))


def _drawn(rows: tuple[Row, ...], color: str) -> str:
    from ecolint.cli.plots import measured

    return measured(rows, color)


def _footnotes(rows: Iterable[Row]) -> Iterator[str]:
    """What must be known of rows that are not plainly sound: each note once, with the rows that it is about."""
    about: dict[tuple[str, str], list[str]] = {}
    for one in rows:
        if one.quality in NOTED and one.note:
            about.setdefault((one.quality, one.note), []).append(one.id)
    if about:
        yield ""
    for (quality, note), ids in about.items():
        rows_named = f"{'row' if len(ids) == 1 else 'rows'} {', '.join(ids)}"
        first, *more = wrapped(f"{quality}, {rows_named}: {note}", terminal_width() - len(INDENT))
        yield first
        yield from (f"{INDENT}{line}" for line in more)


def _whole(values: dict[str, Any], format_: str) -> str:
    if format_ == "json":
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
    width = max(map(len, values))
    return "".join(f"{name:{width}}  {_cell(name, value)}\n" for name, value in values.items())


def _listed(
    items: tuple[Any, ...], columns: tuple[str, ...], format_: str, headings: tuple[str, ...] | None = None
) -> str:
    if format_ == "json":
        return json.dumps([asdict(item) for item in items], indent=2, ensure_ascii=False) + "\n"
    lines = [tuple(_listed_cell(item, name) for name in columns) for item in items]
    return _table(headings or columns, lines)

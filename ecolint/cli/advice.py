"""Options that the four advisory commands share, and the way from their values to an `Ask`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from ecolint.cli import completion
from ecolint.cli.advice_values import (
    POSITIVE,
    ZERO_OR_MORE,
    Check,
    batch_value,
    each,
    framework_value,
    gpu_value,
    machine_value,
    params_value,
    precision_value,
    text_value,
    version_value,
)

FORMATS = ("text", "json", "markdown")
OBJECTIVES = ("energy", "throughput", "memory", "cost")
PACKAGES = ("bitsandbytes", "transformers")


def options(function: Callable[..., int], *, several: bool = False) -> Callable[..., int]:
    """The options of all four commands; with `several` precision, GPU and batch size may be repeated."""

    def one(name: str, check: Check, metavar: str, text: str, *more: str) -> Callable[[Any], Any]:
        extra: dict[str, Any] = {"multiple": True} if several else {}
        text = f"{text} Repeatable, or separated by commas." if several else text
        return click.option(
            name, *more, metavar=metavar, callback=each(check) if several else check, help=text, **extra
        )

    table: tuple[Callable[[Any], Any], ...] = (
        one(
            "--gpu",
            gpu_value if several else machine_value,
            "NAME",
            "Card or machine type, e.g. 'RTX 4090D', A800.",
        ),
        click.option("--model", metavar="NAME", callback=text_value, help="Model, e.g. Qwen/Qwen2-7B."),
        click.option(
            "--params", metavar="SIZE", callback=params_value, help="Billions of parameters, e.g. 7 or 7B."
        ),
        one(
            "--precision",
            precision_value,
            "NAME",
            "fp16, bf16, nf4, nf4-dq, int8, int8-pure (threshold 0), fp8 ...",
        ),
        one("--batch-size", batch_value, "N", "Requests that run together."),
        click.option(
            "--framework", metavar="NAME", callback=framework_value, help="Framework of the configuration."
        ),
        click.option(
            "--objective", type=click.Choice(OBJECTIVES), help="What to optimise for [default: energy]."
        ),
        click.option("--max-latency-ms", type=POSITIVE, metavar="MS", help="Longest time of a request."),
        click.option(
            "--max-cost", type=POSITIVE, metavar="MONEY", help="Highest cost of electricity a month."
        ),
        click.option(
            "--max-perplexity", type=ZERO_OR_MORE, metavar="PCT", help="Highest rise of perplexity over FP16."
        ),
        click.option("--vram-gb", type=POSITIVE, metavar="GB", help="Memory of one card."),
        click.option(
            "--gpu-count", type=click.IntRange(1, 100_000), metavar="N", help="Cards that share the model."
        ),
        click.option(
            "--requests-per-day", type=POSITIVE, metavar="N", help="Volume, for the cost of a month."
        ),
        click.option("--tokens-per-request", type=POSITIVE, metavar="N", help="New tokens of a request."),
        click.option("--price-per-kwh", type=ZERO_OR_MORE, metavar="MONEY", help="Price of a kilowatt-hour."),
        click.option("--currency", default="USD", metavar="NAME", callback=text_value, help="Of the price."),
        click.option(
            "--carbon-intensity", type=ZERO_OR_MORE, metavar="G", help="Grams of CO2e a kilowatt-hour."
        ),
        click.option("--bitsandbytes", metavar="VERSION", callback=version_value, help="Version that runs."),
        click.option("--transformers", metavar="VERSION", callback=version_value, help="Version that runs."),
        click.option("--supplementary", is_flag=True, help="Add suggestions that were never measured."),
        click.option(
            "--from",
            "from_",
            metavar="FILE[:LINE]",
            callback=text_value,
            shell_complete=completion.files,
            help="Take the setup from a file, as scan reads it.",
        ),
        click.option(
            "--format", "format_", type=click.Choice(FORMATS), default="text", help="Output format."
        ),
    )
    for option in reversed(table):
        function = option(function)
    return function


def ask_from(values: Mapping[str, Any]) -> Any:
    """The `Ask` of a command's options, on top of the file's setup where `--from` names one.

    Raises click.UsageError where the file holds no setup, or several and no line is named.
    """
    from dataclasses import replace

    from ecolint.advice.ask import Ask, Limits, Objective
    from ecolint.inference import Pinned
    from ecolint.settings.keys import Cost

    ask = _of_file(values["from_"]) if values["from_"] else Ask()
    machine = values["gpu"]
    given = {
        "gpu": machine.gpu if machine is not None else None,
        "model": values["model"],
        "params_b": values["params"],
        "precision": values["precision"],
        "batch_size": values["batch_size"],
        "framework": values["framework"],
        "gpu_count": values["gpu_count"] or (machine.count if machine is not None else None),
    }
    stated = {name: value for name, value in given.items() if value not in (None, ())}
    if "gpu" in stated:
        stated["gpu_text"] = ""
    if "model" in stated and "params_b" not in stated:
        stated["params_b"] = None
    versions = {
        name: Pinned(values[name], f"--{name} {values[name]}", "the command line")
        for name in PACKAGES
        if values[name] is not None
    }
    return replace(
        ask,
        **stated,
        objective=Objective(values["objective"]) if values["objective"] else None,
        limits=Limits(
            values["vram_gb"], values["max_latency_ms"], values["max_cost"], values["max_perplexity"]
        ),
        cost=Cost(
            values["requests_per_day"],
            values["tokens_per_request"],
            values["price_per_kwh"],
            values["carbon_intensity"],
            values["currency"],
        ),
        stack={**ask.stack, **versions},
        supplementary=values["supplementary"],
    )


def _of_file(text: str) -> Any:
    import os

    from ecolint.advice.from_file import ask_of
    from ecolint.scanner import Run, scan_paths

    path, _, line = text.rpartition(":")
    number = int(line) if line.isdecimal() and path and not os.path.exists(text) else None
    name = path if number is not None else text
    if os.path.isdir(name):
        raise click.UsageError(f"--from {name}: is a folder, name a file")
    found = list(scan_paths(Run(paths=(name,), jobs=1)).setups)
    if number is not None and not 0 < number <= _lines_of(name):
        raise click.UsageError(f"--from {text}: there is no such line, {name} has {_lines_of(name)} lines")
    if not found:
        raise click.UsageError(
            f"--from {name}: holds no inference configuration that ecolint can read, or the settings exclude it"
        )
    if number is not None:
        inside = [one for one in found if one.region.line <= number <= one.region.end_line]
        return ask_of(min(inside or found, key=lambda one: abs(one.region.line - number)))
    if len(found) > 1:
        places = ", ".join(
            f"{name}:{one.region.line}" for one in sorted(found, key=lambda one: one.region.line)
        )
        raise click.UsageError(f"--from {name}: holds {len(found)} configurations; name the line: {places}")
    return ask_of(found[0])


def _lines_of(path: str) -> int:
    """How many lines a file has; what follows its last line end, if anything, is one."""
    from ecolint.cli.output import read_source

    source = read_source(path)
    return sum(start < len(source.data) for start in source.line_starts) if source is not None else 0


def show(answer: Any, format_: str) -> int:
    """Print an answer; the exit status is 0."""
    import importlib

    from ecolint.cli.looks import fitting_width, write_out

    renderer = importlib.import_module(f"ecolint.advice.render_{format_}")
    fitting = {"width": fitting_width()} if format_ == "text" else {}
    write_out(renderer.render(answer, **fitting), format=format_)
    return 0

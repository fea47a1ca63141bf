"""Values of the advisory commands' options: what names mean, with a hint where they mean nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([bm]?)\s*\+?\s*\Z", re.I)
Check = Callable[[click.Context, click.Parameter, Any], Any]


def _suggestion(word: str, known: Any) -> str:
    import difflib

    names = list(known)
    close = difflib.get_close_matches(word.lower(), names, n=2, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else f"; known are {', '.join(names)}"


def each(check: Check) -> Check:
    """A check for a repeatable option whose values may also stand in one, separated by commas."""

    def checked(ctx: click.Context, param: click.Parameter, values: Any) -> Any:
        words = [word.strip() for value in values for word in str(value).split(",") if word.strip()]
        if values and not words:
            raise click.BadParameter("is empty", ctx, param)
        return tuple(dict.fromkeys(check(ctx, param, word) for word in words))

    return checked


def gpu_value(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """The card that a name or a machine type means."""
    machine = machine_value(ctx, param, value)
    return machine.gpu if machine is not None else None


def machine_value(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """The cards that a name or a machine type means; `4090` and `5090D` may leave the `RTX` out."""
    from ecolint import evidence

    if value is None:
        return None
    card = evidence.resolve_gpu(value)
    machine = evidence.resolve_instance(value)
    if machine is not None and card in (None, machine.gpu):
        return machine
    if card is None and re.fullmatch(r"\d{4}\w{0,6}", value.strip()):
        card = evidence.resolve_gpu(f"RTX {value.strip()}")
    if card is None:
        raise click.BadParameter(evidence.gpu_fault(value), ctx, param)
    return evidence.InstanceGpu(card, None, "", value)


def precision_value(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    from ecolint.advice.precisions import NAMES, speak

    if value is None:
        return None
    found = speak(value)
    if found is None:
        raise click.BadParameter(f"unknown precision {value!r}{_suggestion(value, NAMES)}", ctx, param)
    return found


def measured_value(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """The precision of the rows that a name means; those that something else only stands for have no rows."""
    found = precision_value(ctx, param, value)
    if found is not None and found.stand_in:
        raise click.BadParameter(f"{found.name} has no rows. {found.stand_in}", ctx, param)
    return found.measured if found is not None else None


def framework_value(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from ecolint.advice.ask import OTHER_FRAMEWORK
    from ecolint.frameworks.registry import frameworks

    if value is None:
        return None

    def folded(text: str) -> str:
        return "".join(letter for letter in text.lower() if letter.isalnum())

    known = {folded(word): item.name for item in frameworks() for word in (item.title, item.name)}
    known |= {folded("transformers + bitsandbytes"): "transformers", OTHER_FRAMEWORK: OTHER_FRAMEWORK}
    if folded(value) not in known:
        names = sorted(set(known.values()))
        raise click.BadParameter(f"unknown framework {value!r}{_suggestion(value, names)}", ctx, param)
    return known[folded(value)]


def params_value(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Billions of parameters: `7`, `7B`, `350M`, `30B+`."""
    if value is None:
        return None
    match = _SIZE.match(value[:100])
    size = float(match[1]) / (1000 if match[2].lower() == "m" else 1) if match else 0.0
    if not 0 < size <= 10_000:
        raise click.BadParameter(
            f"{value!r} is no size in billions of parameters, such as 7 or 7B", ctx, param
        )
    return size


def version_value(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from packaging.version import InvalidVersion, Version

    if value is None:
        return None
    try:
        return str(Version(value))
    except InvalidVersion:
        raise click.BadParameter(f"{value!r} is no version, such as 0.45.3", ctx, param) from None


def batch_value(ctx: click.Context, param: click.Parameter, value: str | int | None) -> int | None:
    if value is None:
        return None
    if not str(value).isdecimal() or not 1 <= int(value) <= 1_000_000:
        raise click.BadParameter(f"{value!r} is no number of requests from 1 on", ctx, param)
    return int(value)


def text_value(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Any text that can be read."""
    if value is None:
        return None
    if not value.strip():
        raise click.BadParameter("is empty", ctx, param)
    if not value.isprintable():
        raise click.BadParameter(f"{value!r} cannot be printed", ctx, param)
    return value.strip()


class Amount(click.ParamType):  # type: ignore[type-arg]
    """A finite number from `least` to `most`."""

    name = "number"

    def __init__(self, least: float, most: float) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            found = float(value)
        except ValueError:
            found = float("nan")
        if not self.least <= found <= self.most:
            least = f"from {self.least:g}" if self.least == 0 else "above 0 and"
            self.fail(f"{value!r} is no number {least} up to {self.most:g}", param, ctx)
        return found


POSITIVE = Amount(1e-9, 1e12)
ZERO_OR_MORE = Amount(0.0, 1e9)

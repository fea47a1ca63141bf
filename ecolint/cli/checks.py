"""Checks of option values. Each takes a value as written and returns what it means, or raises ValueError."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def rules(values: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors of rules, each known to select some; several may stand in one value."""
    words = tuple(word.strip() for value in values for word in value.split(",") if word.strip())
    if words:
        from ecolint.rules.registry import matching

        for word in words:
            matching(word)
    return words


def format(value: str) -> str:
    """The name of an output format."""
    from ecolint.cli.scan_options import FORMATS

    if value not in FORMATS:
        from ecolint.reporters.registry import reporters

        if value not in reporters():
            raise ValueError(f"{value!r} is none of {', '.join(reporters())}")
    return value


def gpu(value: str) -> str:
    """The name of a GPU that the evidence knows."""
    from ecolint import evidence

    if fault := evidence.gpu_fault(value):
        raise ValueError(fault)
    return value


CHECKS: dict[str, Callable[[Any], Any]] = {"rules": rules, "format": format, "gpu": gpu}

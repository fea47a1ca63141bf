"""Checks of option values. Each takes a value as written and returns what it means, or raises ValueError."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def rules(values: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors of rules, each known to select some; several may stand in one value, and one must."""
    named = [tuple(word.strip() for word in value.split(",") if word.strip()) for value in values]
    if not all(named):
        raise ValueError("names no rule")
    words = tuple(word for some in named for word in some)
    if words:
        from ecolint.rules.registry import matching

        for word in words:
            matching(word)
    return words


def stated(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Texts of which none is empty."""
    if not all(text.strip() for text in ((value,) if isinstance(value, str) else value)):
        raise ValueError("is empty")
    return value


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


CHECKS: dict[str, Callable[[Any], Any]] = {
    "rules": rules,
    "stated": stated,
    "format": format,
    "gpu": gpu,
}

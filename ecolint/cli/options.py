"""Checks of option values that several commands share."""

from __future__ import annotations

import click


def known_gpu(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Checks that a GPU is one that the evidence knows."""
    if value is None:
        return None
    from ecolint import evidence

    if evidence.resolve_gpu(value) is None and evidence.resolve_instance(value) is None:
        close = evidence.suggest_gpu(value)
        hint = f"; did you mean {' or '.join(close[:3])}?" if close else "; see ecolint evidence --gpus"
        raise click.BadParameter(f"unknown GPU {value!r}{hint}", ctx, param)
    return value

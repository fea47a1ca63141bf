"""When two names mean the same measured thing."""

from __future__ import annotations

from functools import cache

from ecolint.evidence.gpus import Gpu, resolve_gpu
from ecolint.evidence.models import ModelSize, resolve_model
from ecolint.evidence.modeltable import SAME_SIZE


@cache
def same_gpu(one: str | Gpu, other: str | Gpu) -> bool:
    """The same card. Both A800 boards of 80 GB count as the measured A800, whose source names both."""
    first = resolve_gpu(one) if isinstance(one, str) else one
    second = resolve_gpu(other) if isinstance(other, str) else other
    if first is None or second is None:
        return False
    if first.name == second.name:
        return True
    return first.in_measured_set and second.in_measured_set and first.base_name == second.base_name


def same_line(one: ModelSize, other: ModelSize) -> bool:
    """The same checkpoint line and size: base and instruct versions of one release count as one model."""
    if one.family is None or one.family != other.family or one.total_b is None or other.total_b is None:
        return False
    return max(one.total_b, other.total_b) <= min(one.total_b, other.total_b) * SAME_SIZE


@cache
def same_model(one: str, other: str) -> bool:
    """Whether two names mean the same checkpoint line and size; False where either is not known."""
    first, second = resolve_model(one), resolve_model(other)
    if first is None or second is None:
        return one.strip().lower() == other.strip().lower()
    return same_line(first, second)

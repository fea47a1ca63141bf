"""Short ways to ask, for tests."""

from __future__ import annotations

from typing import Any

from ecolint import evidence
from ecolint.advice.ask import Ask, Limits
from ecolint.advice.precisions import Spoken, speak
from ecolint.inference import Pinned
from ecolint.settings.keys import Cost


def ask(
    gpu: str | None = None,
    model: str | None = None,
    precision: str | None = None,
    *,
    versions: dict[str, str] | None = None,
    limits: dict[str, float] | None = None,
    cost: dict[str, Any] | None = None,
    **more: Any,
) -> Ask:
    """An `Ask` from names."""
    card = evidence.resolve_gpu(gpu) if gpu else None
    assert card is not None or gpu is None, gpu
    stack = {name: Pinned(version, "", "test") for name, version in (versions or {}).items()}
    return Ask(
        gpu=card,
        model=model,
        precision=spoken(precision)[0] if precision else None,
        stack=stack,
        limits=Limits(**(limits or {})),
        cost=Cost(**(cost or {})),
        **more,
    )


def spoken(*names: str) -> list[Spoken]:
    """Precisions by name."""
    found = [speak(name) for name in names]
    assert None not in found, names
    return [one for one in found if one is not None]

"""Quantisation by keywords of the load itself, which transformers 5 took away."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import InferenceSetup
from ecolint.stack import NEWEST, at_least

GONE_FROM = ("transformers", "5.0")
FLAGS = frozenset(("load_in_8bit", "load_in_4bit"))


def are_gone(setup: InferenceSetup) -> bool:
    """Whether a load is quantised by its own keywords, and the pinned version takes none."""
    package, version = GONE_FROM
    pinned = setup.stack.get(package)
    return (
        pinned is not None
        and pinned.version != NEWEST
        and at_least(pinned.version, version)
        and any(option.name in FLAGS for option in setup.loading)
    )


def told(setup: InferenceSetup) -> Iterator[str]:
    """The sentence that says so."""
    if are_gone(setup):
        flag = next(option.name for option in setup.loading if option.name in FLAGS)
        package, version = GONE_FROM
        yield (
            f"{package} {version} took the keyword {flag} away: the load raises a TypeError. "
            f"quantization_config=BitsAndBytesConfig({flag}=True) says the same."
        )

"""Quantisation by keywords of the load itself, which transformers 5 took away."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.inference import InferenceSetup
from ecolint.stack import excludes_older

PACKAGE, GONE_SINCE = "transformers", "5.0"
FLAGS = ("load_in_8bit", "load_in_4bit")


def flag_of_load(setup: InferenceSetup) -> str | None:
    """The first flag among the keywords of the load itself."""
    return next((option.name for option in setup.loading if option.name in FLAGS), None)


def are_gone(setup: InferenceSetup) -> bool:
    """Whether a load is quantised by its own keywords, and the pinned version takes none."""
    pinned = setup.stack.get(PACKAGE)
    return pinned is not None and excludes_older(pinned, GONE_SINCE) and flag_of_load(setup) is not None


def told(setup: InferenceSetup) -> Iterator[str]:
    """The sentence that says so."""
    flag, pinned = flag_of_load(setup), setup.stack.get(PACKAGE)
    if pinned is not None and are_gone(setup):
        yield (
            f"{PACKAGE} {GONE_SINCE} took the keyword {flag} away, and {pinned.text!r} is in {pinned.path}: the load "
            f"raises a TypeError. quantization_config=BitsAndBytesConfig({flag}=True) says the same."
        )

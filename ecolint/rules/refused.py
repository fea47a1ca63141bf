"""What the pinned versions do not accept: such a setup does not start as it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecolint.inference import InferenceSetup
from ecolint.records import dataclass
from ecolint.rules import legacy_keywords
from ecolint.stack import excludes_older


@dataclass(frozen=True, slots=True)
class Refusal:
    """`applies` to setups of some frameworks from a version of a package on; `instead` completes the sentence."""

    frameworks: tuple[str, ...]
    package: str
    since: str
    applies: Callable[[InferenceSetup], bool]
    instead: str


def _needs_plugin(setup: InferenceSetup) -> bool:
    return setup.quantizer.is_("bitsandbytes") and "vllm-bnb-plugin" not in setup.stack


REFUSALS = (
    Refusal(
        ("vllm", "ray-serve"),
        "vllm",
        "0.28",
        _needs_plugin,
        "reads bitsandbytes only with vllm-bnb-plugin, which no requirement names",
    ),
)


def refused(setup: InferenceSetup) -> Iterator[str]:
    """Sentences on why the setup does not start with the versions that the repository pins."""
    yield from legacy_keywords.told(setup)
    for item in REFUSALS:
        pinned = setup.stack.get(item.package)
        if pinned is None or setup.framework not in item.frameworks:
            continue
        if excludes_older(pinned, item.since) and item.applies(setup):
            yield f"It does not start as it is: {pinned.text!r} in {pinned.path} {item.instead}."

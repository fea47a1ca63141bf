"""A recommendation written in the framework that serves the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ecolint.advice.answer import Config
from ecolint.advice.ask import DEFAULT_FRAMEWORK, OTHER_FRAMEWORK
from ecolint.advice.precisions import REMEDIES, TITLES
from ecolint.advice.situation import Situation
from ecolint.evidence import Measured
from ecolint.frameworks.base import Remedy, Snippet
from ecolint.rules.remedies import NO_MAPPING

DEFAULT_TITLE = "transformers + bitsandbytes"
OTHERWISE = "torch.bfloat16 where the model's own weights are BF16."
IN_HALF: Mapping[Remedy, Snippet] = {
    Remedy.NF4: Snippet(
        'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16, bnb_4bit_quant_type="nf4")',
        OTHERWISE,
    ),
    Remedy.NF4_DOUBLE_QUANT: Snippet(
        'BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.float16, bnb_4bit_quant_type="nf4", '
        "bnb_4bit_use_double_quant=True)",
        OTHERWISE,
    ),
}
"""The seed's lines for 4 bits: they compute in the precision that the FP16 baseline has."""


def title_of(framework: str) -> str:
    """The name of a framework as people write it."""
    from ecolint.frameworks.registry import framework as find

    if framework == DEFAULT_FRAMEWORK:
        return DEFAULT_TITLE
    if framework == OTHER_FRAMEWORK:
        return "another framework"
    return find(framework).title


def snippet_of(situation: Situation, remedies: tuple[Remedy, ...]) -> Snippet | None:
    """How the framework writes the first of the remedies that it can; `other` is shown transformers' way."""
    from ecolint.frameworks.registry import framework as find

    name = DEFAULT_FRAMEWORK if situation.framework == OTHER_FRAMEWORK else situation.framework
    try:
        vocabulary = find(name)
    except KeyError:
        return None
    if name == DEFAULT_FRAMEWORK and remedies[0] in IN_HALF and situation.spoken.name != "BF16":
        return IN_HALF[remedies[0]]
    found = (vocabulary.snippet(remedy, situation.ask.stack) for remedy in remedies)
    return next((snippet for snippet in found if snippet is not None), None)


def config_for(situation: Situation, precision: Measured) -> Config:
    """The configuration of a precision, or the sentence that there is none in this framework."""
    found = config_of(situation, TITLES[precision], REMEDIES[precision])
    stored = situation.stored
    if stored is None or stored.measured is precision or not found.snippet:
        return found
    other = (
        f"{situation.ask.model} itself is stored in {stored.name}: load the checkpoint that it was made from."
    )
    return replace(found, note=f"{other} {found.note}".strip())


def config_of(situation: Situation, title: str, remedies: tuple[Remedy, ...]) -> Config:
    """The configuration of one of the remedies."""
    snippet = snippet_of(situation, remedies)
    name = title_of(situation.framework)
    if snippet is None:
        return Config(name, title, "", NO_MAPPING)
    note = NO_MAPPING if situation.framework == OTHER_FRAMEWORK else ""
    return Config(name, title, snippet.text, " ".join(filter(None, (snippet.note, note))))

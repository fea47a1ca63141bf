"""Why transformers would refuse a setup."""

from __future__ import annotations

from ecolint import evidence
from ecolint.inference import InferenceSetup, Located, Option
from ecolint.rules.legacy_keywords import FLAGS
from ecolint.stack import at_least

OTHER_QUANTIZERS = ("gptq", "awq")
CONFIG = "quantization_config"
THRESHOLD = "llm_int8_threshold"
NO_FLAG_SINCE = "4.38.0"
"""Version of transformers that refuses a flag beside a configuration; 4.37 lets the configuration win."""


def is_refused(setup: InferenceSetup) -> bool:
    """Whether the setup raises an error, so that what its other options do is of no account."""
    return (
        both_flags(setup)
        or flag_beside_config(setup) is not None
        or threshold_not_float(setup) is not None
        or bool(wrong_quantizer(setup))
    )


def both_flags(setup: InferenceSetup) -> bool:
    """Whether 8-bit and 4-bit are both on."""
    return setup.load_in_8bit.is_(True) and setup.load_in_4bit.is_(True)


def flag_beside_config(setup: InferenceSetup) -> Option | None:
    """The flag that a load is given together with a configuration, which older versions took no offence at."""
    given = {option.name: option for option in setup.loading}
    config = given.get(CONFIG)
    pinned = setup.stack.get("transformers")
    if pinned is not None and not at_least(pinned.version, NO_FLAG_SINCE):
        return None
    if config is None or not config.value.is_known or config.value.when is not None:
        return None
    flags = (given[name] for name in FLAGS if name in given)
    return next((flag for flag in flags if flag.value.is_(True) and flag.value.when is None), None)


def threshold_not_float(setup: InferenceSetup) -> Located[int] | None:
    """The threshold, where it is a whole number without a point."""
    given = next((option.value for option in setup.options if option.name == THRESHOLD), None)
    is_whole = given is not None and given.is_known and type(given.value) is int and given.when is None
    return given if is_whole and setup.int8_threshold.is_known else None


def wrong_quantizer(setup: InferenceSetup) -> str:
    """The quantiser that made the checkpoint, where bitsandbytes is asked for; else empty."""
    asked = setup.load_in_8bit.is_(True) or setup.load_in_4bit.is_(True)
    if not (asked and setup.quantizer.is_("bitsandbytes") and setup.model.is_known):
        return ""
    made_by = evidence.checkpoint_format(setup.model.value or "") or ""
    return made_by if made_by in OTHER_QUANTIZERS else ""

"""A quantisation option that does nothing, or a default that is rarely meant.

## What it does
Finds `bnb_4bit_*` options without 4-bit weights, an outlier threshold without 8-bit weights, options that no
version knows, and 4-bit weights whose compute type is left at its default, float32.

## Why it costs energy
Options without effect hide what really runs. A float32 compute type is an effect nobody asked for: bitsandbytes
0.47 and newer then multiply in 32 bits. Older versions follow a bfloat16 input, which is no finding where they are
pinned.

## Evidence
Correctness of the configuration: `BitsAndBytesConfig` ignores unknown options silently and applies the others only
to the number format they belong to.

## Example
```python
BitsAndBytesConfig(load_in_8bit=True, bnb_4bit_compute_dtype=torch.bfloat16)
```

## Use instead
```python
BitsAndBytesConfig(load_in_8bit=True)
```

## Fix safety
Safe where an option without effect is removed. Setting a compute type changes results slightly; it is float16 where the
card is known to have no BF16 units.

## When to ignore
When one object is built for both formats and switched in another file. An option that serves another load of the same
file is no finding, nor is a compute type that is given by an option or field whose default is None.

## Sources
transformers `utils/quantization_config.py`, 4.47 to 5.23; bitsandbytes 0.47.0 release.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits
from ecolint.finding import Applicability, Fix, Level
from ecolint.frameworks.bitsandbytes import ENVELOPE, SIGNATURE
from ecolint.inference import InferenceSetup, Known, Located, Option, Place
from ecolint.rules import legacy_keywords
from ecolint.rules.assessment import Subject
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.conflicts import is_refused
from ecolint.rules.remedies import half_precision_name
from ecolint.stack import at_least
from ecolint.statements import Symbol

RULE = Rule("ECO202", "ineffective-quantization-option", Level.NOTE, Basis.CORRECTNESS)
COMPUTE_TYPE = "bnb_4bit_compute_dtype"
KNOWN = frozenset((*SIGNATURE, *ENVELOPE))
HONOURED_FROM = ("bitsandbytes", "0.47")
"""The version from which on the default compute type is kept, whatever the type of the input."""
STAYING = frozenset(("float16", "float32"))
"""Types of the input with which older versions compute in float32 as well."""
NATIVE_TYPE_FROM = ("transformers", "5.0")
"""The version from which on a model is loaded in the checkpoint's own type, and not in float16."""
EIGHT_BIT_ONLY = frozenset(("llm_int8_threshold", "llm_int8_has_fp16_weight"))


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if setup.framework != "transformers" or not setup.quantizer.is_("bitsandbytes"):
        return
    eight, four = setup.load_in_8bit, setup.load_in_4bit
    if eight.is_dynamic or four.is_dynamic or is_refused(setup):
        return
    if not any(_is_chosen(flag) for flag in (eight, four)) and setup.when is None:
        for option in setup.options:
            reason = _reason(option, eight_bit=eight.is_(True), four_bit=four.is_(True))
            if reason:
                yield _ineffective(option, setup, reason)
    if (
        four.is_(True)
        and not setup.compute_dtype.is_set
        and four.span is not None
        and not _follows_input(setup)
    ):
        yield _missing_compute_type(setup)


def _follows_input(setup: InferenceSetup) -> bool:
    """Whether the installed bitsandbytes computes in the type of the input, and that is not known to be the default."""
    pinned = setup.stack.get(HONOURED_FROM[0])
    if pinned is None or at_least(pinned.version, HONOURED_FROM[1]):
        return False
    if setup.dtype.is_set:
        return setup.dtype.value not in STAYING
    package, version = NATIVE_TYPE_FROM
    loaded_by = setup.stack.get(package)
    return loaded_by is not None and at_least(loaded_by.version, version)


def _missing_compute_type(setup: InferenceSetup) -> Verdict:
    four = setup.load_in_4bit
    single = half_precision_name(Subject(setup)) == "FP16"
    half = Symbol("torch.float16" if single or setup.dtype.is_("float16") else "torch.bfloat16")
    in_json = four.place is Place.JSON_ITEM
    option = (
        f'"{COMPUTE_TYPE}": "{half.name.removeprefix("torch.")}"'
        if in_json
        else f"{COMPUTE_TYPE}={half.name}"
    )
    gone = legacy_keywords.are_gone(setup)
    return Verdict(
        span=four.span or setup.span,
        message=f"4-bit without {COMPUTE_TYPE} computes in float32, the default.",
        fields=(four, setup.compute_dtype),
        of_absence=True,
        fix=Fix(
            setup.framework,
            f"quantization_config=BitsAndBytesConfig(load_in_4bit=True, {option})" if gone else option,
            Applicability.UNSAFE,
            "State the compute type",
            "Changes results slightly" + ("." if single else "; use torch.float16 on cards without BF16."),
            changes=() if gone else edits.add_beside(four, COMPUTE_TYPE, half),
        ),
    )


def _is_chosen(flag: Located[bool]) -> bool:
    """Whether a flag depends on a choice, so that the options beside it may serve the other one."""
    return flag.when is not None or flag.known is Known.DERIVED


def _reason(option: Option, *, eight_bit: bool, four_bit: bool) -> str:
    name = option.name
    if name not in KNOWN:
        return "no version of transformers knows it, it is silently ignored"
    if name.startswith("bnb_4bit_") and not four_bit:
        return "it applies to 4-bit weights, and 4-bit is off"
    if name in EIGHT_BIT_ONLY and not eight_bit:
        return "it applies to 8-bit weights, and 8-bit is off"
    return ""


def _ineffective(option: Option, setup: InferenceSetup, reason: str) -> Verdict:
    return Verdict(
        span=option.value.span or setup.span,
        message=f"{option.name} has no effect: {reason}.",
        fields=(option.value, setup.load_in_8bit, setup.load_in_4bit),
        fix=Fix(
            setup.framework,
            "",
            Applicability.SAFE,
            f"Remove {option.name}",
            changes=edits.remove(option.value),
        ),
        unanimous=True,
    )

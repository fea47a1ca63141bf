"""A quantisation option that does nothing, or a default that is rarely meant.

## What it does
Finds `bnb_4bit_*` options without 4-bit weights, an outlier threshold without 8-bit weights, options that no
version knows, and 4-bit weights whose compute type is left at its default, float32.

## Why it costs energy
Options without effect hide what really runs. A float32 compute type is an effect nobody asked for: bitsandbytes
0.47 and newer then multiply in 32 bits.

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
Safe where an option without effect is removed. Setting a compute type changes results slightly.

## When to ignore
When one object is built for both formats and switched in another file. An option that serves another load of the same
file is no finding.

## Sources
transformers `utils/quantization_config.py`, 4.47 to 5.23; bitsandbytes 0.47.0 release.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits
from ecolint.finding import Applicability, Fix, Level
from ecolint.frameworks.bitsandbytes import ENVELOPE, SIGNATURE
from ecolint.inference import InferenceSetup, Known, Located, Option
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.statements import Symbol

RULE = Rule("ECO202", "ineffective-quantization-option", Level.NOTE, Basis.CORRECTNESS)
KNOWN = frozenset((*SIGNATURE, *ENVELOPE))
EIGHT_BIT_ONLY = frozenset(("llm_int8_threshold", "llm_int8_has_fp16_weight"))


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if setup.framework != "transformers" or not setup.quantizer.is_("bitsandbytes"):
        return
    eight, four = setup.load_in_8bit, setup.load_in_4bit
    if eight.is_dynamic or four.is_dynamic:
        return
    if not any(_is_chosen(flag) for flag in (eight, four)) and setup.when is None:
        for option in setup.options:
            reason = _reason(option, eight_bit=eight.is_(True), four_bit=four.is_(True))
            if reason:
                yield _ineffective(option, setup, reason)
    compute = setup.compute_dtype
    if four.is_(True) and not compute.is_set and four.span is not None:
        half = Symbol("torch.float16" if setup.dtype.is_("float16") else "torch.bfloat16")
        yield Verdict(
            span=four.span,
            message="4-bit without bnb_4bit_compute_dtype computes in float32, the default.",
            fields=(four,),
            fix=Fix(
                setup.framework,
                f"bnb_4bit_compute_dtype={half.name}",
                Applicability.UNSAFE,
                "State the compute type",
                "Changes results slightly; use torch.float16 on cards without BF16.",
                changes=edits.add_beside(four, "bnb_4bit_compute_dtype", half),
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

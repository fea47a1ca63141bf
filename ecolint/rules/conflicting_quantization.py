"""Two quantisations for one model.

## What it does
Finds setups that ask for 8-bit and 4-bit weights at once, loads that are given a flag beside `quantization_config`,
thresholds that are no float, and bitsandbytes configurations for a checkpoint whose name says that another quantiser
made it (GPTQ, AWQ).

## Why it costs energy
It does not run: transformers raises an error, after the job has been scheduled on a GPU.

## Evidence
`BitsAndBytesConfig` refuses both flags together, and a threshold such as `0` that is no float; `from_pretrained`
refuses a flag beside a configuration (since 4.38); a checkpoint's own quantisation of another class is an error.

## Example
```python
BitsAndBytesConfig(load_in_8bit=True, load_in_4bit=True)
```

## Use instead
```python
BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
```

## Fix safety
Safe where a threshold becomes a float. Otherwise advice only: which of the two is meant is not known.

## When to ignore
Never, if the code runs at all.

## Sources
transformers `utils/quantization_config.py` and `quantizers/auto.py`, 4.47 to 5.23.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits
from ecolint.finding import Applicability, Fix, Level
from ecolint.inference import InferenceSetup, Located
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.conflicts import both_flags, flag_beside_config, threshold_not_float, wrong_quantizer

RULE = Rule("ECO201", "conflicting-quantization", Level.ERROR, Basis.CORRECTNESS)


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if setup.framework != "transformers":
        return
    eight, four = setup.load_in_8bit, setup.load_in_4bit
    beside, threshold, made_by = flag_beside_config(setup), threshold_not_float(setup), wrong_quantizer(setup)
    if both_flags(setup):
        yield Verdict(
            span=four.span or setup.span,
            message="8-bit and 4-bit are both switched on: transformers raises a ValueError.",
            fields=(eight, four),
        )
    elif beside is not None:
        yield Verdict(
            span=beside.value.span or setup.span,
            message=f"{beside.name} beside quantization_config: transformers raises a ValueError.",
            fields=(beside.value,),
        )
    elif threshold is not None:
        yield _not_float(setup, threshold)
    elif made_by:
        yield Verdict(
            span=(four if four.is_(True) else eight).span or setup.span,
            message=f"By its name the checkpoint {setup.model.value} is already quantised with "
            f"{made_by.upper()}: a bitsandbytes configuration for it is an error.",
            fields=(eight, four, setup.model),
            level=Level.WARNING,
        )


def _not_float(setup: InferenceSetup, threshold: Located[int]) -> Verdict:
    number = float(threshold.value or 0)
    return Verdict(
        span=threshold.span or setup.span,
        message=f"llm_int8_threshold={threshold.value} is no float: transformers raises a TypeError.",
        fields=(threshold,),
        fix=Fix(
            setup.framework,
            f"llm_int8_threshold={number}",
            Applicability.SAFE,
            "Write a float",
            changes=edits.set_value(threshold, number),
        ),
    )

"""Two quantisations for one model.

## What it does
Finds setups that ask for 8-bit and 4-bit weights at once, and bitsandbytes configurations for a checkpoint whose
name says that another quantiser made it (GPTQ, AWQ, FP8).

## Why it costs energy
It does not run: transformers raises a ValueError, after the job has been scheduled on a GPU.

## Evidence
`BitsAndBytesConfig` refuses both flags together; a checkpoint's own quantisation of another class is an error.

## Example
```python
BitsAndBytesConfig(load_in_8bit=True, load_in_4bit=True)
```

## Use instead
```python
BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
```

## Fix safety
Advice only: which of the two is meant is not known.

## When to ignore
Never, if the code runs at all.

## Sources
transformers `utils/quantization_config.py` and `quantizers/auto.py`, 4.47 to 5.23.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import evidence
from ecolint.finding import Level
from ecolint.inference import InferenceSetup
from ecolint.rules.base import Basis, Rule, Verdict

RULE = Rule("ECO201", "conflicting-quantization", Level.ERROR, Basis.CORRECTNESS)
OTHER_QUANTIZERS = ("gptq", "awq")


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    eight, four = setup.load_in_8bit, setup.load_in_4bit
    if setup.framework != "transformers":
        return
    if eight.is_(True) and four.is_(True):
        yield Verdict(
            span=four.span or setup.span,
            message="8-bit and 4-bit are both switched on: transformers raises a ValueError.",
            fields=(eight, four),
        )
    elif setup.quantizer.is_("bitsandbytes") and setup.model.is_known and (eight.is_(True) or four.is_(True)):
        made_by = evidence.checkpoint_format(setup.model.value or "")
        if made_by in OTHER_QUANTIZERS:
            yield Verdict(
                span=(four if four.is_(True) else eight).span or setup.span,
                message=f"By its name the checkpoint {setup.model.value} is already quantised with "
                f"{made_by.upper()}: a bitsandbytes configuration for it is an error.",
                fields=(eight, four, setup.model),
                level=Level.WARNING,
            )

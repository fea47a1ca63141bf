"""A model for inference that is never placed on an accelerator.

## What it does
Finds unquantised models that are loaded and used to generate while nothing moves them off the CPU. Off unless
selected.

## Why it costs energy
Generation on a CPU takes many times longer, and the machine's GPU idles meanwhile.

## Evidence
Not measured. Correctness of the program: `from_pretrained` without `device_map` loads onto the CPU.

## Example
```python
model = AutoModelForCausalLM.from_pretrained(model_id)
model.generate(**inputs)
```

## Use instead
```python
model = AutoModelForCausalLM.from_pretrained(model_id, device_map="auto")
model.generate(**inputs)
```

## Fix safety
Advice only.

## When to ignore
When the machine has no accelerator.

## Sources
transformers `modeling_utils.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.finding import Applicability, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.remedies import fix_with

RULE = Rule("ECO203", "unplaced-model", Level.NOTE, Basis.CORRECTNESS, default=False)


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if not setup.placed.is_(False) or setup.quantizer.is_set:
        return
    yield Verdict(
        span=setup.placed.span or setup.span,
        message="The model generates on the CPU: nothing here places it on an accelerator.",
        fields=(setup.placed,),
        fix=fix_with(setup, Remedy.PLACEMENT, "Place the model", Applicability.DISPLAY),
    )

"""Eager attention.

## What it does
Finds models loaded with `attn_implementation="eager"`. Off unless selected.

## Why it costs energy
Eager attention writes the whole score matrix to memory and reads it back; fused kernels do not.

## Evidence
Not measured. Source: engineering convention, not measured.

## Example
```python
AutoModelForCausalLM.from_pretrained(model_id, attn_implementation="eager")
```

## Use instead
```python
AutoModelForCausalLM.from_pretrained(model_id, attn_implementation="sdpa")
```

## Fix safety
Unsafe: results change slightly, and some models have no fused attention.

## When to ignore
When attention weights are read out, or the model's authors ask for eager attention.

## Sources
EcoCompute skill, supplementary suggestions; transformers documentation on attention.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits, evidence
from ecolint.finding import Applicability, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.remedies import fix_with

RULE = Rule(
    "ECO102", "eager-attention", Level.NOTE, Basis.CONVENTION, pattern="eager-attention", default=False
)


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if not setup.attention.is_("eager"):
        return
    yield Verdict(
        span=setup.attention.span or setup.span,
        message="Eager attention: likely a missed optimisation.",
        fields=(setup.attention,),
        fix=fix_with(
            setup,
            Remedy.FAST_ATTENTION,
            "Use SDPA or FlashAttention 2",
            Applicability.UNSAFE,
            "Changes results slightly; needs a model with a fused kernel.",
            edits.set_value(setup.attention, "sdpa"),
        ),
        source_note=evidence.CONVENTION,
    )

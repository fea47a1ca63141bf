"""An FP32 KV cache on a quantised model.

## What it does
Finds quantised models whose key-value cache is kept in 32 bits. Off unless selected.

## Why it costs energy
Keys and values are read for every generated token; 32 bits read twice what 16 bits do, without better results.

## Evidence
Not measured. Source: engineering convention, not measured.

## Example
```python
AutoModelForCausalLM.from_pretrained(model_id, quantization_config=config, torch_dtype=torch.float32)
```

## Use instead
```python
AutoModelForCausalLM.from_pretrained(model_id, quantization_config=config, torch_dtype=torch.float16)
```

## Fix safety
Unsafe: results change slightly.

## When to ignore
When the activations of the model overflow in 16 bits.

## Sources
EcoCompute skill, supplementary suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import evidence
from ecolint.finding import Applicability, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup, Precision
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.remedies import fix_with

RULE = Rule("ECO101", "fp32-kv-cache", Level.NOTE, Basis.CONVENTION, pattern="fp32-kv-cache", default=False)
FP32_WORDS = frozenset(("fp32", "float32", "float", "torch.float32", "torch.float", "f32"))
UNQUANTISED = frozenset((Precision.FP32, Precision.FP16, Precision.BF16))


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if not setup.precision.is_known or setup.precision.value in UNQUANTISED:
        return
    stated = next((item for item in (setup.kv_cache_dtype, setup.dtype) if item.is_known), None)
    if stated is None or str(stated.value).lower() not in FP32_WORDS:
        return
    yield Verdict(
        span=stated.span or setup.span,
        message="The KV cache of a quantised model is kept in FP32: likely wasted bandwidth.",
        fields=(stated, setup.precision),
        fix=fix_with(setup, Remedy.FP8_KV_CACHE, "Keep the cache in 16 or 8 bits", Applicability.UNSAFE),
        source_note=evidence.CONVENTION,
    )

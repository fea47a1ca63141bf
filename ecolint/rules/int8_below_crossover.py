"""INT8 without outlier split on a model below the INT8 crossover.

## What it does
Finds models that bitsandbytes loads in 8 bits with `llm_int8_threshold=0.0` and that are smaller than the INT8
crossover of the GPU's architecture. Where the very card and model were measured, those rows decide instead. It is a
note where the card has no room for 16-bit weights.

## Why it costs energy
Activations are quantised and results are scaled back around every multiplication. On a small model this costs
more than reading half the bytes saves.

## Evidence
The published overhead below a crossover is 25 – 55%; direct rows at 1.1 to 3 B show +51 to +73 %. The published
crossovers are 4.0 B (Turing), 4.6 B (Ada), 5.6 B (Blackwell) and 4.3 B (Ampere), but no direct row shows a saving
above them either, so none is promised.

## Example
```python
model = AutoModelForCausalLM.from_pretrained(
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    quantization_config=BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0),
)
```

## Use instead
```python
model = AutoModelForCausalLM.from_pretrained(
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0", torch_dtype=torch.float16, device_map="auto"
)
```

## Fix safety
Unsafe. 16-bit weights take about twice the memory, and results change slightly.

## When to ignore
When the card has no room for 16-bit weights.

## Sources
zenodo.org/records/18900289; `ecolint evidence --precision int8_pure`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import evidence
from ecolint.evidence import Measured
from ecolint.finding import Applicability, Level, Overhead
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup, Precision
from ecolint.rules.assessment import Subject
from ecolint.rules.base import Basis, Doubt, Rule, Verdict
from ecolint.rules.crossing import crossing
from ecolint.rules.half_precision import to_half_precision
from ecolint.rules.remedies import fix_with, half_precision_fits, half_precision_name

RULE = Rule("ECO005", "int8-below-crossover", Level.WARNING, Basis.MEASURED, pattern="below_crossover")
WHAT_ELSE = "As 16 bits do not fit: keep the 8-bit weights, or take a smaller model or a larger card."


def check(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    pure = (
        setup.quantizer.is_("bitsandbytes")
        and setup.precision.is_(Precision.INT8)
        and setup.int8_threshold.is_(0.0)
    )
    analog = setup.precision.is_(Precision.GGUF_Q8)
    if not pure and not analog:
        return
    subject = Subject(setup)
    if subject.params_b is None:
        if pure:
            yield Doubt(setup.precision.span or setup.span, "the size of the model is not known")
        return
    crossed = crossing(subject, "int8", Measured.INT8_PURE, analog=analog)
    if crossed is None:
        return
    claim = evidence.claims()[RULE.pattern]
    match = crossed.match
    expected = match.expected_pct if match.basis != "cross" else None
    fits, memory = half_precision_fits(subject)
    name = subject.short_name or "The model"
    what = "GGUF Q8 (an analog of INT8 that was never measured)" if analog else "INT8 with threshold 0.0"
    yield Verdict(
        span=setup.precision.span or setup.span,
        message=f"{name} ({subject.params_b:g} B parameters) in {what} {crossed.sentence_end}",
        fields=(setup.precision, setup.int8_threshold, setup.model),
        level=crossed.level.at_most(Level.NOTE) if fits is False else crossed.level,
        overhead=Overhead(claim.text, claim.low_pct, claim.high_pct, expected),
        match=match,
        details=(
            *crossed.details,
            *([memory] if memory else []),
            *([WHAT_ELSE] if fits is False else []),
        ),
        fix=None
        if fits is False
        else fix_with(
            setup,
            Remedy.HALF_PRECISION,
            f"Load in {half_precision_name(subject)}",
            Applicability.UNSAFE if crossed.is_certain else Applicability.DISPLAY,
            "Takes about twice the memory of INT8 weights and changes results slightly.",
            to_half_precision(setup, half_precision_name(subject)) if crossed.is_certain else (),
        ),
        questions=subject.questions(),
    )

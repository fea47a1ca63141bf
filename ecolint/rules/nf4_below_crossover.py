"""4-bit weights on a model below the size at which they start to save energy.

## What it does
Finds models that bitsandbytes loads in 4 bits (NF4 or FP4) and that are smaller than the NF4 crossover of the
GPU's architecture. Where the very card and model were measured, those rows decide instead. It is a note where rows of
the architecture at about that size contradict the crossover (one shows a saving of 3 % or more, or no more than half of
them an overhead of 3 %), where only the name tells a size near it, and where the card has no room for 16-bit weights.

## Why it costs energy
4-bit weights are dequantised before every multiplication. A large model wins more by reading fewer bytes than
this costs; a small one does not.

## Evidence
The published range is +11 ~ +29% energy against FP16, and "adds 25 – 55%" in another place of the same source.
The crossovers are 3.2 B (Turing), 3.9 B (Ada), 5.2 B (Blackwell) and 3.7 B (Ampere); sources disagree between
1.5 and 5 B. All of it is single-request decoding, with bitsandbytes before 0.50, whose 4-bit kernels are new. FP4, the
default type of `load_in_4bit`, was not measured: rows of NF4 stand for it, with a star less.

## Example
```python
AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-1.5B-Instruct",
    quantization_config=BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4"),
)
```

## Use instead
```python
AutoModelForCausalLM.from_pretrained(
    "Qwen/Qwen2.5-1.5B-Instruct", torch_dtype=torch.float16, device_map="auto"
)
```

## Fix safety
Unsafe. 16-bit weights take about four times the memory, and results change slightly.

## When to ignore
When the card has no room for 16-bit weights, or when the model is only trained with 4-bit weights (QLoRA).

## Sources
zenodo.org/records/18900289; `ecolint evidence --precision nf4`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.evidence import Measured
from ecolint.finding import Applicability, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup, Precision
from ecolint.rules.assessment import Subject, overhead_of, rows_of_other_type
from ecolint.rules.base import Basis, Doubt, Rule, Verdict
from ecolint.rules.crossing import Crossing, crossing
from ecolint.rules.half_precision import is_stored_quantized, to_half_precision
from ecolint.rules.remedies import fix_with, half_precision_fits, half_precision_name
from ecolint.stack import at_least

RULE = Rule("ECO002", "nf4-below-crossover", Level.WARNING, Basis.MEASURED, pattern="nf4-sub-crossover")
NEW_KERNELS = "0.50.0"
STORED = "The checkpoint itself is stored in 4 bits, whatever the options say: 16 bits need the one it was made from."
WHAT_ELSE = "As 16 bits do not fit: keep the 4-bit weights, or take a smaller model or a larger card."


def check(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    analog = setup.precision.is_(Precision.GGUF_Q4)
    precision = setup.precision.value
    quantized = setup.quantizer.is_("bitsandbytes") and precision is not None and precision.is_bnb_4bit
    if setup.load_in_4bit.is_dynamic and setup.quantizer.is_("bitsandbytes"):
        yield Doubt(setup.load_in_4bit.span or setup.span, "whether 4-bit is on is only known at run time")
        return
    if setup.precision.is_dynamic and setup.quantizer.is_dynamic:
        yield Doubt(setup.precision.span or setup.span, "how the weights are quantised is not known here")
    if not analog and not (quantized and setup.precision.is_known):
        return
    subject = Subject(setup)
    if subject.params_b is None:
        if not analog:
            yield Doubt(setup.precision.span or setup.span, _unknown_size(subject))
        return
    crossed = crossing(subject, "nf4", Measured.NF4, analog=analog)
    if crossed is None:
        return
    fits, memory = half_precision_fits(subject)
    title = f"Load in {half_precision_name(subject)}"
    yield Verdict(
        span=setup.precision.span or setup.span,
        message=_message(setup, subject, crossed, analog=analog),
        fields=(setup.precision, setup.load_in_4bit, setup.model),
        level=crossed.level.at_most(Level.NOTE) if fits is False else crossed.level,
        overhead=overhead_of(RULE.pattern, crossed.match),
        match=crossed.match,
        details=(
            *crossed.details,
            *rows_of_other_type(setup),
            *_kernels(setup),
            *([STORED] if is_stored_quantized(setup) else []),
            *([memory] if memory else []),
            *([WHAT_ELSE] if fits is False else []),
        ),
        fix=None
        if fits is False
        else fix_with(
            setup,
            Remedy.HALF_PRECISION,
            title,
            Applicability.UNSAFE if crossed.is_certain else Applicability.DISPLAY,
            "Takes about four times the memory of 4-bit weights and changes results slightly.",
            to_half_precision(setup, half_precision_name(subject)) if crossed.is_certain else (),
        ),
        questions=subject.questions(),
    )


def _unknown_size(subject: Subject) -> str:
    model = subject.setup.model
    if model.is_dynamic:
        return "the model is only known at run time"
    if subject.model_name is None:
        return "which model is loaded with it is not known"
    return f"the size of {subject.model_name!r} is not known"


def _message(setup: InferenceSetup, subject: Subject, crossed: Crossing, *, analog: bool) -> str:
    name = subject.short_name or "The model"
    kind = "FP4" if setup.precision.is_(Precision.FP4) else "NF4"
    what = "GGUF Q4 (an analog of NF4 that was never measured)" if analog else f"4-bit {kind}"
    return f"{name} ({subject.params_b:g} B parameters) in {what} {crossed.sentence_end}"


def _kernels(setup: InferenceSetup) -> Iterator[str]:
    pinned = setup.stack.get("bitsandbytes")
    if pinned is not None and at_least(pinned.version, NEW_KERNELS):
        yield f"bitsandbytes {NEW_KERNELS} and newer have other 4-bit kernels, with which nothing was measured."

"""FP8 weights that nothing compiles.

## What it does
Finds models that torchao quantises to FP8 while nothing in the file compiles the model, and serving engines that
run FP8 with compilation and CUDA graphs switched off. A text such as `TorchAoConfig("float8_weight_only")`, which no
version accepts, is told as the error that it is, without a measured cost.

## Why it costs energy
In eager mode every layer unpacks its FP8 weights through a tensor subclass, one small operation after the other;
the GPU waits for the host. Compilation fuses these operations away.

## Evidence
The published range is +158 ~ +701% energy against FP16. It comes from one GPU (RTX 5090) and one nightly build of
torchao without its C++ extensions, for weight-only FP8. The intended path is compilation or a serving engine.
Engines with eager mode were not measured.

## Example
```python
quantize_(model, Float8WeightOnlyConfig())
model.generate(**inputs)
```

## Use instead
```python
quantize_(model, Float8WeightOnlyConfig())
model.generate(**inputs, cache_implementation="static")  # compiles by itself
```
or serve the model with an engine that compiles: `vllm serve MODEL --quantization fp8_per_tensor`.

## Fix safety
Advice only: the first compiled run takes longer, and the right place depends on the program.

## When to ignore
When the eager run is a debugging aid, or compilation happens in another program.

## Sources
zenodo.org/records/18900289; pytorch/ao issue 4094; `ecolint evidence --precision fp8_torchao_eager`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.evidence import Measured
from ecolint.finding import Applicability, Fix, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup, Option, Precision
from ecolint.rules.assessment import Subject, overhead_of
from ecolint.rules.base import Basis, Doubt, Rule, Verdict
from ecolint.rules.remedies import fix_with

RULE = Rule(
    "ECO003",
    "fp8-eager",
    Level.ERROR,
    Basis.MEASURED,
    pattern="fp8-eager",
    rows=("fp8_torchao_eager",),
)
REFUSED = {
    "float8_weight_only": "Float8WeightOnlyConfig",
    "float8_dynamic_activation_float8_weight": "Float8DynamicActivationFloat8WeightConfig",
    "float8_static_activation_float8_weight": "Float8StaticActivationFloat8WeightConfig",
}
"""Texts that TorchAoConfig never took, and the classes that stand for them."""
ONE_BUILD = (
    "The range is from one GPU (RTX 5090) and one nightly build of torchao without its C++ extensions; the "
    "maintainers' intended path is compilation or a serving engine."
)
UNMEASURED = "what speeds FP8 up is left out."
WEIGHTS_ONLY = (
    "Not measured: this configuration also quantises activations. Eager FP8 of the weights alone cost far more energy "
    "than FP16."
)


def check(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    if not setup.precision.is_(Precision.FP8):
        return
    if setup.quantizer.is_("torchao"):
        yield from _torchao(setup)
    elif setup.compiled.is_(False) and not Subject(setup).is_foreign:
        yield _engine(setup)


def _torchao(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    refused = next((option for option in setup.options if isinstance(option.value.value, str)), None)
    if refused is not None and refused.name in REFUSED:
        yield _refused(setup, refused)
        return
    if setup.compiled.is_dynamic:
        yield Doubt(setup.precision.span or setup.span, "whether the model is compiled is not known here")
    if not setup.compiled.is_(False):
        return
    subject = Subject(setup)
    match = subject.match(Measured.FP8_TORCHAO_EAGER)
    weight_only = not any("activation" in option.name.lower() for option in setup.options)
    claim = overhead_of(RULE.pattern, match).claim
    slow = f"eager FP8 is far slower than FP16, measured {claim} energy."
    level = RULE.level if weight_only else Level.WARNING
    yield Verdict(
        span=setup.precision.span or setup.span,
        message=f"torchao FP8 and nothing here compiles the model: {slow if weight_only else UNMEASURED}",
        fields=(setup.precision, setup.compiled),
        level=level.at_most(Level.NOTE) if subject.is_foreign else level,
        overhead=overhead_of(RULE.pattern, match) if weight_only else None,
        match=match if weight_only else None,
        details=(ONE_BUILD if weight_only else WEIGHTS_ONLY,),
        fix=fix_with(
            setup, Remedy.COMPILE, "Compile the model, or serve it with vLLM or SGLang", Applicability.DISPLAY
        ),
        questions=subject.questions(),
    )


def _refused(setup: InferenceSetup, option: Option) -> Verdict:
    name = option.name
    return Verdict(
        span=option.value.span or setup.span,
        message=f"No version of transformers accepts {name!r} for TorchAoConfig: the load raises a ValueError.",
        fields=(setup.precision,),
        level=Level.WARNING,
        details=("The configuration object itself is accepted, with torchao newer than 0.9.",),
        fix=Fix(
            setup.framework,
            f"TorchAoConfig({REFUSED[name]}())",
            Applicability.DISPLAY,
            "Pass the configuration object",
        ),
    )


def _engine(setup: InferenceSetup) -> Verdict:
    return Verdict(
        span=setup.compiled.span or setup.span,
        message="FP8 runs with compilation and CUDA graphs switched off, which may cost the energy that FP8 saves.",
        fields=(setup.precision, setup.compiled),
        level=Level.NOTE,
        details=("Not measured for serving engines: only eager torchao was, where it cost far more energy.",),
        fix=fix_with(setup, Remedy.COMPILE, "Let the engine compile", Applicability.UNSAFE),
    )

"""bitsandbytes INT8 with the default outlier threshold.

## What it does
Finds models that bitsandbytes loads in 8 bits (LLM.int8()) while `llm_int8_threshold` is not set, or set to
anything above 0. The default is 6.0.

## Why it costs energy
With a threshold above 0 every linear layer splits its input: columns with an outlier are multiplied in 16 bits,
with the matching weights dequantised on the fly, the rest in INT8, and the two results are added. The extra
kernels run for every token, also where no outlier exists.

## Evidence
The published range is +17 ~ +147% energy against FP16 (RTX 4090D and A800). Later sessions on RTX 4090 reach
+595 %, the low end is +40 % on board power, and none of the usable rows, at any model size, saved energy.

## Example
```python
BitsAndBytesConfig(load_in_8bit=True)
```

## Use instead
FP16 or BF16 where the weights fit, or NF4 above the crossover of the GPU:
```python
AutoModelForCausalLM.from_pretrained(model_id, torch_dtype=torch.float16, device_map="auto")
```
The published fix keeps INT8 and switches the split off:
```python
BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)
```

## Fix safety
Unsafe. A threshold of 0.0 uses less energy than the default but usually still more than FP16, and it costs
perplexity, because outliers are quantised as well. The author of the measurements later calls it not
recommended.

## When to ignore
When memory decides: INT8 halves the weights, and no smaller format keeps the quality that you need.

## Sources
zenodo.org/records/18900289; bitsandbytes `Linear8bitLt`; `ecolint evidence --precision int8_default`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits, evidence
from ecolint.edits.changes import Changes
from ecolint.evidence import Measured
from ecolint.finding import Applicability, Fix, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup, Known, Precision
from ecolint.rules import legacy_keywords
from ecolint.rules.assessment import Subject, overhead_of, signed
from ecolint.rules.base import Basis, Doubt, Rule, Verdict
from ecolint.rules.remedies import (
    fix_with,
    half_precision_fits,
    half_precision_name,
    nf4_above_crossover,
    price_of_threshold_zero,
    snippet_for,
)

RULE = Rule(
    "ECO001",
    "int8-default-threshold",
    Level.WARNING,
    Basis.MEASURED,
    pattern="int8-default-threshold",
    rows=("int8_default",),
)


def check(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    if not setup.quantizer.is_("bitsandbytes"):
        return
    if setup.load_in_8bit.is_dynamic:
        yield Doubt(setup.load_in_8bit.span or setup.span, "whether 8-bit is on is only known at run time")
        return
    threshold = setup.int8_threshold
    if not setup.precision.is_(Precision.INT8) or threshold.is_(0.0):
        return
    if threshold.is_dynamic:
        yield Doubt(threshold.span or setup.span, "llm_int8_threshold is only known at run time")
        return
    subject = Subject(setup)
    match = subject.match(Measured.INT8_DEFAULT)
    lowest, highest = evidence.int8_default_observed_range()
    later = (
        f"Later sessions reach {highest:+.0f} %; the lowest row is {lowest:+.1f} %, or "
        f"{evidence.int8_default_board_power_low():+.0f} % on board power. No usable row saved energy, at any size."
    )
    yield Verdict(
        span=(threshold.span if threshold.is_known else None) or setup.precision.span or setup.span,
        message=_message(setup, subject, match),
        fields=(setup.precision, setup.load_in_8bit, threshold),
        level=Level.NOTE if subject.is_foreign else None,
        overhead=overhead_of(RULE.pattern, match),
        match=match,
        details=(later, *_alternatives(setup, subject)),
        fix=_fix(setup, subject),
        questions=subject.questions(),
    )


def _message(setup: InferenceSetup, subject: Subject, match: evidence.Match) -> str:
    threshold = setup.int8_threshold
    value = (
        f"{threshold.value:g}" if threshold.is_known and threshold.value is not None else "6.0 (the default)"
    )
    claim = evidence.antipattern(RULE.pattern).claim
    verb = "costs" if subject.is_inference and not subject.is_foreign else "may cost"
    text = f"bitsandbytes INT8 with outlier threshold {value} {verb} energy: {claim} against FP16"
    if match.expected_pct is not None and match.basis != "cross":
        figure = f"{'median ' if len(match.quoted) > 1 else ''}{signed(match.expected_pct)}"
        text += f"; {figure} for {subject.describe() if match.basis == 'direct' else _measured(match)}"
    return text + "."


def _measured(match: evidence.Match) -> str:
    cards = ", ".join(dict.fromkeys(row.gpu for row in match.quoted))
    return f"{'a model' if len(match.quoted) == 1 else 'models'} of its size on {cards}"


def _alternatives(setup: InferenceSetup, subject: Subject) -> Iterator[str]:
    fits, memory = half_precision_fits(subject)
    half = snippet_for(setup, Remedy.HALF_PRECISION)
    if fits is not False:
        name = half_precision_name(subject)
        yield " ".join(
            filter(
                None, (f"First choice: {name}", f"({half.in_line})." if half else "where it fits.", memory)
            )
        )
    else:
        yield memory
    nf4 = snippet_for(setup, Remedy.NF4)
    if nf4_above_crossover(subject) and nf4 is not None:
        yield f"Above the NF4 crossover: {nf4.in_line}"


def _is_flag_of_load(setup: InferenceSetup) -> bool:
    """Whether the load itself is given the flag; it takes no threshold where that is off."""
    return any(option.name == "load_in_8bit" for option in setup.loading)


def _fix(setup: InferenceSetup, subject: Subject) -> Fix:
    if snippet_for(setup, Remedy.INT8_PURE) is None:
        weight_only = snippet_for(setup, Remedy.INT8_WEIGHT_ONLY)
        remedy = Remedy.INT8_WEIGHT_ONLY if weight_only else Remedy.HALF_PRECISION
        title = "Use an INT8 kernel without the outlier split" if weight_only else "Load in 16 bits"
        return fix_with(setup, remedy, title, Applicability.DISPLAY)
    threshold = setup.int8_threshold
    changes: Changes
    if legacy_keywords.are_gone(setup) or subject.is_foreign:
        changes = ()
    elif threshold.is_known:
        changes = edits.set_value(threshold, 0.0)
    elif setup.load_in_8bit.known is not Known.STATED and _is_flag_of_load(setup):
        changes = ()
    else:
        changes = edits.add_beside(setup.load_in_8bit, "llm_int8_threshold", 0.0)
    return fix_with(
        setup,
        Remedy.INT8_PURE,
        "Set llm_int8_threshold=0.0",
        Applicability.UNSAFE,
        price_of_threshold_zero(),
        changes,
    )

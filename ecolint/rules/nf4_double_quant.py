"""Double quantisation of 4-bit weights.

## What it does
Finds 4-bit setups with `bnb_4bit_use_double_quant=True`.

## Why it costs energy
The scales of the 4-bit blocks are quantised as well, so every layer dequantises twice.

## Evidence
Six of six measured pairs: +13.6 to +17.9 % energy over plain NF4 on the same card and model. FP4 was not measured.

## Example
```python
BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True)
```

## Use instead
```python
BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
```

## Fix safety
Unsafe. Without it the weights take about 0.4 bits more per parameter, and results change slightly.

## When to ignore
When those 0.4 bits per parameter decide whether the model fits.

## Sources
zenodo.org/records/18900289; QLoRA (arXiv 2305.14314); `ecolint evidence --precision nf4_dq`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits, evidence
from ecolint.evidence import Match, Measured
from ecolint.finding import Applicability, Level, Overhead
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup
from ecolint.records import replace
from ecolint.rules import legacy_keywords
from ecolint.rules.assessment import Subject, rows_of_other_type, span_text
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.remedies import fix_with
from ecolint.stack import at_least

RULE = Rule("ECO006", "nf4-double-quant", Level.NOTE, Basis.MEASURED, pattern="nf4_dq")
FUSED_FROM = "0.50.0"


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    precision = setup.precision
    if not setup.double_quant.is_(True) or not setup.quantizer.is_("bitsandbytes"):
        return
    if not precision.is_known or precision.value is None or not precision.value.is_bnb_4bit:
        return
    low, high = evidence.double_quant_range()
    pairs = len(evidence.double_quant_pairs())
    subject = Subject(setup)
    match = _with_plain(subject.match(Measured.NF4_DQ))
    pinned = setup.stack.get("bitsandbytes")
    fused = pinned is not None and at_least(pinned.version, FUSED_FROM)
    yield Verdict(
        span=setup.double_quant.span or setup.span,
        message=f"Double quantization cost {span_text(low, high)} energy over plain NF4 in {pairs} of {pairs} "
        "measured pairs.",
        fields=(setup.double_quant, precision),
        overhead=Overhead(span_text(low, high), low, high, None, relative_to="nf4", computed=True),
        match=match,
        details=(
            *rows_of_other_type(setup),
            *([f"bitsandbytes {FUSED_FROM} and newer fuse it; that was not measured."] if fused else []),
        ),
        fix=fix_with(
            setup,
            Remedy.SINGLE_QUANTIZATION,
            "Switch double quantization off",
            Applicability.UNSAFE,
            "Takes about 0.4 bits more per parameter and changes results slightly.",
            () if legacy_keywords.are_gone(setup) else edits.set_value(setup.double_quant, False),
        ),
        questions=() if subject.gpu_text else subject.questions()[:1],
    )


def _with_plain(match: Match) -> Match:
    """The match with the row of plain NF4 beside a single one with double quantization, against which it costs more."""
    plain = {double.id: single for single, double, _ in evidence.double_quant_pairs()}
    if len(match.quoted) != 1 or match.quoted[0].id not in plain:
        return match
    return replace(match, contrast=(plain[match.quoted[0].id],))

"""What the names of GGUF files and tags say of their weights."""

from __future__ import annotations

import re

from ecolint.frameworks.words import derived
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.records import replace

TYPE = re.compile(
    r"(?:^|[-_.:/*])(?P<type>i?q[1-8](?:_[0-9a-z]+)*|tq[12]_0|mxfp4(?:_moe)?|nvfp4|b?f16|fp16|f32|fp32)(?=$|[-_.:/*])",
    re.I,
)
UNQUANTIZED = {
    "f16": Precision.FP16,
    "fp16": Precision.FP16,
    "bf16": Precision.BF16,
    "f32": Precision.FP32,
    "fp32": Precision.FP32,
}


def type_precision(name: str) -> Precision:
    """Number format of a GGUF type such as `Q4_K_M`, whatever its case."""
    word = name.strip().lower()
    if word in UNQUANTIZED:
        return UNQUANTIZED[word]
    if re.match(r"i?q4(?:_|\Z)", word):
        return Precision.GGUF_Q4
    return Precision.GGUF_Q8 if word.startswith("q8") else Precision.OTHER


def named_type(name: str) -> str | None:
    """The GGUF type in a file name or tag, the last one where there are several; None without any."""
    found = None
    for match in TYPE.finditer(name):
        found = match["type"]
    return found


def with_named_type(setup: InferenceSetup, origin: str) -> InferenceSetup:
    """The setup with the format that the model's name tells."""
    if setup.precision.is_set or not setup.model.is_known or not setup.model.value:
        return setup
    found = named_type(setup.model.value)
    if found is None:
        return setup
    precision = type_precision(found)
    setup = replace(setup, precision=derived(setup.model, precision, origin))
    if precision in UNQUANTIZED.values():
        return setup
    return replace(setup, quantizer=derived(setup.model, "gguf", origin))


def with_quantizer(setup: InferenceSetup, origin: str) -> InferenceSetup:
    """The setup with the quantiser that a quantised format, told apart from the model's name, implies."""
    precision = setup.precision
    if not precision.is_set or setup.quantizer.is_set or precision.value in UNQUANTIZED.values():
        return setup
    return replace(setup, quantizer=derived(precision, "gguf", origin))


def by_default(setup: InferenceSetup, type_name: str, known: Known, origin: str) -> InferenceSetup:
    """The setup with the format that is taken where the name tells none."""
    if setup.precision.is_set or not setup.model.is_known:
        return setup
    at: Located[str] = setup.model
    precision = Located(type_precision(type_name), known, at.span, at.value_span, origin, at.when, at.place)
    quantizer = Located("gguf", known, at.span, at.value_span, origin, at.when, at.place)
    return replace(setup, precision=precision, quantizer=quantizer)

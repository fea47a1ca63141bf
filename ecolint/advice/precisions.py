"""Precisions as people name them, and the measured one that each means."""

from __future__ import annotations

from collections.abc import Mapping

from ecolint.evidence import Measured, checkpoint_format
from ecolint.frameworks.base import Remedy
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a name of a precision means. `stand_in` says that `measured` only stands for it, with the reason."""

    name: str
    measured: Measured
    stand_in: str = ""

    @property
    def is_analog(self) -> bool:
        """Whether what runs is a quantised format that was never measured, and `measured` is only near it."""
        return self.stand_in in ANALOGS and self.measured is not Measured.FP16


TITLES: Mapping[Measured, str] = {
    Measured.FP16: "FP16",
    Measured.NF4: "NF4",
    Measured.NF4_DQ: "NF4 with double quantization",
    Measured.INT8_DEFAULT: "INT8 (default threshold)",
    Measured.INT8_PURE: "INT8 (threshold=0)",
    Measured.FP8: "FP8",
    Measured.FP8_TORCHAO_EAGER: "FP8 (torchao, eager)",
}
REMEDIES: Mapping[Measured, tuple[Remedy, ...]] = {
    Measured.FP16: (Remedy.HALF_PRECISION,),
    Measured.NF4: (Remedy.NF4,),
    Measured.NF4_DQ: (Remedy.NF4_DOUBLE_QUANT,),
    Measured.INT8_DEFAULT: (Remedy.INT8_PURE, Remedy.INT8_WEIGHT_ONLY),
    Measured.INT8_PURE: (Remedy.INT8_PURE, Remedy.INT8_WEIGHT_ONLY),
    Measured.FP8: (Remedy.FP8,),
    Measured.FP8_TORCHAO_EAGER: (Remedy.COMPILE,),
}

_BF16 = "BF16 was not measured; the FP16 rows stand for it."
_FP32 = "FP32 was not measured; the FP16 rows are the nearest, and FP32 takes twice their memory."
_INT4 = "4-bit formats other than bitsandbytes NF4 were not measured; NF4 is only an analog."
_GGUF8 = "GGUF Q8_0 was not measured; INT8 with threshold 0 is only an analog."
_INT8 = "8-bit formats other than bitsandbytes LLM.int8() were not measured; INT8 with threshold 0 is only an analog."
_OTHER = "Of quantised formats only those of bitsandbytes and FP8 were measured; NF4 is only an analog."
_FP4 = "bitsandbytes FP4 was not measured; NF4 is the nearest."
GGUF_ANALOG = (
    "GGUF is only an analog of NF4 and INT8, not bit-identical to them, and was never measured here: the rows are of "
    "bitsandbytes."
)
ANALOGS = frozenset((_FP32, _INT4, _GGUF8, _INT8, _OTHER, _FP4))
"""Stand-ins that were measured as something else: one star at most."""

_NAMES: Mapping[Measured, str] = {
    Measured.FP16: "fp16 float16 half f16 16bit",
    Measured.NF4: "nf4 4bit bnb4bit bitsandbytesnf4",
    Measured.NF4_DQ: "nf4dq doublequant",
    Measured.INT8_DEFAULT: "int8 int8default 8bit llmint8 bnb8bit",
    Measured.INT8_PURE: "int8pure int8threshold0 int8threshold00 pureint8 int8t0",
    Measured.FP8: "fp8 float8",
    Measured.FP8_TORCHAO_EAGER: "fp8eager fp8torchaoeager",
}
_STANDING: Mapping[str, tuple[Measured, str, str]] = {
    "BF16": (Measured.FP16, "bf16 bfloat16", _BF16),
    "FP32": (Measured.FP16, "fp32 float32", _FP32),
    "INT4": (Measured.NF4, "int4", _INT4),
    "AWQ": (Measured.NF4, "awq", _INT4),
    "GPTQ": (Measured.NF4, "gptq", _INT4),
    "GGUF Q4": (Measured.NF4, "ggufq4 q4 q4km q4ks q4k q40 q41 iq4xs iq4nl", _INT4),
    "FP4": (Measured.NF4, "fp4 bnbfp4", _FP4),
    "GGUF Q8": (Measured.INT8_PURE, "ggufq8 q8 q80", _GGUF8),
    "INT8 W8A8": (Measured.INT8_PURE, "w8a8", _INT8),
}
_STORED: Mapping[str, str] = {"bnb-4bit": "nf4", "bnb-8bit": "int8", "w4a16": "int4"}
"""Formats of checkpoints whose names are other ones here."""
NAMES = (
    *("fp16", "bf16", "nf4", "nf4-dq", "int8", "int8-pure", "fp8", "fp8-eager"),
    *("fp32", "int4", "fp4", "gguf-q4", "gguf-q8", "awq", "gptq", "w8a8"),
)
"""Names to suggest, the measured ones first."""


def _folded() -> dict[str, Spoken]:
    known = {word: Spoken(TITLES[one], one) for one, words in _NAMES.items() for word in words.split()}
    for title, (one, words, why) in _STANDING.items():
        known.update({word: Spoken(title, one, why) for word in words.split()})
    return known


def speak(text: str) -> Spoken | None:
    """The precision that a name means, None where it is not known; case and punctuation do not matter."""
    return _folded().get("".join(letter for letter in text.lower() if letter.isalnum()))


def other_format(name: str) -> Spoken:
    """A quantised format that was not measured."""
    return Spoken(name, Measured.NF4, _OTHER)


def other_int8(name: str) -> Spoken:
    """INT8 of another library than bitsandbytes."""
    return Spoken(name, Measured.INT8_PURE, _INT8)


def stored_as(model: str) -> Spoken | None:
    """The precision in which a checkpoint is stored, as its name says it; None where it says nothing."""
    form, _, quant = (checkpoint_format(model) or "").partition(":")
    if form == "gguf":
        return speak(quant) or other_format(f"GGUF {quant}".strip())
    return speak(_STORED.get(form, form))


def of_measured(measured: Measured) -> Spoken:
    return Spoken(TITLES[measured], measured)

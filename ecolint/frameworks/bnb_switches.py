"""The 8-bit and 4-bit switches of wrappers that end in bitsandbytes through transformers."""

from __future__ import annotations

from collections.abc import Callable

from ecolint.frameworks import words
from ecolint.frameworks.base import FOUR_BIT_BNB, Setting, as_float
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.records import replace

Spelling = Callable[[str], tuple[str, ...]]


def hyphened(name: str) -> tuple[str, ...]:
    """`--load-in-8bit` and `--load_in_8bit`."""
    return tuple(dict.fromkeys((f"--{name.replace('_', '-')}", f"--{name}")))


def settings(spelling: Spelling = hyphened, prefix: str = "") -> tuple[Setting, ...]:
    """The fields of `BitsAndBytesConfig` as flags of this spelling and as keys below `prefix`."""
    return (
        Setting("load_in_8bit", spelling("load_in_8bit"), f"{prefix}load_in_8bit", switch=True),
        Setting("load_in_4bit", spelling("load_in_4bit"), f"{prefix}load_in_4bit", switch=True),
        Setting(
            "int8_threshold", spelling("llm_int8_threshold"), f"{prefix}llm_int8_threshold", convert=as_float
        ),
        Setting(
            "double_quant",
            spelling("bnb_4bit_use_double_quant"),
            f"{prefix}bnb_4bit_use_double_quant",
            switch=True,
        ),
        Setting(
            "option:quant_type",
            spelling("bnb_4bit_quant_type"),
            f"{prefix}bnb_4bit_quant_type",
            values={word: word for word in FOUR_BIT_BNB},
        ),
        words.dtype(
            *spelling("bnb_4bit_compute_dtype"),
            keyword=f"{prefix}bnb_4bit_compute_dtype",
            field="compute_dtype",
        ),
    )


def with_precision(setup: InferenceSetup, default_type: Precision) -> InferenceSetup:
    """The setup with precision and quantiser as its switches say.

    `default_type` is the 4-bit type where none is written: FP4 in transformers itself, NF4 in wrappers that
    say so.
    """
    quant_type = next((item.value for item in setup.options if item.name == "quant_type"), Located())
    setup = replace(setup, options=tuple(item for item in setup.options if item.name != "quant_type"))
    if setup.precision.is_set:
        return setup
    for switch, precision in ((setup.load_in_8bit, Precision.INT8), (setup.load_in_4bit, default_type)):
        if switch.is_dynamic:
            return replace(setup, quantizer=words.stated(switch, "bitsandbytes"))
        if switch.is_(True):
            if precision is default_type and quant_type.is_known:
                precision = FOUR_BIT_BNB[quant_type.value or "fp4"]
            return with_bitsandbytes(setup, switch, precision)
    return setup


def with_bitsandbytes(setup: InferenceSetup, place: Located[bool], precision: Precision) -> InferenceSetup:
    """The setup quantised by bitsandbytes at loading, as said at a place."""
    known = Known.STATED if place.known is Known.DEFAULT else place.known
    source = replace(place, known=known)
    return replace(
        setup, precision=words.stated(source, precision), quantizer=words.stated(source, "bitsandbytes")
    )

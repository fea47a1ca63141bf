"""bitsandbytes in transformers: the options of `BitsAndBytesConfig`, in any of the forms that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from ecolint.frameworks.words import DTYPES
from ecolint.inference import InferenceSetup, Known, Located, Option, Precision
from ecolint.records import dataclass, replace
from ecolint.statements import Call, Symbol, Tree

SIGNATURE = (
    "load_in_8bit",
    "load_in_4bit",
    "llm_int8_threshold",
    "llm_int8_skip_modules",
    "llm_int8_enable_fp32_cpu_offload",
    "llm_int8_has_fp16_weight",
    "bnb_4bit_compute_dtype",
    "bnb_4bit_quant_type",
    "bnb_4bit_use_double_quant",
    "bnb_4bit_quant_storage",
)
"""Parameters of the configuration, in the order of positional use."""
PREFIXES = ("load_in_", "llm_int8_", "bnb_")
ENVELOPE = frozenset(("quant_method", "_load_in_4bit", "_load_in_8bit", "modules_to_not_convert"))
BEYOND_THRESHOLDS = 1e9
FOUR_BIT_TYPES = {"nf4": Precision.NF4, "fp4": Precision.FP4}

Entries = dict[str, "Located[Any]"]


@dataclass(frozen=True)
class BnbOptions:
    """Options as written. `complete` is false where more may be given than is seen."""

    entries: Entries = field(default_factory=dict)
    complete: bool = True

    @property
    def states_flags(self) -> bool:
        return "load_in_8bit" in self.entries or "load_in_4bit" in self.entries


def from_call(call: Call) -> BnbOptions:
    """Options of `BitsAndBytesConfig(…)` or `BitsAndBytesConfig.from_dict({…})`."""
    if call.callee.endswith(".from_dict"):
        source = call.keywords.get("config_dict") or (call.positional[0] if call.positional else Located())
        if isinstance(source.value, Mapping):
            return from_tree(source.value)
        return BnbOptions(complete=False)
    entries: Entries = dict(zip(SIGNATURE, call.positional, strict=False))
    entries.update(call.keywords)
    return BnbOptions(entries, call.complete)


def from_tree(tree: Tree, *, only_known: bool = False) -> BnbOptions:
    """Options in a mapping; with `only_known` those alone that can only be meant for bitsandbytes."""
    entries = {
        key: value
        for key, value in tree.items()
        if key.startswith(PREFIXES) or not (only_known or key in ENVELOPE)
    }
    return BnbOptions(entries, getattr(tree, "complete", True))


def applied(setup: InferenceSetup, options: BnbOptions) -> InferenceSetup | None:
    """The setup with what the options say; None where they contradict each other only under conditions."""
    eight = _flag(options, "load_in_8bit", setup)
    four = _flag(options, "load_in_4bit", setup)
    if eight.is_(True) and four.is_(True) and (eight.when or four.when or setup.when):
        return None
    quantizer = Located("bitsandbytes", Known.STATED, setup.span)
    if not eight.is_set and not four.is_set and not options.entries:
        quantizer = Located()
    return replace(
        setup,
        quantizer=quantizer,
        load_in_8bit=eight,
        load_in_4bit=four,
        precision=_precision(eight, four, options) or setup.precision,
        int8_threshold=_threshold(options),
        double_quant=_simple(options, "bnb_4bit_use_double_quant", bool),
        compute_dtype=dtype(options.entries.get("bnb_4bit_compute_dtype")),
        options=tuple(Option(name, value) for name, value in options.entries.items() if name not in ENVELOPE),
    )


def _flag(options: BnbOptions, name: str, setup: InferenceSetup) -> Located[bool]:
    value = options.entries.get(name)
    if value is None:
        return Located() if options.complete else Located(known=Known.DYNAMIC, span=setup.span)
    if isinstance(value.value, bool) or value.is_dynamic:
        return value
    if value.value is None:
        return replace(value, value=False)
    return replace(value, value=None, known=Known.DYNAMIC)


def _simple(options: BnbOptions, name: str, kind: type) -> Located[Any]:
    value = options.entries.get(name)
    if value is None:
        return Located()
    if value.is_dynamic or not isinstance(value.value, kind):
        return replace(value, value=None, known=Known.DYNAMIC)
    return value


def _threshold(options: BnbOptions) -> Located[float]:
    value = options.entries.get("llm_int8_threshold")
    if value is None:
        return Located() if options.complete else Located(known=Known.DYNAMIC)
    number = value.value
    if (
        isinstance(number, bool)
        or not isinstance(number, (int, float))
        or not abs(number) < BEYOND_THRESHOLDS
    ):
        return replace(value, value=None, known=Known.DYNAMIC)
    return replace(value, value=float(number))


def _precision(eight: Located[bool], four: Located[bool], options: BnbOptions) -> Located[Precision] | None:
    if eight.is_(True) and four.is_(True):
        return None
    if eight.is_(True):
        return eight.holding(Precision.INT8)
    if four.is_(True):
        kind = options.entries.get("bnb_4bit_quant_type")
        if kind is None:
            return four.holding(Precision.FP4)
        precision = FOUR_BIT_TYPES.get(str(kind.value).lower(), Precision.NF4)
        return four.holding(precision)
    if eight.is_dynamic or four.is_dynamic:
        return Located(known=Known.DYNAMIC, span=eight.span or four.span)
    return None


def dtype(value: Located[Any] | None) -> Located[str]:
    """A number format written as `torch.float16` or `"float16"`, by its torch name."""
    if value is None:
        return Located()
    if value.is_known and value.value is None and not value.is_blank:
        return Located(when=value.when)
    held = value.value
    word = held.name.rpartition(".")[2] if isinstance(held, Symbol) else held
    name = DTYPES.get(word.lower().removeprefix("torch.")) if isinstance(word, str) else None
    if value.is_dynamic or name is None:
        return replace(value, value=None, known=Known.DYNAMIC)
    return replace(value, value=name)

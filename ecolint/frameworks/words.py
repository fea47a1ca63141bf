"""Written words that several vocabularies share: number formats, quantisers, devices, checkpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ecolint.frameworks.base import Coerced, Setting, as_int
from ecolint.inference import InferenceSetup, Known, Located, Precision
from ecolint.records import replace

DTYPES: Mapping[str, str] = {
    "auto": "auto",
    "half": "float16",
    "float16": "float16",
    "fp16": "float16",
    "f16": "float16",
    "bfloat16": "bfloat16",
    "bf16": "bfloat16",
    "float": "float32",
    "float32": "float32",
    "fp32": "float32",
    "f32": "float32",
}
NOTHING = frozenset(("", "none", "null", "~", "false", "no", "off", "unquantized", "unquant"))
"""Quantisation words that say that nothing is quantised."""
T = TypeVar("T")
Quantizers = Mapping[str, "tuple[Precision, str]"]

CHECKPOINT_QUANTIZERS: Quantizers = {
    "awq": (Precision.INT4, "awq"),
    "awq_marlin": (Precision.INT4, "awq"),
    "auto_awq": (Precision.INT4, "awq"),
    "gptq": (Precision.INT4, "gptq"),
    "gptq_marlin": (Precision.INT4, "gptq"),
    "auto_gptq": (Precision.INT4, "gptq"),
    "gguf": (Precision.OTHER, "gguf"),
    "torchao": (Precision.OTHER, "torchao"),
}
"""Quantisers whose result is in the checkpoint, with the format they usually give."""

DEVICES: Mapping[str, str] = {
    "cpu": "cpu",
    "tpu": "tpu",
    "hpu": "gaudi",
    "xpu": "intel",
    "rocm": "amd",
    "hip": "amd",
    "neuron": "neuron",
    "npu": "npu",
    "tenstorrent": "tenstorrent",
    "mps": "apple",
    "metal": "apple",
}
"""Device words that name hardware other than NVIDIA's."""
OTHER_CONFIGS: Mapping[str, tuple[str, Precision]] = {
    "GPTQConfig": ("gptq", Precision.INT4),
    "AwqConfig": ("awq", Precision.INT4),
    "HqqConfig": ("hqq", Precision.OTHER),
    "QuantoConfig": ("quanto", Precision.OTHER),
    "EetqConfig": ("eetq", Precision.OTHER),
    "FineGrainedFP8Config": ("finegrained-fp8", Precision.FP8),
    "FbgemmFp8Config": ("fbgemm-fp8", Precision.FP8),
    "Mxfp4Config": ("mxfp4", Precision.OTHER),
    "CompressedTensorsConfig": ("compressed-tensors", Precision.OTHER),
    "VptqConfig": ("vptq", Precision.OTHER),
    "AqlmConfig": ("aqlm", Precision.OTHER),
    "HiggsConfig": ("higgs", Precision.OTHER),
}
"""Quantisation configurations of transformers besides bitsandbytes': the library, and what it makes."""
PLAIN_DTYPES = {"float16": Precision.FP16, "bfloat16": Precision.BF16, "float32": Precision.FP32}
CHECKPOINTS: Mapping[str, tuple[Precision, str]] = {
    "bnb-4bit": (Precision.NF4, "bitsandbytes"),
    "bnb-8bit": (Precision.INT8, "bitsandbytes"),
    "awq": (Precision.INT4, "awq"),
    "gptq": (Precision.INT4, "gptq"),
    "w4a16": (Precision.INT4, "compressed-tensors"),
    "w8a8": (Precision.OTHER, "compressed-tensors"),
}
STORED_BY_BITSANDBYTES = (
    b"bitsandbytes-4",
    b"bitsandbytes-8",
    b"bitsandbytes-{",
    b"bitsandbytes_4",
    b"bitsandbytes_8",
    b"bitsandbytes4",
    b"bitsandbytes8",
    b"bnb-",
    b"bnb_4",
    b"bnb_8",
    b"bnb_{",
    b"bnb4",
    b"BNB-",
    b"-nf4",
    b"-NF4",
)
"""Bytes of which one stands in the name of every checkpoint stored by bitsandbytes."""
BITSANDBYTES = (b"bitsandbytes", *STORED_BY_BITSANDBYTES)
"""Bytes of which one stands in every text that asks for bitsandbytes, or names a checkpoint stored by it."""


def in_lines(keys: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Beginnings of keys, as keys and as flags."""
    return (*keys, *(key.replace(b"_", b"-") for key in keys))


def quantization(
    words: Quantizers,
    flags: tuple[str, ...] = (),
    keyword: str = "",
    variables: tuple[str, ...] = (),
    nothing: Iterable[str] = (),
) -> tuple[Setting, Setting]:
    """Settings of precision and quantiser behind one option. Words that are not listed are `OTHER`, and
    their own name is the quantiser's; those in `nothing` set neither."""
    unset: dict[str, Any] = dict.fromkeys((*NOTHING, *nothing))
    precisions = {**unset, **{word: pair[0] for word, pair in words.items()}}
    names = {**unset, **{word: pair[1] for word, pair in words.items()}}
    return (
        Setting("precision", flags, keyword, variables, convert=_other, values=precisions),
        Setting("quantizer", flags, keyword, variables, convert=_own_name, values=names),
    )


def _other(value: Any) -> Precision | None:
    return Precision.OTHER if isinstance(value, str) else None


def _own_name(value: Any) -> str | None:
    return value.strip().lower() if isinstance(value, str) else None


def dtype(
    *flags: str, keyword: str = "dtype", variables: tuple[str, ...] = (), field: str = "dtype"
) -> Setting:
    """A setting of a number format, under the names that PyTorch gives them; other words as written."""
    return Setting(field, flags, keyword, variables, convert=_own_name, values=DTYPES)


def unread(flags: str, switch: bool = False, many: bool = False) -> Setting:
    """Flags, separated by spaces, that mean nothing here; their values are not taken for anything else."""
    return Setting("", tuple(flags.split()), switch=switch, many=many)


def as_limit(value: Any) -> Any:
    """A number of requests, at least 1; anything else means nothing (0 and -1 stand for "automatic")."""
    number = as_int(value)
    return number if isinstance(number, int) and number >= 1 else Coerced.UNKNOWN


CONCURRENCY = "option:concurrency"
"""A second limit beside `batch_limit`, such as of requests that are accepted at all."""


def with_least_limit(setup: InferenceSetup) -> InferenceSetup:
    """The setup with the smaller of its two limits as `batch_limit`, and without the option of the second."""
    name = CONCURRENCY.partition(":")[2]
    second = next((option.value for option in setup.options if option.name == name), Located())
    setup = replace(setup, options=tuple(option for option in setup.options if option.name != name))
    first = setup.batch_limit
    smaller = second.is_known and first.is_known and (second.value or 0) < (first.value or 0)
    return replace(setup, batch_limit=second, accepted=second) if smaller or not first.is_set else setup


def with_checkpoint(setup: InferenceSetup, formats: Mapping[str, tuple[Precision, str]]) -> InferenceSetup:
    """The setup with the precision that the checkpoint's name tells, unless one is given."""
    if setup.precision.is_set or not setup.model.is_known or not setup.model.value:
        return setup
    from ecolint.evidence.names import checkpoint_format

    found = formats.get(checkpoint_format(setup.model.value) or "")
    if found is None:
        return setup
    origin = "the name of the checkpoint"
    return replace(
        setup,
        precision=derived(setup.model, found[0], origin),
        quantizer=derived(setup.model, found[1], origin),
    )


def stated(source: Located[Any], value: T) -> Located[T]:
    """A value as it is written at a place, in place of the words themselves."""
    return Located(
        value, source.known, source.span, source.value_span, source.origin, source.when, source.place
    )


def derived(source: Located[Any], value: T, origin: str) -> Located[T]:
    """A value that follows from another one, at the other one's place."""
    return Located(value, Known.DERIVED, source.span, source.value_span, origin, source.when, source.place)


def text_of(value: Located[Any]) -> Located[str]:
    """A text as it is written; not known where it is empty or anything else."""
    return (
        value
        if isinstance(value.value, str) and value.value
        else replace(value, value=None, known=Known.DYNAMIC)
    )

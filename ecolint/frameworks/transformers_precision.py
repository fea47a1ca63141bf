"""How a load of transformers is quantised: by its keywords, its configuration, or the checkpoint's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecolint.evidence.names import checkpoint_format
from ecolint.frameworks import bitsandbytes, torchao, words
from ecolint.frameworks.words import CHECKPOINTS, OTHER_CONFIGS, PLAIN_DTYPES
from ecolint.inference import InferenceSetup, Known, Located, Option, Place, Precision
from ecolint.records import replace
from ecolint.statements import Call, Tree

READS_WEIGHTS = "output_attentions=True"
FLAGS = ("load_in_8bit", "load_in_4bit")
OF_CHECKPOINT: Located[Any] = Located(known=Known.DYNAMIC)
"""A setting that stands in the checkpoint, where the code's is passed over."""


def quantized(
    call: Call, tree: Tree, setup: InferenceSetup, *, unsloth: bool = False
) -> InferenceSetup | None:
    """The setup with its precision; None where only conditions that exclude each other contradict."""
    dtype = bitsandbytes.dtype(tree.get("dtype") or tree.get("torch_dtype"))
    plain = PLAIN_DTYPES.get(dtype.value or "")
    setup = replace(setup, dtype=dtype, attention=_attention(call, tree))
    if plain is not None:
        setup = replace(setup, precision=replace(dtype, value=plain))  # type: ignore[arg-type]
    config = tree.get("quantization_config")
    found: InferenceSetup | None = setup
    if config is not None and not (config.is_known and config.value is None):
        found = _by_config(setup, config)
        if found is not None:
            found = replace(found, loading=(Option("quantization_config", config),))
        if found is not None and found.quantizer.is_("torchao"):
            found = replace(found, compiled=torchao.compiled_of(call))
    options = bitsandbytes.from_tree(tree, only_known=True)
    if found is not None and options.states_flags:
        merged = bitsandbytes.BnbOptions({**options.entries}, call.complete)
        given = tuple(Option(name, options.entries[name]) for name in FLAGS if name in options.entries)
        if config is not None and found.loading:
            found = replace(found, loading=(*found.loading, *given))
        if config is None or not (found.quantizer.is_set or config.is_dynamic):
            found = bitsandbytes.applied(setup, merged)
            if found is not None:
                found = replace(found, loading=tuple(Option(*entry) for entry in options.entries.items()))
    if found is not None and unsloth:
        found = replace(_unsloth_default(found, call), loading=())
    return _by_checkpoint(found) if found is not None else None


def _by_config(setup: InferenceSetup, config: Located[Any]) -> InferenceSetup | None:
    held = config.value
    unknown = replace(
        setup,
        quantizer=Located(known=Known.DYNAMIC, span=config.span),
        precision=Located(known=Known.DYNAMIC, span=config.span, when=config.when),
    )
    if isinstance(held, Call):
        name = held.callee.rpartition(".")[2]
        if "BitsAndBytesConfig" in held.callee and not held.callee.startswith("diffusers"):
            options = bitsandbytes.from_call(held)
            setup = replace(setup, when=setup.when or held.when)
            return bitsandbytes.applied(setup, _under(options, config.when))
        if name in OTHER_CONFIGS:
            quantizer, precision = OTHER_CONFIGS[name]
            return replace(
                setup,
                quantizer=replace(config, value=quantizer, place=Place.CALL),
                precision=replace(config, value=precision, place=Place.CALL),
            )
        found = torchao.configuration(config)
        if found is not None:
            return replace(setup, precision=found[0], quantizer=found[1], options=(found[2],))
        return unknown
    if isinstance(held, Mapping):
        options = bitsandbytes.from_tree(held)
        method = held.get("quant_method", Located()).value
        if options.states_flags or method == "bitsandbytes":
            return bitsandbytes.applied(setup, _under(options, config.when))
    return unknown


def _under(options: bitsandbytes.BnbOptions, when: str | None) -> bitsandbytes.BnbOptions:
    if when is None:
        return options
    entries = {key: replace(value, when=value.when or when) for key, value in options.entries.items()}
    return bitsandbytes.BnbOptions(entries, options.complete)


def _attention(call: Call, tree: Tree) -> Located[str]:
    """How attention is computed; nothing where its weights are read out, which fused kernels do not keep."""
    if READS_WEIGHTS in call.nearby or "output_attentions" in tree:
        return Located()
    value = tree.get("attn_implementation") or tree.get("_attn_implementation")
    if value is not None:
        return words.text_of(value)
    flash = tree.get("use_flash_attention_2")
    if flash is not None and flash.is_(True):
        return replace(flash, value="flash_attention_2")
    return Located()


def _unsloth_default(setup: InferenceSetup, call: Call) -> InferenceSetup:
    """Unsloth loads in 4 bits (NF4) unless told otherwise."""
    if setup.quantizer.is_set and not setup.load_in_4bit.is_(True):
        return setup
    tree = call.keywords
    if setup.load_in_4bit.is_(True):
        return replace(
            setup,
            precision=replace(setup.load_in_4bit, value=Precision.NF4),  # type: ignore[arg-type]
            compute_dtype=Located(known=Known.DYNAMIC),
        )
    if tree.get("full_finetuning", Located()).is_(True) or not call.complete or "load_in_4bit" in tree:
        return setup
    origin = "FastLanguageModel loads in 4 bits by default"
    where = call.callee_span
    return replace(
        setup,
        quantizer=Located("bitsandbytes", Known.DERIVED, where, origin=origin),
        load_in_4bit=Located(True, Known.DERIVED, where, origin=origin, place=Place.CALL),
        compute_dtype=Located(known=Known.DYNAMIC),
        precision=Located(Precision.NF4, Known.DERIVED, where, origin=origin, place=Place.CALL),
    )


def _by_checkpoint(setup: InferenceSetup) -> InferenceSetup:
    """A checkpoint that is quantised already decides over what the code says."""
    made_by = checkpoint_format(setup.model.value) if setup.model.is_known and setup.model.value else None
    if made_by is None or made_by not in CHECKPOINTS:
        return setup
    precision, quantizer = CHECKPOINTS[made_by]
    if quantizer == "bitsandbytes" and setup.precision.is_known and setup.quantizer.is_("bitsandbytes"):
        if (
            setup.precision.value is precision
            or (setup.precision.value or precision).is_bnb_4bit is precision.is_bnb_4bit
        ):
            return replace(
                setup, compute_dtype=OF_CHECKPOINT, double_quant=OF_CHECKPOINT, int8_threshold=OF_CHECKPOINT
            )
    by_name = replace(setup.model, known=Known.DERIVED, origin="the checkpoint's name")
    if quantizer == "bitsandbytes":
        flag = by_name.holding(True)
        four = precision.is_bnb_4bit
        return replace(
            setup,
            precision=by_name.holding(precision),
            quantizer=by_name.holding(quantizer),
            load_in_4bit=flag if four else Located(),
            load_in_8bit=Located() if four else flag,
            compute_dtype=setup.compute_dtype if setup.compute_dtype.is_set else OF_CHECKPOINT,
            int8_threshold=OF_CHECKPOINT,
        )
    if setup.quantizer.is_("bitsandbytes") and (setup.load_in_8bit.is_(True) or setup.load_in_4bit.is_(True)):
        return replace(setup, precision=Located(known=Known.DYNAMIC, span=setup.precision.span))
    return replace(
        setup,
        precision=by_name.holding(precision),
        quantizer=by_name.holding(quantizer),
    )

"""The way from quantised to 16-bit weights: the changes of a setup, where they are certain."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import edits
from ecolint.edits.changes import CHOICES, Changes, Written
from ecolint.evidence.names import checkpoint_format
from ecolint.inference import InferenceSetup, Known, Located, Place
from ecolint.stack import excludes_older
from ecolint.statements import Symbol

FP16, BF16 = Symbol("torch.float16"), Symbol("torch.bfloat16")
NEW_NAME = ("transformers", "5.0")
SINGLE_FLAG = frozenset(("vllm", "sglang", "tgi", "ray-serve", "runpod-vllm", "kserve"))
"""Frameworks that load the checkpoint's own 16 bits where their quantisation options are left out."""
IN_CALL = frozenset((Place.ARGUMENT, Place.DICT_ITEM))


def to_half_precision(setup: InferenceSetup, name: str) -> Changes:
    """Changes that load the weights in 16 bits; empty where more than this setup, or not all of it, would change.

    `name` is `FP16` where the card has nothing else. Elsewhere what was computed in bfloat16 stays so.
    """
    if setup.when is not None or not _is_own(setup.model) or is_stored_quantized(setup):
        return ()
    if setup.framework == "transformers":
        return _load(setup, BF16 if name != "FP16" and setup.compute_dtype.is_("bfloat16") else FP16)
    if setup.framework not in SINGLE_FLAG or setup.precision.known is not Known.STATED:
        return ()
    removals = [edits.remove(setup.precision), *(edits.remove(option.value) for option in setup.loading)]
    if setup.dtype.is_dynamic:
        return ()
    if setup.dtype.is_("float32"):
        removals.append(edits.remove(setup.dtype))
    return tuple(change for changes in removals for change in changes) if all(removals) else ()


def is_stored_quantized(setup: InferenceSetup) -> bool:
    """Whether the checkpoint itself is stored by bitsandbytes, so that options which are left out change nothing."""
    name = setup.model.value if setup.model.is_known else None
    return (checkpoint_format(name or "") or "").startswith("bnb-")


def _is_own(model: Located[str]) -> bool:
    """Whether the load is of this model alone, and not of whatever a caller names."""
    return model.known is Known.STATED or (
        model.known is Known.DERIVED and not model.origin.startswith(CHOICES)
    )


def _load(setup: InferenceSetup, half: Symbol) -> Changes:
    values = [option.value for option in setup.loading]
    if not values or any(value.place not in IN_CALL or value.when is not None for value in values):
        return ()
    wanted = tuple(_wanted(setup, half))
    changes = [edits.replace_by(value, *pair) for value, pair in zip(values, wanted, strict=False)]
    changes += [edits.remove(value) for value in values[len(wanted) :]]
    changes += [edits.add_beside(values[0], *pair) for pair in wanted[len(values) :]]
    if setup.dtype.is_("float32"):
        changes.append(edits.set_value(setup.dtype, half))
    return tuple(change for one in changes for change in one) if all(changes) else ()


def _wanted(setup: InferenceSetup, half: Symbol) -> Iterator[tuple[str, Written]]:
    """What a load needs in the place of its quantisation: the number format, and the accelerator on which bitsandbytes
    puts a model by itself."""
    if not setup.dtype.is_set:
        yield _dtype_name(setup), half
    if not setup.placed.is_(True) and not _is_stated(setup.placed):
        yield "device_map", "auto"


def _is_stated(placed: Located[bool]) -> bool:
    """Whether a keyword of the load says where the model goes, be it the CPU."""
    return placed.span is not None and placed.place is not Place.CALL


def _dtype_name(setup: InferenceSetup) -> str:
    """`dtype` where transformers 5 is known to be installed; the older name, which both take, elsewhere."""
    pinned = setup.stack.get(NEW_NAME[0])
    return "dtype" if pinned is not None and excludes_older(pinned, NEW_NAME[1]) else "torch_dtype"

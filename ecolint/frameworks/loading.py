"""What the code around a load tells: placement, reloading, adapters, purpose."""

from __future__ import annotations

import re

from ecolint.context import ESCAPES, STORED, last_name, of_uses
from ecolint.frameworks.transformers_pipelines import together
from ecolint.inference import InferenceSetup, Known, Located, Place
from ecolint.records import replace
from ecolint.statements import Call

PLACING_METHODS = frozenset((".to", ".cuda", ".half.cuda", ".to_empty", ".parallelize", ".deepspeed"))
PLACING_CALLEES = frozenset(
    (
        "prepare",
        "dispatch_model",
        "init_inference",
        "load_checkpoint_and_dispatch",
        "DataParallel",
        "infer_auto_device_map",
    )
)
PLACING_FILES = frozenset(
    (
        "torch.set_default_device",
        "torch.set_default_tensor_type",
        "accelerate.Accelerator",
        "deepspeed.init_inference",
    )
)
ADAPTERS = ("peft.PeftModel.from_pretrained", "peft.PeftModelForCausalLM.from_pretrained")
REQUESTS = re.compile(
    r"(?:async )?for \(?(?:\w+, )?(?:req|request|prompt|question|query|message|msg|job|task|event|line)\w*\b"
)
HARMLESS = re.compile(r"^(?:\.\w+|\(\))")


def described(setup: InferenceSetup, call: Call, *, trainable: str = "") -> InferenceSetup:
    """The setup with what is done with the object that the call makes."""
    return replace(
        setup,
        context=of_uses(call.uses, call.nearby, trainable=trainable),
        reload=reload_of(call),
        batch_limit=together(call),
        request_loop=call.request_loop,
        further_loops=call.further_loops,
        lora=lora_of(call),
    )


def lora_of(call: Call) -> Located[bool]:
    """Whether an adapter is put on the model."""
    adapted = call.callee.rpartition(".")[0].rpartition(".")[2].startswith("AutoPeft")
    for use in call.uses:
        adapted = adapted or use in ADAPTERS or use in (".load_adapter", ".load_lora_weights")
    return (
        Located(True, Known.DERIVED, call.callee_span, origin="an adapter is loaded")
        if adapted
        else Located()
    )


def reload_of(call: Call) -> Located[str]:
    """The handler or loop that makes the call anew for each request, where nothing keeps the result."""
    if any(item.startswith("cached") for item in call.inside) or call.when or STORED in call.uses:
        return Located()
    for item in reversed(call.inside):
        kind, _, name = item.partition(" ")
        if kind in ("route", "handler", "callback") or REQUESTS.match(item):
            words = {
                "route": f"in the route {name}",
                "handler": f"in {name}()",
                "callback": f"in the callback {name}()",
            }
            where = words.get(kind, f"in the loop {item!r}")
            return Located(where, Known.STATED, call.callee_span, call.callee_span, place=Place.CALL)
    return Located()


def placed_of(call: Call) -> Located[bool]:
    """Whether an unquantised model reaches an accelerator: false only where everything done with it is seen."""
    place = call.keywords.get("device_map") or call.keywords.get("device")
    if place is not None:
        return Located(place.value != "cpu", place.known, place.span) if place.value else Located()
    if not call.complete:
        return Located(known=Known.DYNAMIC)
    generates = False
    for use in call.uses:
        if use in PLACING_METHODS or last_name(use) in PLACING_CALLEES:
            return Located(True, Known.STATED, call.callee_span)
        if use in ESCAPES or not HARMLESS.match(use):
            return Located(known=Known.DYNAMIC)
        generates = generates or use == ".generate"
    moved = PLACING_FILES & call.nearby or any(item.startswith("with torch.device") for item in call.inside)
    if not generates or moved:
        return Located(known=Known.DYNAMIC)
    return Located(False, Known.STATED, call.callee_span, call.callee_span, place=Place.CALL)

"""accelerate: models that `load_and_quantize_model` loads with bitsandbytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ecolint.frameworks import bitsandbytes
from ecolint.frameworks.base import Framework, Remedy, Snippet
from ecolint.frameworks.loading import described
from ecolint.frameworks.transformers import GENERATES, OWNER_LIMIT
from ecolint.frameworks.transformers_snippets import TOGETHER
from ecolint.inference import InferenceSetup, Known, Located
from ecolint.records import replace
from ecolint.statements import Call, Statement

CONFIG = "BnbQuantizationConfig"
SIGNATURE = (
    "load_in_8bit",
    "llm_int8_threshold",
    "load_in_4bit",
    "bnb_4bit_quant_type",
    "bnb_4bit_use_double_quant",
    "bnb_4bit_compute_dtype",
)
"""Parameters of the configuration, in the order of positional use."""
SOURCES = ("from_pretrained", "snapshot_download")
"""What names a model: where its configuration or its weights are taken from."""


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """The setup of a language model that is quantised as it is loaded."""
    if not isinstance(statement, Call):
        return
    made = _given(statement, "model", 0).value
    config = _given(statement, "bnb_quantization_config", 1).value
    if not isinstance(config, Call) or config.callee.rpartition(".")[2] != CONFIG:
        return
    if not isinstance(made, Call) or not GENERATES.search(made.callee[-OWNER_LIMIT:].rpartition(".")[0]):
        return
    entries = {**dict(zip(SIGNATURE, config.positional, strict=False)), **config.keywords}
    base = InferenceSetup(FRAMEWORK.name, statement.span, model=_name(statement, made), when=statement.when)
    found = bitsandbytes.applied(base, bitsandbytes.BnbOptions(entries, config.complete))
    if found is not None:
        yield described(found, statement)


def _given(call: Call, keyword: str, place: int) -> Located[Any]:
    by_place = call.positional[place] if len(call.positional) > place else Located()
    return call.keywords.get(keyword, by_place)


def _name(load: Call, made: Call) -> Located[str]:
    """The name of a model, by its weights or by the configuration that it is made from."""
    config = _given(made, "config", 0).value if made.callee.endswith(".from_config") else made
    for held in (_given(load, "weights_location", 2).value, config):
        if isinstance(held, Call) and held.callee.endswith(SOURCES):
            name = _given(held, "repo_id", 0)
            if isinstance(name.value, str):
                return replace(name, known=Known.DERIVED, origin="the model that is loaded")
    return Located(known=Known.DYNAMIC)


FRAMEWORK = Framework(
    "accelerate",
    "accelerate",
    anchors=(b"load_and_quantize_model",),
    calls=("accelerate.load_and_quantize_model", "accelerate.*.load_and_quantize_model"),
    read=read,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet(
                'load_checkpoint_and_dispatch(model, weights_location, device_map="auto", dtype=torch.float16)',
                "In the place of load_and_quantize_model. torch.bfloat16 is as good where the card has it.",
            ),
        ),
        Remedy.NF4: (
            Snippet(
                f'{CONFIG}(load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.bfloat16)',
                "torch.float16 on cards without BF16.",
            ),
        ),
        Remedy.INT8_PURE: (Snippet(f"{CONFIG}(load_in_8bit=True, llm_int8_threshold=0.0)"),),
        Remedy.SINGLE_QUANTIZATION: (Snippet("bnb_4bit_use_double_quant=False"),),
        Remedy.BATCHING: TOGETHER,
        Remedy.ONE_CALL: TOGETHER,
    },
)

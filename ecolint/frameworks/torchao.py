"""torchao: `quantize_(model, config)` and `TorchAoConfig`, by their old and new names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecolint.context import ESCAPES, RETURNED, last_name, of_uses
from ecolint.frameworks.base import Framework, Remedy, Snippet
from ecolint.frameworks.text_models import writes_text
from ecolint.frameworks.transformers_snippets import TOGETHER
from ecolint.inference import InferenceSetup, Known, Located, Option, Place, Precision
from ecolint.records import replace
from ecolint.statements import Call, Statement, Symbol

CONFIGURATIONS: dict[str, Precision] = {
    "Float8WeightOnlyConfig": Precision.FP8,
    "float8_weight_only": Precision.FP8,
    "Float8DynamicActivationFloat8WeightConfig": Precision.FP8,
    "float8_dynamic_activation_float8_weight": Precision.FP8,
    "Float8StaticActivationFloat8WeightConfig": Precision.FP8,
    "float8_static_activation_float8_weight": Precision.FP8,
    "Float8DynamicActivationInt4WeightConfig": Precision.INT4,
    "Int4WeightOnlyConfig": Precision.INT4,
    "int4_weight_only": Precision.INT4,
    "Int8DynamicActivationInt4WeightConfig": Precision.INT4,
    "int8_dynamic_activation_int4_weight": Precision.INT4,
    "Int8WeightOnlyConfig": Precision.OTHER,
    "int8_weight_only": Precision.OTHER,
    "Int8DynamicActivationInt8WeightConfig": Precision.OTHER,
    "int8_dynamic_activation_int8_weight": Precision.OTHER,
}
"""Configuration classes, the functions that they replace, and the strings of `TorchAoConfig`.

INT8 of torchao is not LLM.int8() and was not measured, hence `other`.
"""
COMPILERS = frozenset(("torch.compile", ".compile", ".forward.compile", "autoquant", "torchao.autoquant"))
COMPILES = re.compile(
    r"(?:^|\.)(?:compile|autoquant|CompileConfig|StaticCache|_inductor\.\w+|aot_compile|export)$"
)
LIBRARIES = ("transformers.", "unsloth.", "vllm.", "sglang.")
RUNNERS = frozenset(("quantize_", "pipeline", "TextGenerationPipeline", "Thread", "TextStreamer", "evaluate"))
"""Functions that run a model as it is."""
STATIC = frozenset(
    (
        "dynamo_backend=inductor",
        "cache_implementation=static",
        "cache_implementation=offloaded_static",
        "cache_implementation=sliding_window",
        "cache_implementation=hybrid",
    )
)
MAYBE_STATIC = frozenset(("dynamo_backend=?", "cache_implementation=?"))


def configuration(value: Located[Any]) -> tuple[Located[Precision], Located[str], Option] | None:
    """Precision and quantiser that a configuration means, and the configuration itself as an option.

    None where it is none of torchao's.
    """
    held = value.value
    name = ""
    if isinstance(held, Call):
        name = last_name(held.callee)
        if name == "TorchAoConfig":
            inner = held.keywords.get("quant_type") or (held.positional[0] if held.positional else Located())
            found = configuration(inner)
            unknown: Located[Precision] = Located(known=Known.DYNAMIC, span=value.span)
            return found or (
                unknown,
                Located("torchao", Known.STATED, value.span),
                Option("quant_type", inner),
            )
    elif isinstance(held, Symbol):
        name = last_name(held.name)
    elif isinstance(held, str):
        name = held
    precision = CONFIGURATIONS.get(name)
    if precision is None:
        return None
    where = value.value_span or value.span
    if isinstance(held, Call):
        where = held.span
    stated = Located(precision, Known.STATED, where, where, when=value.when, place=Place.CALL)
    return stated, Located("torchao", Known.STATED, where, when=value.when), Option(name, value)


def compiled_of(call: Call) -> Located[bool]:
    """Whether the model is compiled: true by what is done with it, unknown where the file compiles something."""
    for use in call.uses:
        if use in COMPILERS or last_name(use) in ("compile", "autoquant"):
            return Located(True, Known.DERIVED, call.callee_span, origin=use.lstrip("."))
    if STATIC & call.nearby:
        return Located(True, Known.DERIVED, call.callee_span, origin="a static cache compiles by itself")
    if any(
        COMPILES.search(name) and not name.startswith(("re.", "regex."))
        for name in call.nearby
        if "=" not in name
    ) or not MAYBE_STATIC.isdisjoint(call.nearby):
        return Located(known=Known.DYNAMIC, span=call.callee_span)
    if any(_leaves(use) for use in _seen(call.uses)) or not _generates(call) or not _is_language(call):
        return Located(known=Known.DYNAMIC, span=call.callee_span)
    return Located(False, Known.DERIVED, call.callee_span, origin="nothing in this file compiles it")


def _is_language(call: Call) -> bool:
    """Whether anything in the file says that the model is one that generates text."""
    return "()" not in call.uses or any(name.startswith(LIBRARIES) for name in call.nearby)


def _seen(uses: tuple[str, ...]) -> tuple[str, ...]:
    """The uses without a return to callers of which one is seen to generate."""
    if RETURNED in uses and ".generate" in uses[uses.index(RETURNED) :]:
        return tuple(use for use in uses if use != RETURNED)
    return uses


def _leaves(use: str) -> bool:
    """Whether a use takes the model out of sight: what is not its own method may compile it."""
    return use in ESCAPES or not (use.startswith((".", "()")) or last_name(use.removesuffix("()")) in RUNNERS)


def _generates(call: Call) -> bool:
    """Whether the file runs the model at all; one that only saves it says nothing of how it runs."""
    names = {last_name(use) for use in call.uses}
    return (
        bool(names & {"generate", "chat", "forward", "pipeline", "__call__"})
        or "()" in call.uses
        or (
            not call.uses
            and not any(
                name.endswith((".save_pretrained", ".push_to_hub", "torch.save")) for name in call.nearby
            )
        )
    )


def read(statement: Statement) -> Iterator[InferenceSetup]:
    """The setup of `quantize_(model, config)`."""
    if not isinstance(statement, Call):
        return
    config = statement.keywords.get("config") or (
        statement.positional[1] if len(statement.positional) > 1 else Located()
    )
    found = configuration(config)
    if found is None:
        return
    precision, quantizer, option = found
    model: Located[Any] = statement.positional[0] if statement.positional else Located()
    if isinstance(model.value, Call) and not writes_text(model.value, statement.uses):
        return
    setup = InferenceSetup(
        FRAMEWORK.name,
        statement.span,
        model=_model_name(model),
        precision=precision,
        quantizer=quantizer,
        options=(option,),
        compiled=compiled_of(statement),
        context=of_uses(statement.uses, statement.nearby),
        request_loop=statement.request_loop,
        further_loops=statement.further_loops,
        when=statement.when,
    )
    yield setup


def _model_name(value: Located[Any]) -> Located[str]:
    """Name of the model in a load that is passed to `quantize_`."""
    call = value.value
    if not isinstance(call, Call):
        return Located(known=Known.DYNAMIC)
    name = call.keywords.get("pretrained_model_name_or_path") or (
        call.positional[0] if call.positional else None
    )
    if name is None or not isinstance(name.value, str):
        return Located(known=Known.DYNAMIC)
    return replace(name, known=Known.DERIVED, origin="the model that is loaded")


STATIC_CACHE = Snippet(
    'model.generate(**inputs, cache_implementation="static")',
    "A static cache compiles the decoding step by itself; the first call takes longer.",
    since=("transformers", "4.50"),
)
COMPILE = Snippet(
    'model.forward = torch.compile(model.forward, mode="reduce-overhead")', "The first call takes longer."
)
SNIPPETS = {
    Remedy.COMPILE: (STATIC_CACHE, COMPILE),
    Remedy.FP8: (
        Snippet("quantize_(model, Float8WeightOnlyConfig())", since=("torchao", "0.9")),
        Snippet("quantize_(model, float8_weight_only())"),
    ),
    Remedy.HALF_PRECISION: (Snippet("# leave out quantize_() and load the model in bfloat16"),),
    Remedy.BATCHING: TOGETHER,
    Remedy.ONE_CALL: TOGETHER,
}
FRAMEWORK = Framework(
    "torchao",
    "torchao",
    anchors=(b"torchao",),
    calls=("torchao.quantize_", "torchao.*.quantize_"),
    read=read,
    snippets=SNIPPETS,
)

"""transformers: models loaded with `from_pretrained` and `pipeline`, and the wrappers that end in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ecolint.context import ARGUMENT, KEPT, TRAINABLE, VALUE_HEAD
from ecolint.evidence.names import checkpoint_format
from ecolint.frameworks import bitsandbytes, torchao, words
from ecolint.frameworks.base import Framework
from ecolint.frameworks.loading import described, placed_of
from ecolint.frameworks.text_models import writes_text
from ecolint.frameworks.transformers_snippets import SNIPPETS
from ecolint.frameworks.words import CHECKPOINTS, OTHER_CONFIGS, PLAIN_DTYPES
from ecolint.inference import InferenceSetup, Known, Located, Option, Place, Precision
from ecolint.records import replace
from ecolint.statements import Call, Config, Statement, Tree

FOREIGN = frozenset(
    """diffusers awq auto_gptq gptqmodel ctransformers llama_cpp optimum mlx_lm mlx_vlm ipex_llm bigdl
    onnxruntime intel_extension_for_transformers neural_compressor exllamav2 vllm tokenizers timm
    open_clip setfit spacy nemo speechbrain flair keras tensorflow gliner whisper faster_whisper
    xformers flax jax petals""".split()
)
"""Packages whose `from_pretrained` is not transformers', or does not end in bitsandbytes."""
IMAGE_PARTS = ".PipelineQuantizationConfig"
"""The class of diffusers that takes a configuration for each part of a pipeline, of transformers' text encoders too."""
PIPELINE = 'pipeline(task, model=model_id, {}, device_map="auto")'
CHOSEN = "only where it is chosen from what it is kept in"
DEVICE = "device="
ACCELERATORS = frozenset(("mps", "xpu", "npu", "hpu"))
"""Devices to which a model, unlike an answer, is moved to run."""
READS_WEIGHTS = "output_attentions=True"
OWNER_LIMIT = 300
"""Characters at the end of a callee that are read."""
GENERATES = re.compile(
    r"(?:ForCausalLM\w*|ForConditionalGeneration|ForSeq2SeqLM|LMHeadModel|ForImageTextToText|ForVision2Seq"
    r"|FastLanguageModel|FastModel|FastVisionModel|LanguageModel)$"
)
UNSLOTH = frozenset(
    ("FastLanguageModel", "FastModel", "FastVisionModel", "FastLlamaModel", "FastMistralModel")
)
TEXT_TASKS = frozenset(
    (
        "text-generation",
        "text2text-generation",
        "summarization",
        "conversational",
        "image-text-to-text",
        "translation",
    )
)
ENGINES = {"vllm": "vllm", "sglang": "sglang", "tensorrt_llm": "tensorrt-llm"}
"""Packages whose objects generate by a method of the same name, and their frameworks."""
FLAGS = ("load_in_8bit", "load_in_4bit")
MODEL_KEYS = ("pretrained_model_name_or_path", "model_name_or_path", "model_name", "model_id", "model")


def read(statement: Statement) -> Iterator[InferenceSetup]:
    """Setups of a load, of a wrapper's load, of a configuration that leaves the file, or of a loop."""
    if isinstance(statement, Config):
        yield from _checkpoint(statement)
        return
    if not isinstance(statement, Call):
        return
    callee = statement.callee
    root, tail = callee.partition(".")[0], callee.rpartition(".")[2]
    if root in FOREIGN:
        return
    if "BitsAndBytesConfig" in callee:
        yield from _loose_config(statement)
    elif tail == "from_pretrained":
        yield from _load(statement)
    elif tail in WRAPPERS:
        yield from _wrapped(statement, *WRAPPERS[tail])
    elif tail == "pipeline":
        yield from _pipeline(statement)
    elif tail == "generate" and statement.request_loop.is_(True):
        yield described(replace(_setup(statement), framework=_engine_nearby(statement)), statement)


def _engine_nearby(call: Call) -> str:
    """The framework to which an object belongs of which only `generate` is seen: told by what else the file calls."""
    owners = [name.rpartition(".")[0] for name in call.nearby if name.endswith(".from_pretrained")]
    if any(GENERATES.search(owner[-OWNER_LIMIT:]) for owner in owners):
        return FRAMEWORK.name
    roots = {name.partition(".")[0] for name in call.nearby}
    return next((ENGINES[root] for root in ENGINES if root in roots), FRAMEWORK.name)


def _checkpoint(config: Config) -> Iterator[InferenceSetup]:
    """The quantisation in a saved checkpoint. It is written with all options, so none of them is judged."""
    method = config.tree.get("quant_method")
    if method is not None and method.value not in ("bitsandbytes", None):
        return
    base = InferenceSetup(FRAMEWORK.name, config.span, model=config.model, when=config.when)
    setup = bitsandbytes.applied(base, bitsandbytes.from_tree(config.tree))
    if setup is not None and (setup.load_in_8bit.is_(True) or setup.load_in_4bit.is_(True)):
        yield replace(setup, options=(), double_quant=replace(setup.double_quant, value_span=None))


def _setup(call: Call) -> InferenceSetup:
    return InferenceSetup(FRAMEWORK.name, call.span, when=call.when)


def _loose_config(call: Call) -> Iterator[InferenceSetup]:
    """A configuration that is not seen to reach a load: it counts if it is returned or handed on, or cannot be made at
    all, but not in a module that quantises the parts of an image pipeline."""
    if ARGUMENT in call.uses or any(name.endswith(IMAGE_PARTS) for name in call.nearby):
        return
    setup = replace(_setup(call), model=Located(known=Known.DYNAMIC))
    if setup.when is None and {*call.uses} == {KEPT}:
        setup = replace(setup, when=CHOSEN)
    found = bitsandbytes.applied(setup, bitsandbytes.from_call(call))
    if found is None or not found.quantizer.is_set:
        return
    if call.uses or (found.load_in_8bit.is_(True) and found.load_in_4bit.is_(True)):
        yield described(found, call)


def _load(call: Call) -> Iterator[InferenceSetup]:
    if not writes_text(call):
        return
    owner = call.callee[-OWNER_LIMIT:].rpartition(".")[0].rpartition(".")[2].removesuffix("()")
    setup = _quantized(call, call.keywords, _with_model(call, call.keywords), unsloth=owner in UNSLOTH)
    if setup is None or not (setup.quantizer.is_set or GENERATES.search(owner)):
        return
    setup = replace(setup, load=_load_by(owner), gpu=_device(call), placed=placed_of(call))
    trainable = TRAINABLE if call.keywords.get("is_trainable", Located()).is_(True) else ""
    if owner.endswith(VALUE_HEAD):
        trainable = owner
    yield described(setup, call, trainable=trainable)


def _load_by(owner: str) -> str:
    """The call of a class, as `InferenceSetup.load`; empty where the class is not known."""
    if owner in UNSLOTH:
        return f"{owner}.from_pretrained(model_id, load_in_4bit=False)"
    return f'{owner}.from_pretrained(model_id, {{}}, device_map="auto")' if owner.isidentifier() else ""


def _device(call: Call) -> Located[str]:
    """Hardware other than NVIDIA's on which a load is placed, or to which a file without others moves things."""
    place = call.keywords.get("device_map") or call.keywords.get("device") or Located()
    if not place.is_set or place.value == "auto":
        moved = {
            name.removeprefix(DEVICE).partition(":")[0] for name in call.nearby if name.startswith(DEVICE)
        }
        foreign = sorted(moved & ACCELERATORS)
        if foreign and "cuda" not in moved:
            return Located(words.DEVICES[foreign[0]], Known.DERIVED, origin=f"moved to {foreign[0]}")
    device = words.DEVICES.get(place.value.partition(":")[0]) if isinstance(place.value, str) else None
    return words.stated(place, device) if device is not None and place.is_known else Located()


def _pipeline(call: Call) -> Iterator[InferenceSetup]:
    task = call.keywords.get("task") or (call.positional[0] if call.positional else Located())
    model = call.keywords.get("model") or (call.positional[1] if len(call.positional) > 1 else Located())
    if task.is_known and task.value is not None and task.value not in TEXT_TASKS:
        return
    if isinstance(model.value, Call) or not (model.is_known and isinstance(model.value, str)):
        if "model_kwargs" not in call.keywords or isinstance(model.value, Call):
            if call.request_loop.is_(True) and not isinstance(model.value, Call):
                yield described(
                    replace(_setup(call), model=Located(known=Known.DYNAMIC), load=PIPELINE), call
                )
            return
    inner = call.keywords.get("model_kwargs", Located()).value
    tree = dict(inner) if isinstance(inner, Mapping) else {}
    for key in ("torch_dtype", "dtype", "quantization_config", "attn_implementation"):
        if key in call.keywords:
            tree.setdefault(key, call.keywords[key])
    unknown: Located[Any] = Located(known=Known.DYNAMIC)
    name = model if isinstance(model.value, str) or model.is_dynamic else unknown
    setup = _quantized(call, tree, replace(_setup(call), model=name, load=PIPELINE))
    if setup is None or not (setup.quantizer.is_set or task.is_set):
        return
    placed = placed_of(replace(call, keywords={**call.keywords, **tree}))
    setup = replace(setup, placed=placed if placed.is_(True) else Located(known=Known.DYNAMIC))
    yield described(replace(setup, gpu=_device(call)), call)


WRAPPERS = {
    "from_model_id": (("model_id",), ("model_kwargs",)),
    "HuggingFaceLLM": (("model_name",), ("model_kwargs",)),
    "HFLM": (("pretrained",), ("",)),
    "HuggingFaceLocalGenerator": (("model",), ("huggingface_pipeline_kwargs",)),
    "HuggingFaceLocalChatGenerator": (("model",), ("huggingface_pipeline_kwargs",)),
}
"""Classes and methods that load a model by themselves: keywords of its name, and of what is passed on."""
LOADS = {
    "from_model_id": "HuggingFacePipeline.from_model_id(model_id, task, model_kwargs=dict({}))",
    "HuggingFaceLLM": "HuggingFaceLLM(model_name=model_id, model_kwargs=dict({}))",
}
"""How they are written, as `InferenceSetup.load`."""
PLACING = frozenset(("HuggingFaceLLM", "HFLM"))
"""Those that place the model on an accelerator by themselves."""
POSITIONAL_NAME = frozenset(("HFLM",))


def _wrapped(call: Call, names: tuple[str, ...], carriers: tuple[str, ...]) -> Iterator[InferenceSetup]:
    where = call.callee.rpartition(".")[2]
    tree: dict[str, Located[Any]] = {}
    for carrier in carriers:
        inner = call.keywords.get(carrier, Located()).value if carrier else call.keywords
        if isinstance(inner, Mapping):
            nested = inner.get("model_kwargs", Located()).value
            tree.update(inner)
            tree.update(nested if isinstance(nested, Mapping) else {})
    for key in ("quantization_config", "load_in_8bit", "load_in_4bit"):
        if key in call.keywords:
            tree.setdefault(key, call.keywords[key])
    name = next((call.keywords[key] for key in names if key in call.keywords), None)
    if name is None and call.positional and where in POSITIONAL_NAME:
        name = call.positional[0]
    load = LOADS.get(where, "")
    setup = replace(_setup(call), model=_text(name) if name is not None else Located(), load=load)
    found = _quantized(call, tree, setup)
    if found is not None and (found.quantizer.is_set or call.request_loop.is_(True)):
        placed = placed_of(replace(call, keywords={**tree, **call.keywords}))
        placed = replace(placed, value=True, known=Known.DERIVED) if where in PLACING else placed
        handed_on = all(option.value.place is Place.DICT_ITEM for option in found.loading)
        certain = handed_on and placed.is_(True)
        yield described(replace(found, placed=placed, loading=found.loading if certain else ()), call)


def _with_model(call: Call, tree: Tree) -> InferenceSetup:
    name = next((tree[key] for key in MODEL_KEYS if key in tree), None)
    if name is None and call.positional:
        name = call.positional[0]
    return replace(_setup(call), model=_text(name) if name is not None else Located())


def _text(value: Located[Any]) -> Located[str]:
    return value if isinstance(value.value, str) else replace(value, value=None, known=Known.DYNAMIC)


def _quantized(
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
    if isinstance(held, Call):
        name = held.callee.rpartition(".")[2]
        if "BitsAndBytesConfig" in held.callee and not held.callee.startswith("diffusers"):
            options = bitsandbytes.from_call(held)
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
        return replace(
            setup, quantizer=Located(known=Known.DYNAMIC, span=config.span), precision=_unknown(config)
        )
    if isinstance(held, Mapping):
        options = bitsandbytes.from_tree(held)
        method = held.get("quant_method", Located()).value
        if options.states_flags or method == "bitsandbytes":
            return bitsandbytes.applied(setup, _under(options, config.when))
        return replace(
            setup, quantizer=Located(known=Known.DYNAMIC, span=config.span), precision=_unknown(config)
        )
    return replace(
        setup, quantizer=Located(known=Known.DYNAMIC, span=config.span), precision=_unknown(config)
    )


def _under(options: bitsandbytes.BnbOptions, when: str | None) -> bitsandbytes.BnbOptions:
    if when is None:
        return options
    entries = {key: replace(value, when=value.when or when) for key, value in options.entries.items()}
    return bitsandbytes.BnbOptions(entries, options.complete)


def _unknown(config: Located[Any]) -> Located[Precision]:
    return Located(known=Known.DYNAMIC, span=config.span, when=config.when)


def _attention(call: Call, tree: Tree) -> Located[str]:
    """How attention is computed; nothing where its weights are read out, which fused kernels do not keep."""
    if READS_WEIGHTS in call.nearby or "output_attentions" in tree:
        return Located()
    value = tree.get("attn_implementation") or tree.get("_attn_implementation")
    if value is not None:
        return _text(value)
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
            return setup
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
            compute_dtype=setup.compute_dtype if setup.compute_dtype.is_set else Located(known=Known.DYNAMIC),
            int8_threshold=Located(known=Known.DYNAMIC),
        )
    if setup.quantizer.is_("bitsandbytes") and (setup.load_in_8bit.is_(True) or setup.load_in_4bit.is_(True)):
        return replace(setup, precision=Located(known=Known.DYNAMIC, span=setup.precision.span))
    return replace(
        setup,
        precision=by_name.holding(precision),
        quantizer=by_name.holding(quantizer),
    )


FRAMEWORK = Framework(
    "transformers",
    "Hugging Face transformers",
    anchors=(
        b"from_pretrained",
        b"BitsAndBytesConfig",
        b"load_in_8bit",
        b"load_in_4bit",
        b"from_model_id",
        b"HuggingFaceLLM",
        b"HuggingFaceLocal",
        b"pipeline(",
        b"TorchAoConfig",
    ),
    telling_keywords=(b"quantization_config", b"load_in_", b"bnb_", b"BitsAndBytesConfig"),
    telling_values=words.STORED_BY_BITSANDBYTES,
    telling_names=(b"unsloth", b"FastLanguageModel"),
    configs=("hf-quantization",),
    other_calls=(
        "*Tokenizer*.from_pretrained",
        "*Processor*.from_pretrained",
        "*FeatureExtractor*.from_pretrained",
        "*Scheduler*.from_pretrained",
        "*Config.from_pretrained",
        "*Pipeline.from_pretrained",
        "*tokenizer.from_pretrained",
        "*processor.from_pretrained",
    ),
    calls=(
        "*.from_pretrained",
        "BitsAndBytesConfig",
        "*.BitsAndBytesConfig",
        "*.BitsAndBytesConfig.from_dict",
        "BitsAndBytesConfig.from_dict",
        "transformers.pipeline",
        "transformers.*.pipeline",
        "*.from_model_id",
        "llama_index.*.HuggingFaceLLM",
        "lm_eval.*.HFLM",
        "haystack.*.HuggingFaceLocalGenerator",
        "haystack.*.HuggingFaceLocalChatGenerator",
        "?.generate",
    ),
    packages=("transformers", "bitsandbytes", "torch", "accelerate"),
    read=read,
    snippets=SNIPPETS,
)

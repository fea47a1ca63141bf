"""transformers: models loaded with `from_pretrained` and `pipeline`, and the wrappers that end in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ecolint.context import ARGUMENT, KEPT, TRAINABLE, VALUE_HEAD
from ecolint.frameworks import bitsandbytes, words
from ecolint.frameworks.base import Framework
from ecolint.frameworks.loading import described, placed_of
from ecolint.frameworks.text_models import writes_text
from ecolint.frameworks.transformers_pipelines import TEXT_TASKS, model_of, surveyed, task_of
from ecolint.frameworks.transformers_precision import quantized
from ecolint.frameworks.transformers_snippets import SNIPPETS
from ecolint.inference import InferenceSetup, Known, Located, Place
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
CHOSEN = "only where it is chosen"
DEVICE = "device="
CUDA = "torch.cuda."
ACCELERATORS = frozenset(("mps", "xpu", "npu", "hpu"))
"""Devices to which a model, unlike an answer, is moved to run."""
OWNER_LIMIT = 300
"""Characters at the end of a callee that are read."""
GENERATES = re.compile(
    r"(?:ForCausalLM\w*|ForConditionalGeneration|ForSeq2SeqLM|LMHeadModel|ForImageTextToText|ForVision2Seq"
    r"|FastLanguageModel|FastModel|FastVisionModel|LanguageModel)$"
)
UNSLOTH = frozenset(
    ("FastLanguageModel", "FastModel", "FastVisionModel", "FastLlamaModel", "FastMistralModel")
)
ENGINES = {"vllm": "vllm", "sglang": "sglang", "tensorrt_llm": "tensorrt-llm"}
"""Packages whose objects generate by a method of the same name, and their frameworks."""
GENERATION = frozenset(
    """inputs input_ids inputs_embeds attention_mask generation_config max_new_tokens max_length min_length do_sample
    num_beams pad_token_id eos_token_id use_cache repetition_penalty stopping_criteria logits_processor
    return_dict_in_generate output_scores""".split()
)
"""Keywords of `generate` that others rarely have."""
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
    if tail == "generate":
        if statement.request_loop.is_(True):
            yield from _loop(statement, root)
    elif root in FOREIGN:
        return
    elif "BitsAndBytesConfig" in callee:
        yield from _loose_config(statement)
    elif tail == "from_pretrained":
        yield from _load(statement)
    elif tail in WRAPPERS:
        yield from _wrapped(statement, *WRAPPERS[tail])
    elif tail == "pipeline":
        yield from _pipeline(statement)


def _loop(call: Call, root: str) -> Iterator[InferenceSetup]:
    """A loop around `generate` of an object that is not loaded here; `root` is the package that it is seen to be of."""
    load = call.callee.removesuffix("().generate")
    framework = ENGINES.get(root)
    if framework is None and root not in FOREIGN:
        if load.endswith(".from_pretrained"):
            generates = GENERATES.search(load[-OWNER_LIMIT:].rpartition(".")[0]) is not None
            framework = FRAMEWORK.name if generates and writes_text(replace(call, callee=load)) else None
        else:
            near = _engine_nearby(call)
            framework = near if near != FRAMEWORK.name or _generates_from_tokens(call) else None
    if framework is not None:
        yield described(replace(_setup(call), framework=framework), call)


def _engine_nearby(call: Call) -> str:
    """The framework to which an object belongs of which only `generate` is seen: told by what else the file calls."""
    owners = [name.rpartition(".")[0] for name in call.nearby if name.endswith(".from_pretrained")]
    if any(GENERATES.search(owner[-OWNER_LIMIT:]) for owner in owners):
        return FRAMEWORK.name
    roots = {name.partition(".")[0] for name in call.nearby}
    return next((ENGINES[root] for root in ENGINES if root in roots), FRAMEWORK.name)


def _generates_from_tokens(call: Call) -> bool:
    """Whether `generate` of an unknown object is written as that of transformers' models, which take no texts."""
    return not call.complete or not GENERATION.isdisjoint(call.keywords)


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
    setup = quantized(call, call.keywords, _with_model(call, call.keywords), unsloth=owner in UNSLOTH)
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
    """Hardware other than NVIDIA's on which a load is placed, or to which a file that knows no other moves things."""
    place = call.keywords.get("device_map") or call.keywords.get("device") or Located()
    if not place.is_set or place.value == "auto":
        moved = {
            name.removeprefix(DEVICE).partition(":")[0] for name in call.nearby if name.startswith(DEVICE)
        }
        foreign = sorted(moved & ACCELERATORS)
        if foreign and "cuda" not in moved and not any(name.startswith(CUDA) for name in call.nearby):
            return Located(words.DEVICES[foreign[0]], Known.DERIVED, origin=f"moved to {foreign[0]}")
    device = words.DEVICES.get(place.value.partition(":")[0]) if isinstance(place.value, str) else None
    return words.stated(place, device) if device is not None and place.is_known else Located()


def _pipeline(call: Call) -> Iterator[InferenceSetup]:
    task, model = task_of(call), model_of(call)
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
    setup = quantized(call, tree, replace(_setup(call), model=name, load=PIPELINE))
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
    "HuggingFaceLocalGenerator": "HuggingFaceLocalGenerator(model_id, huggingface_pipeline_kwargs=dict({}))",
    "HuggingFaceLocalChatGenerator": "HuggingFaceLocalChatGenerator(model_id, huggingface_pipeline_kwargs=dict({}))",
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
    setup = replace(_setup(call), model=words.text_of(name) if name is not None else Located(), load=load)
    found = quantized(call, tree, setup)
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
    return replace(_setup(call), model=words.text_of(name) if name is not None else Located())


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
        "*.from_pretrained().generate",
        "*load*model*().generate",
        "*get*model*().generate",
        "vllm.LLM().generate",
        "sglang.Engine().generate",
    ),
    read=read,
    survey=surveyed,
    snippets=SNIPPETS,
)

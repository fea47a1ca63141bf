"""LocalAI model files; what a key means depends on the backend."""

from __future__ import annotations

from collections.abc import Iterable

from ecolint.frameworks import gguf, reading, trees, vllm, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup, Located, Precision
from ecolint.records import replace
from ecolint.statements import Config, Statement, Tree

MODEL = Setting("model", keyword="parameters.model")
TRANSFORMERS: tuple[Setting, ...] = (
    MODEL,
    *words.quantization(
        {"bnb_8bit": (Precision.INT8, "bitsandbytes"), "bnb_4bit": (Precision.NF4, "bitsandbytes")},
        keyword="quantization",
    ),
)
VLLM: tuple[Setting, ...] = (
    MODEL,
    *(item for item in vllm.ENGINE if item.field not in ("", "model")),
    *(
        replace(item, keyword=f"engine_args.{item.keyword}", flags=(), variables=())
        for item in vllm.ENGINE
        if item.keyword and item.field not in ("", "model")
    ),
)
LLAMACPP: tuple[Setting, ...] = (MODEL, words.dtype(keyword="cache_type_k", field="kv_cache_dtype"))
TABLES = {"transformers": TRANSFORMERS, "vllm": VLLM}
"""What the keys mean, by the end of the backend's name; the default is llama.cpp, and others serve other models."""
WRITING = frozenset(("any", "chat", "completion", "edit", "text", "vision"))
"""Uses of a model that writes text; others speak, listen, embed, draw or detect."""


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """The setup of one model file."""
    if not isinstance(statement, Config):
        return
    named = trees.lookup(statement.tree, "backend")
    backend = named.value.lower() if named is not None and isinstance(named.value, str) else "llama"
    table = LLAMACPP if "llama" in backend else TABLES.get(backend.rpartition("-")[2])
    embeds = trees.lookup(statement.tree, "embeddings") or Located()
    if table is None or embeds.is_(True) or not _writes(statement.tree):
        return
    setup = reading.setup_of(FRAMEWORK, statement, reading.fields_of_tree(table, statement.tree))
    if table is VLLM:
        setup = vllm.refined(setup, statement)
    elif table is LLAMACPP:
        setup = gguf.with_named_type(setup, "the name of the GGUF file")
    device = words.DEVICES.get(next((word for word in words.DEVICES if backend.startswith(f"{word}-")), ""))
    if device is not None and named is not None and not setup.gpu.is_set:
        setup = replace(setup, gpu=words.derived(named, device, f"backend {backend}"))
    yield replace(setup, options=())


def _writes(tree: Tree) -> bool:
    """Whether a model file names no uses, or one of a model that writes text."""
    uses = trees.plain(trees.lookup(tree, "known_usecases"))
    if not isinstance(uses, list) or not uses:
        return True
    return any(not isinstance(use, str) or use.lower().removeprefix("flag_") in WRITING for use in uses)


FRAMEWORK = Framework(
    name="localai",
    title="LocalAI",
    anchors=(b"bnb_8bit", b"bnb_4bit", b"localai"),
    settings=(*TRANSFORMERS, Setting("", keyword="engine_args")),
    configs=("localai",),
    read=read,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet(
                "f16: true", "Leave out quantization and load_format; the vllm backend reads dtype instead."
            ),
        ),
        Remedy.SIXTEEN_BIT_FILE: (
            Snippet("parameters:\n  model: <model>-F16.gguf", "The number format is that of the GGUF file."),
        ),
        Remedy.NF4: (Snippet("quantization: bnb_4bit"),),
        Remedy.BATCHING: (
            Snippet(
                "engine_args:\n  max_num_seqs: 16",
                'Or leave it out: the default is 256 or more. The llama-cpp backend has options: ["parallel:4"] '
                "instead.",
            ),
        ),
    },
)

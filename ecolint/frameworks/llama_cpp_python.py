"""llama-cpp-python: `Llama(...)`, `Llama.from_pretrained(...)`, and its server."""

from __future__ import annotations

from typing import Any

from ecolint.frameworks import gguf, words
from ecolint.frameworks.base import Coerced, Form, Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup, Known, Located
from ecolint.records import replace
from ecolint.statements import Call, Statement

CACHE_TYPES = {"0": "float32", "1": "float16", "8": "q8_0", "30": "bfloat16"}
FILE = "the name of the GGUF file"
LAYERS = "n_gpu_layers"
NO_LAYERS = Located("cpu", Known.DERIVED, origin=f"{LAYERS}, which is left out and 0 by default")
ENGINE_LIMIT = "handles one request at a time"


def cache_type(written: Any) -> Any:
    """A ggml type, as its number or the name of its constant (`GGML_TYPE_F32`)."""
    word = str(written).strip().lower().removeprefix("ggml_type_")
    return CACHE_TYPES.get(word) or words.DTYPES.get(word) or (Coerced.UNKNOWN if word.isdecimal() else word)


def file_precision(written: Any) -> Any:
    """Number format that a file name or glob tells."""
    found = gguf.named_type(str(written))
    return Coerced.UNKNOWN if found is None else gguf.type_precision(found)


SETTINGS: tuple[Setting, ...] = (
    Setting("model", ("--model",), "model_path"),
    Setting("model", ("--hf_model_repo_id",), "repo_id", fallback=True),
    Setting("precision", keyword="filename", convert=file_precision),
    Setting("kv_cache_dtype", ("--type_k",), "type_k", convert=cache_type),
    Setting("gpu", ("--n_gpu_layers",), LAYERS, values={"0": "cpu"}),
    Setting("option:embedding", ("--embedding",), "embedding", switch=True),
    words.unread(
        "--host --port --n_ctx --n_batch --n_threads --chat_format --config_file --model_alias --seed --verbose"
    ),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """The format from the file's name; sequences never run together, and on the CPU where nothing else is asked for."""
    if any(option.name == "embedding" and option.value.is_(True) for option in setup.options):
        return None
    setup = replace(setup, options=())
    setup = gguf.with_quantizer(gguf.with_named_type(setup, FILE), FILE)
    if isinstance(statement, Call) and statement.complete and LAYERS not in statement.keywords:
        setup = replace(setup, gpu=NO_LAYERS)
    limit = Located(1, Known.DEFAULT, origin=f"llama-cpp-python {ENGINE_LIMIT}")
    return replace(setup, batch_limit=limit, request_loop=Located(), further_loops=())


FRAMEWORK = Framework(
    name="llama-cpp-python",
    title="llama-cpp-python",
    gguf=True,
    anchors=(b"llama_cpp",),
    settings=SETTINGS,
    programs=("python -m llama_cpp.server",),
    calls=("llama_cpp.Llama", "llama_cpp.llama.Llama", "llama_cpp.Llama.from_pretrained"),
    model_positional=True,
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet("python -m llama_cpp.server --model model-F16.gguf", form=Form.COMMAND),
            Snippet('Llama(model_path="model-F16.gguf")'),
        ),
        Remedy.NF4: (Snippet('Llama(model_path="model-Q4_K_M.gguf")'),),
        Remedy.INT8_PURE: (Snippet('Llama(model_path="model-Q8_0.gguf")'),),
        Remedy.INT8_WEIGHT_ONLY: (Snippet('Llama(model_path="model-Q8_0.gguf")'),),
        Remedy.BATCHING: (
            Snippet(
                "llama-server -m model.gguf -np 4 -kvu",
                f"llama-cpp-python {ENGINE_LIMIT}; llama.cpp's own server does not.",
            ),
        ),
        Remedy.PERSISTENT_WORKER: (Snippet("llama-server -m model.gguf"),),
    },
)

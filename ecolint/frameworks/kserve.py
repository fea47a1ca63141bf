"""KServe's Hugging Face server: vLLM's options, and a backend that takes one request at a time."""

from __future__ import annotations

from ecolint.frameworks import vllm, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup, Located
from ecolint.records import replace
from ecolint.statements import Statement

GENERATIVE_TASKS = frozenset(("", "text_generation", "text2text_generation"))
SEQUENTIAL = "KServe's huggingface backend handles one request at a time"
OWN: tuple[Setting, ...] = (
    Setting("model", ("--model_dir",), "model_dir", fallback=True),
    Setting("model", ("--model_id",), "model_id", ("MODEL_ID",)),
    Setting("option:backend", ("--backend",), "backend"),
    Setting("option:task", ("--task",), "task"),
    words.unread("--model_name --max_length --http_port --grpc_port --workers --predictor_host"),
)
ENGINE = tuple(item for item in vllm.ENGINE if item.field)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """One request at a time where that backend is asked for and a language model is served."""
    options = {option.name: option.value for option in setup.options}
    setup = vllm.refined(setup, statement)
    backend, task = options.get("backend", Located()), options.get("task", Located())
    generative = not task.is_set or str(task.value).lower() in GENERATIVE_TASKS
    if not generative:
        return None
    if not backend.is_("huggingface") or not setup.model.is_known:
        return setup
    sequential = words.derived(backend, 1, SEQUENTIAL)
    return replace(setup, batch_limit=sequential, accepted=sequential)


FRAMEWORK = Framework(
    name="kserve",
    title="KServe Hugging Face server",
    anchors=(b"huggingfaceserver", b"backend=huggingface", b"name: huggingface"),
    telling_lines=(b"huggingfaceserver",),
    settings=(*OWN, *ENGINE),
    images=("huggingfaceserver*",),
    image_program=("python", "-m", "huggingfaceserver"),
    programs=("python -m huggingfaceserver",),
    configs=("kserve-huggingface",),
    underscores=True,
    prefixes=True,
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (Snippet("--dtype=auto", "Leave out --quantization and --load-format."),),
        Remedy.BATCHING: (Snippet("--max-num-seqs=16", "Or leave it out: the default is 256 or more."),),
        Remedy.ACCEPTING: (Snippet("--backend=vllm", "Not for models that vLLM does not have."),),
        Remedy.COMPILE: (Snippet("--no-enforce-eager", "Or leave out --enforce-eager."),),
        Remedy.FP8: vllm.quantised_on_loading("--backend=vllm --quantization=FP8"),
        Remedy.FP8_KV_CACHE: (Snippet("--backend=vllm --kv-cache-dtype=fp8"),),
    },
)

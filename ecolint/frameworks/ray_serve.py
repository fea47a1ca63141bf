"""Ray Serve LLM: `LLMConfig`, whose `engine_kwargs` are vLLM's engine arguments; Ray Data has the same for batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecolint.frameworks import reading, sglang, trees, vllm, words
from ecolint.frameworks.base import Form, Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup
from ecolint.records import replace
from ecolint.statements import Call, Config, Statement, Tree


def engine(settings: Iterable[Setting]) -> Iterator[Setting]:
    """Settings of an engine as keys of `engine_kwargs`; the model is named beside them."""
    for item in settings:
        if item.field and item.keyword and item.field != "model":
            yield replace(item, flags=(), variables=(), keyword=f"engine_kwargs.{item.keyword}")


SETTINGS: tuple[Setting, ...] = (
    Setting("model", keyword="model_loading_config.model_source"),
    Setting("model", keyword="model_loading_config.model_id", fallback=True),
    Setting("model", keyword="model_source"),
    Setting("gpu", keyword="accelerator_type"),
    Setting(words.CONCURRENCY, keyword="deployment_config.max_ongoing_requests", convert=words.as_limit),
)
VLLM = (*SETTINGS, *engine(vllm.ENGINE))
SGLANG = (*SETTINGS, *engine(sglang.SETTINGS))
SGLANG_BATCHES = "SGLangEngineProcessorConfig"
TELLING = frozenset(("model_loading_config", "engine_kwargs"))


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """One setup for each LLM configuration, wherever in a Serve file it stands."""
    if isinstance(statement, Call):
        found = [statement.keywords] if _generates(statement.keywords) else []
    elif isinstance(statement, Config):
        found = [tree for tree in trees.mappings(statement.tree) if TELLING & trees.snaked(tree).keys()]
    else:
        return
    for tree in found:
        by_sglang = runs_sglang(tree) or (isinstance(statement, Call) and SGLANG_BATCHES in statement.callee)
        fields = reading.fields_of_tree(SGLANG if by_sglang else VLLM, tree)
        setup = words.with_least_limit(reading.setup_of(FRAMEWORK, statement, fields))
        refined = sglang.refined(setup, statement) if by_sglang else vllm.refined(setup, statement)
        if refined is not None:
            yield refined


def _generates(tree: Tree) -> bool:
    """Whether a batch job writes text, and no embeddings, classes or scores."""
    task = tree.get("task_type")
    return task is None or task.value == "generate"


def runs_sglang(tree: Tree) -> bool:
    """Whether another server class than vLLM's is named, or arguments that only SGLang has."""
    server = trees.lookup(tree, "server_cls")
    named = "sglang" in str(trees.plain(server) if server is not None else "").lower()
    return named or trees.lookup(tree, "engine_kwargs.model_path") is not None


NF4 = (
    Snippet('engine_kwargs={"quantization": "bitsandbytes"}', "vLLM 0.28 and newer: also vllm-bnb-plugin."),
)
"""Its four bits always come with double quantisation."""


FRAMEWORK = Framework(
    name="ray-serve",
    title="Ray Serve LLM",
    anchors=(b"engine_kwargs", b"model_loading_config"),
    settings=VLLM,
    calls=(
        "ray.serve.llm.LLMConfig",
        "ray.serve.llm.*.LLMConfig",
        "ray.llm.*.LLMConfig",
        "ray.data.llm.vLLMEngineProcessorConfig",
        f"ray.data.llm.{SGLANG_BATCHES}",
    ),
    configs=("ray-serve-llm", "ray-serve"),
    read=read,
    snippets={
        Remedy.HALF_PRECISION: (
            Snippet(
                "engine_kwargs:\n  dtype: auto", "Leave out quantization and load_format.", form=Form.YAML
            ),
            Snippet('engine_kwargs={"dtype": "auto"}', "Leave out quantization and load_format."),
        ),
        Remedy.NF4: NF4,
        Remedy.NF4_DOUBLE_QUANT: NF4,
        Remedy.FP8: (
            *vllm.quantised_on_loading(
                "engine_kwargs:\n  quantization: FP8\n  kv_cache_dtype: fp8", form=Form.YAML
            ),
            *vllm.quantised_on_loading('engine_kwargs={"quantization": "FP8", "kv_cache_dtype": "fp8"}'),
        ),
        Remedy.COMPILE: (
            Snippet("engine_kwargs:\n  enforce_eager: false", form=Form.YAML),
            Snippet('engine_kwargs={"enforce_eager": False}'),
        ),
        Remedy.BATCHING: (
            Snippet(
                "engine_kwargs:\n  max_num_seqs: 16",
                "Or leave it out; raise max_ongoing_requests as well.",
                form=Form.YAML,
            ),
            Snippet(
                'engine_kwargs={"max_num_seqs": 16}', "Or leave it out; raise max_ongoing_requests as well."
            ),
        ),
        Remedy.ACCEPTING: (
            Snippet(
                "deployment_config:\n  max_ongoing_requests: 64",
                "A replica takes in that many at a time.",
                form=Form.YAML,
            ),
            Snippet(
                'deployment_config={"max_ongoing_requests": 64}',
                "A replica takes in that many at a time.",
            ),
        ),
        Remedy.FP8_KV_CACHE: (
            Snippet("engine_kwargs:\n  kv_cache_dtype: fp8", form=Form.YAML),
            Snippet('engine_kwargs={"kv_cache_dtype": "fp8"}'),
        ),
    },
)

"""Ray Serve LLM: `LLMConfig`, whose `engine_kwargs` are vLLM's engine arguments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ecolint.frameworks import reading, trees, vllm, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup
from ecolint.statements import Call, Config, Statement

SETTINGS: tuple[Setting, ...] = (
    Setting("model", keyword="model_loading_config.model_source"),
    Setting("model", keyword="model_loading_config.model_id", fallback=True),
    Setting("gpu", keyword="accelerator_type"),
    Setting(words.CONCURRENCY, keyword="deployment_config.max_ongoing_requests", convert=words.as_limit),
    *(
        replace(item, flags=(), variables=(), keyword=f"engine_kwargs.{item.keyword}")
        for item in vllm.ENGINE
        if item.field and item.keyword and item.field != "model"
    ),
)
TELLING = frozenset(("model_loading_config", "engine_kwargs"))


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """One setup for each LLM configuration, wherever in a Serve file it stands."""
    if isinstance(statement, Call):
        found = [statement.keywords]
    elif isinstance(statement, Config):
        found = [tree for tree in trees.mappings(statement.tree) if TELLING & trees.snaked(tree).keys()]
    else:
        return
    for tree in found:
        setup = reading.setup_of(FRAMEWORK, statement, reading.fields_of_tree(SETTINGS, tree))
        yield vllm.refined(words.with_least_limit(setup), statement)


FRAMEWORK = Framework(
    name="ray-serve",
    title="Ray Serve LLM",
    anchors=(b"engine_kwargs", b"model_loading_config"),
    settings=SETTINGS,
    calls=("ray.serve.llm.LLMConfig", "ray.serve.llm.*.LLMConfig", "ray.llm.*.LLMConfig"),
    configs=("ray-serve-llm", "ray-serve"),
    packages=("vllm", "bitsandbytes"),
    read=read,
    snippets={
        Remedy.HALF_PRECISION: (Snippet('engine_kwargs={"dtype": "auto"}', "Leave out quantization."),),
        Remedy.NF4: (
            Snippet(
                'engine_kwargs={"quantization": "bitsandbytes"}', "vLLM 0.28 and newer: also vllm-bnb-plugin."
            ),
        ),
        Remedy.FP8: (Snippet('engine_kwargs={"quantization": "fp8", "kv_cache_dtype": "fp8"}'),),
        Remedy.COMPILE: (Snippet('engine_kwargs={"enforce_eager": False}'),),
        Remedy.BATCHING: (
            Snippet(
                'engine_kwargs={"max_num_seqs": 16}', "Or leave it out; raise max_ongoing_requests as well."
            ),
        ),
        Remedy.FP8_KV_CACHE: (Snippet('engine_kwargs={"kv_cache_dtype": "fp8"}'),),
    },
)

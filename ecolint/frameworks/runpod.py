"""RunPod's vLLM worker: every engine argument as an environment variable."""

from __future__ import annotations

from ecolint.frameworks import forms, vllm, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup
from ecolint.records import replace
from ecolint.statements import Statement

SETTINGS: tuple[Setting, ...] = (
    Setting("model", variables=("MODEL_NAME", "MODEL")),
    Setting(words.CONCURRENCY, variables=("MAX_CONCURRENCY",), convert=words.as_limit),
    *(
        replace(item, flags=(), keyword="", variables=(item.keyword.upper(),))
        for item in vllm.ENGINE
        if item.field not in ("", "model") and item.keyword
    ),
)


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup:
    return vllm.refined(words.with_least_limit(setup), statement)


DEFAULT = "That is the default: it can be left out."
FRAMEWORK = Framework(
    name="runpod-vllm",
    title="RunPod vLLM worker",
    anchors=(b"worker-vllm", b"worker-v1-vllm"),
    settings=SETTINGS,
    images=(
        "runpod/worker-vllm*",
        "runpod/worker-v1-vllm*",
        "runpod/serverless-vllm*",
        "worker-v1-vllm*",
        "worker-vllm*",
    ),
    refine=refined,
    snippets={
        Remedy.HALF_PRECISION: (Snippet("DTYPE=auto", "Leave out QUANTIZATION and LOAD_FORMAT."),),
        Remedy.FP8: vllm.quantised_on_loading("QUANTIZATION=FP8\nKV_CACHE_DTYPE=fp8"),
        Remedy.COMPILE: (Snippet("ENFORCE_EAGER=false"),),
        Remedy.BATCHING: (
            *forms.variable("MAX_NUM_SEQS", 256, DEFAULT),
            Snippet("MAX_NUM_SEQS=256", DEFAULT),
        ),
        Remedy.ACCEPTING: (
            *forms.variable("MAX_CONCURRENCY", 30, DEFAULT),
            Snippet("MAX_CONCURRENCY=30", DEFAULT),
        ),
        Remedy.FP8_KV_CACHE: (Snippet("KV_CACHE_DTYPE=fp8"),),
    },
)

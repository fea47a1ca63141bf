"""BentoML services and OpenLLM, as far as they limit how many requests run together."""

from __future__ import annotations

from fnmatch import fnmatchcase

from ecolint.frameworks import words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup
from ecolint.statements import Call, Statement

LANGUAGE_MODELS = (
    "transformers.AutoModelForCausalLM*",
    "transformers.*ForCausalLM*",
    "vllm.*",
    "llama_cpp.*",
)
"""Callees in the same file that show that a service generates text."""


def refined(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """Only services of language models are judged."""
    if not isinstance(statement, Call) or not setup.batch_limit.is_set:
        return None
    shown = any(fnmatchcase(name, pattern) for name in statement.nearby for pattern in LANGUAGE_MODELS)
    return setup if shown else None


BENTOML = Framework(
    name="bentoml",
    title="BentoML",
    anchors=(b"bentoml",),
    settings=(Setting("batch_limit", keyword="traffic.concurrency", convert=words.as_limit),),
    calls=("bentoml.service",),
    refine=refined,
    snippets={
        Remedy.BATCHING: (
            Snippet(
                '@bentoml.service(traffic={"concurrency": 32})',
                "With an engine that batches, or batchable=True.",
            ),
        ),
    },
)
OPENLLM = Framework(
    name="openllm",
    title="OpenLLM",
    anchors=(b"openllm",),
    settings=(words.unread("--port --timeout --backend"),),
    programs=("openllm serve", "openllm start"),
    model_positional=True,
)
FRAMEWORKS = (BENTOML, OPENLLM)

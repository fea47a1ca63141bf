"""Triton Inference Server: `config.pbtxt` of a model that is shown to be a language model."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ecolint.frameworks import trees, vllm, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.frameworks.reading import fields_of_tree, setup_of
from ecolint.inference import InferenceSetup
from ecolint.statements import Config, Statement

GENERATIVE_BACKENDS = frozenset(("tensorrtllm",))
"""Backends that only generate text and whose limit is `max_batch_size`; engines with a batch of their own, such as
vLLM in `vllm` or `python`, are right to say 0 or 1."""
BATCHING, STATIC = "gpt_model_type", "v1"
LIMIT = Setting("batch_limit", keyword="max_batch_size", convert=words.as_limit)


def read(statement: Statement) -> Iterable[InferenceSetup]:
    """The setup of a model's configuration, or of the engine arguments of the vLLM backend."""
    if not isinstance(statement, Config):
        return
    if statement.kind == "triton-vllm":
        engine = vllm.served(
            setup_of(vllm.FRAMEWORK, statement, fields_of_tree((*vllm.ENGINE, *vllm.OWN), statement.tree)),
            statement,
        )
        yield from (engine,) if engine is not None else ()
        return
    backend = text(statement, "backend") or text(statement, "platform")
    if backend in GENERATIVE_BACKENDS and not decouples(statement) and not batches_in_flight(statement):
        yield setup_of(FRAMEWORK, statement, fields_of_tree((LIMIT,), statement.tree))


def text(config: Config, path: str) -> str:
    """Lower-case text under a path; empty where there is none."""
    found = trees.lookup(config.tree, path)
    return found.value.strip().lower() if found is not None and isinstance(found.value, str) else ""


def batches_in_flight(config: Config) -> bool:
    """Whether the engine makes its own batches, in which more requests may run than Triton hands over at a time."""
    written = trees.lookup(config.tree, "parameters")
    found = written.value if written is not None and isinstance(written.value, tuple) else (written,)
    for item in found:
        named = trees.plain(item)
        if isinstance(named, dict) and named.get("key") == BATCHING:
            value = named.get("value")
            return not isinstance(value, dict) or str(value.get("string_value")).lower() != STATIC
    return False


def decouples(config: Config) -> bool:
    """Whether answers are streamed apart from requests, which engines with a batch of their own do."""
    found = trees.lookup(config.tree, "model_transaction_policy.decoupled")
    return found is not None and str(found.value).lower() in ("true", "1", "t")


BATCHED = {"max_batch_size": 8}
FRAMEWORK = Framework(
    name="triton",
    title="Triton Inference Server",
    anchors=(b"tensorrtllm",),
    settings=(LIMIT,),
    configs=("triton-config", "triton-vllm"),
    read=read,
    snippets={
        Remedy.BATCHING: (
            Snippet(
                "\n".join(f"{key}: {json.dumps(value)}" for key, value in BATCHED.items())
                + "\ndynamic_batching { }",
                "For TensorRT-LLM the engine must be built for as many sequences.",
            ),
        ),
    },
)

"""Platforms that hand a server no more requests at once than they are told to, so that it has nothing to batch."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.frameworks import forms, words
from ecolint.frameworks.base import Framework, Remedy, Setting, Snippet
from ecolint.inference import InferenceSetup
from ecolint.records import replace
from ecolint.statements import CONCURRENCY_KEYS, CommandLine, Statement

BATCHING = frozenset(("kserve", "lmdeploy", "lorax", "sglang", "tensorrt-llm", "tgi", "vllm"))
"""Servers that run several requests together where they are handed several."""
USUAL = 16
FLAG = "--concurrency"


def unnamed(setup: InferenceSetup, statement: Statement) -> InferenceSetup | None:
    """A deployment by itself says nothing of the server in it."""
    return None


FRAMEWORK = Framework(
    name="serverless",
    title="Knative, Cloud Run and Azure ML",
    anchors=(b"gcloud run deploy",),
    telling_lines=(FLAG.encode(),),
    telling_keys=tuple(key.encode() for key in CONCURRENCY_KEYS),
    programs=("gcloud run deploy",),
    refine=unnamed,
    settings=(
        Setting("batch_limit", (FLAG,), convert=words.as_limit),
        *(Setting("batch_limit", keyword=key, convert=words.as_limit) for key in CONCURRENCY_KEYS),
    ),
    snippets={
        Remedy.BATCHING: (
            *(
                replace(snippet, load=key)
                for key in CONCURRENCY_KEYS
                for snippet in (*forms.keyed(key, USUAL), Snippet(f"{key}={USUAL}"))
            ),
            Snippet(f"gcloud run deploy <service> {FLAG} {USUAL}"),
        ),
    },
)


def limited(setup: InferenceSetup, line: CommandLine) -> Iterator[InferenceSetup]:
    """What the platform lets through to the server that a line starts, as a setup of its own."""
    limit = line.concurrency
    if setup.framework in BATCHING and limit.is_set and limit.value != 0:
        yield InferenceSetup(
            FRAMEWORK.name,
            limit.span or setup.span,
            model=setup.model,
            batch_limit=replace(limit, origin=""),
            gpu=setup.gpu,
            gpu_count=setup.gpu_count,
            when=setup.when,
            load=limit.origin,
        )

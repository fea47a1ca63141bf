"""One request at a time.

## What it does
Finds servers that are told to run one sequence at a time, or are handed one request at a time by Knative, KServe,
Cloud Run or Azure ML, loops that generate for one prompt after the other over a collection, and collections that a
pipeline of transformers takes item by item, as it does without a `batch_size`. `map` and `apply` are loops, and so is
a loader of torch with a batch size of 1. Calls that are awaited, or collected to be awaited, are not judged: how many
of them run at a time is not told by the code. Nor are loops that ask one model after the other, that wait for
requests as they come, that need each answer for the next prompt, that keep several beams, that ask each in a way of its
own, or that take the time or energy of single requests. Where a file gives one model three limits or more, as
measurements do, the single one is a note.

## Why it costs energy
Decoding reads all weights for every step. A batch shares that reading; a single request pays it alone while most
of the GPU idles.

## Evidence
On A800 with Mistral-7B, INT8 with threshold 0, energy per request falls by 84 % from batch 1 to 8 and by 95.7 % from
batch 1 to 64; seen as an overhead, batch 1 costs +523 % over batch 8. The published "+95.7% per request" is that
reduction. These are full static batches; with requests that arrive at random the gain is smaller.

## Example
```bash
vllm serve Qwen/Qwen2.5-7B-Instruct --max-num-seqs 1
```
```python
for prompt in prompts:
    model.generate(**tokenizer(prompt, return_tensors="pt").to("cuda"))
```

## Use instead
```bash
vllm serve Qwen/Qwen2.5-7B-Instruct
```
```python
for batch in batched(prompts, 16):
    model.generate(**tokenizer(batch, padding=True, return_tensors="pt").to("cuda"))
```

## Fix safety
Unsafe for servers: more sequences need more cache memory, and a single request may take longer. Loops are advice
only.

## When to ignore
When one user at a time is all there is, when latency is all that counts, or when memory holds a single sequence.

## Sources
zenodo.org/records/18900289; `ecolint evidence --gpu A800 --precision int8_pure`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from ecolint import edits, evidence
from ecolint.edits.changes import Changes
from ecolint.evidence import Match, Measured
from ecolint.finding import Applicability, Level, Overhead
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup, Located
from ecolint.records import replace
from ecolint.rules.assessment import Subject
from ecolint.rules.base import Basis, Doubt, Rule, Verdict
from ecolint.rules.remedies import fix_with, snippet_for

RULE = Rule("ECO004", "single-request-batch", Level.WARNING, Basis.MEASURED, pattern="batch-size-1")
COMPARED = 8
BASIS: Mapping[int, Literal["direct", "architecture", "cross"]] = {3: "direct", 2: "architecture", 1: "cross"}
BATCHES_BY_DEFAULT = frozenset(
    (
        "kserve",
        "llamacpp",
        "lmdeploy",
        "ray-serve",
        "runpod-vllm",
        "sglang",
        "tensorrt-llm",
        "tgi",
        "vllm",
    )
)
"""Servers that run several requests together where their limit is left out."""
USUAL_LIMIT = 16
"""Limit that is written where one must stand."""
LIMIT_INSTEAD: Mapping[str, int] = {"ollama": 4, "serverless": USUAL_LIMIT}
DIVIDES_CONTEXT = frozenset(("llamacpp",))
"""Servers that divide the context among as many requests as are written, and not where that is left to them."""
LARGEST_DEFAULT = 1024
"""Most requests that a server runs together by itself; it does not start where other settings leave room for fewer."""
FIXED_SHAPES = frozenset(("neuron", "tpu"))
"""Hardware for which a model is compiled with its batch size."""
NEVER_MEASURED = frozenset(("ollama", "llamacpp"))


def check(setup: InferenceSetup) -> Iterator[Verdict | Doubt]:
    if setup.batch_limit.is_dynamic:
        yield Doubt(setup.batch_limit.span or setup.span, "the number of sequences is only known at run time")
    elif setup.batch_limit.is_(1) and Subject(setup).gpu_text not in FIXED_SHAPES:
        yield _verdict(setup, setup.batch_limit, loop=False)
    for place in (setup.request_loop, *setup.further_loops):
        if place.is_(True):
            yield _verdict(setup, place, loop=True)


def _verdict(setup: InferenceSetup, place: Located[Any], *, loop: bool) -> Verdict:
    subject = Subject(setup)
    unmeasured = subject.is_foreign or setup.framework in NEVER_MEASURED
    sweep = evidence.batch_sweep()
    largest = sweep.sizes[-1]
    what = "One request is generated at a time in a loop" if loop else "Only one request runs at a time"
    conditions = (
        f"A800, Mistral-7B, INT8 threshold 0, full static batches: batch 1 costs {sweep.overhead_pct(COMPARED):+.0f} % "
        f"over batch {COMPARED}; the published claim {evidence.antipattern(RULE.pattern).claim!r} is the reduction "
        f"to batch {largest}."
    )
    return Verdict(
        span=place.span or setup.span,
        message=f"{what}: measured energy per request falls by {-sweep.reduction_pct(COMPARED):.0f} % from batch 1 to "
        f"{COMPARED} and by up to {-sweep.reduction_pct(largest):.1f} % to batch {largest}.",
        fields=(place,),
        level=Level.NOTE if unmeasured else None,
        overhead=Overhead(
            evidence.antipattern(RULE.pattern).claim,
            sweep.overhead_pct(COMPARED),
            sweep.overhead_pct(largest),
            None,
            relative_to=f"batch {COMPARED} to {largest}",
        ),
        match=_sweep_match(subject),
        details=(
            *([f"The loop: {place.origin}."] if loop and place.origin else []),
            conditions,
            *(["This server or hardware was not measured."] if unmeasured else []),
        ),
        fix=fix_with(
            setup,
            Remedy.ONE_CALL if loop else _batching(setup),
            "Generate for several prompts in one call" if loop else "Let several requests run together",
            Applicability.DISPLAY if loop else Applicability.UNSAFE,
            "" if loop else "Needs more cache memory; a single request may take longer.",
            () if loop else _without_limit(setup),
        ),
        questions=() if subject.gpu_text else subject.questions()[:1],
    )


def _batching(setup: InferenceSetup) -> Remedy:
    """To let in more requests where that is what is limited, and has a way of its own; else to run more."""
    accepting = setup.accepted.is_(1) and snippet_for(setup, Remedy.ACCEPTING) is not None
    return Remedy.ACCEPTING if accepting else Remedy.BATCHING


def _without_limit(setup: InferenceSetup) -> Changes:
    """The limit left out, or set to the server's usual one where its default is a single request, or one must stand."""
    limit, room = setup.batch_limit, setup.batch_room
    if setup.framework in LIMIT_INSTEAD:
        return edits.set_value(limit, LIMIT_INSTEAD[setup.framework])
    if setup.framework not in BATCHES_BY_DEFAULT or room.is_dynamic:
        return ()
    usual = None if setup.framework in DIVIDES_CONTEXT else USUAL_LIMIT
    if room.value is None or room.value >= LARGEST_DEFAULT:
        return edits.remove(limit, instead=usual)
    return edits.set_value(limit, min(USUAL_LIMIT, room.value)) if room.value > 1 else ()


def _sweep_match(subject: Subject) -> Match:
    """The rows of the sweep that the message compares, with the stars that this card and model deserve."""
    found = subject.match(Measured.INT8_PURE)
    sweep = {row.batch_size: row for row in evidence.batch_sweep().rows if row.batch_size is not None}
    row = sweep[1]
    same_card = subject.gpu is not None and evidence.same_gpu(row.gpu, subject.gpu.name)
    same_architecture = subject.architecture == row.architecture
    same_model = subject.model_name is not None and evidence.same_model(row.model, subject.model_name)
    stars = 3 if same_card and same_model else 2 if same_card or same_architecture else 1
    confidence = evidence.Confidence(stars)
    if subject.stack_newer is not None:
        confidence = confidence.step_down(f"{evidence.boundaries()['stack_newer']} {subject.stack_newer}")
    return replace(
        found,
        direct=(),
        quoted=(row, sweep[COMPARED], sweep[evidence.batch_sweep().sizes[-1]]),
        contrast=(),
        basis=BASIS[stars],
        confidence=confidence,
        expected_pct=None,
        low_pct=None,
        high_pct=None,
        band=found.band if BASIS[stars] == "architecture" else None,
        notes=(),
    )

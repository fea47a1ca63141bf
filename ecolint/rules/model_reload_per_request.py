"""A model that is loaded anew for every request.

## What it does
Finds models that are loaded inside a request handler or a loop over requests, without a cache around the load.
Off unless selected.

## Why it costs energy
Loading reads all weights from disk and moves them to the GPU, for seconds or minutes, before the first token.

## Evidence
Not measured. Source: engineering convention, not measured.

## Example
```python
@app.post("/generate")
def generate(prompt: str):
    pipe = pipeline("text-generation", model="mistralai/Mistral-7B-Instruct-v0.3")
    return pipe(prompt)
```

## Use instead
```python
pipe = pipeline("text-generation", model="mistralai/Mistral-7B-Instruct-v0.3")


@app.post("/generate")
def generate(prompt: str):
    return pipe(prompt)
```

## Fix safety
Advice only.

## When to ignore
When the handler is there to switch models.

## Sources
EcoCompute skill, supplementary suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecolint import evidence
from ecolint.finding import Applicability, Level
from ecolint.frameworks.base import Remedy
from ecolint.inference import InferenceSetup
from ecolint.rules.base import Basis, Rule, Verdict
from ecolint.rules.remedies import fix_with

RULE = Rule(
    "ECO103",
    "model-reload-per-request",
    Level.NOTE,
    Basis.CONVENTION,
    pattern="reload-per-request",
    default=False,
)


def check(setup: InferenceSetup) -> Iterator[Verdict]:
    if not setup.reload.is_known or not setup.reload.value:
        return
    yield Verdict(
        span=setup.reload.span or setup.span,
        message=f"The model is loaded anew each time ({setup.reload.value}): initialisation for every request.",
        fields=(setup.reload,),
        fix=fix_with(
            setup, Remedy.PERSISTENT_WORKER, "Load once, outside the handler", Applicability.DISPLAY
        ),
        source_note=evidence.CONVENTION,
    )

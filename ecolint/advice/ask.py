"""What a person asks for, as far as it was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ecolint.advice.precisions import Spoken
from ecolint.evidence import Gpu
from ecolint.inference import Stack
from ecolint.settings.keys import Cost

DEFAULT_FRAMEWORK = "transformers"
OTHER_FRAMEWORK = "other"


class Objective(str, Enum):
    """What an answer makes small or large."""

    ENERGY = "energy"
    THROUGHPUT = "throughput"
    MEMORY = "memory"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that an option must keep: GB of one card, milliseconds a request, money a month, percent more
    perplexity than FP16."""

    vram_gb: float | None = None
    latency_ms: float | None = None
    cost: float | None = None
    perplexity_pct: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Inputs of every protocol; None is what was not said.

    `gpu_text` is the name as given where no card is known by it (an `amd` from a file). `params_b` is in
    billions. `framework` names a vocabulary, or is `other`. `notes` and `questions` come with a setup that was
    read from a file.
    """

    gpu: Gpu | None = None
    gpu_text: str = ""
    gpu_count: int | None = None
    model: str | None = None
    params_b: float | None = None
    precision: Spoken | None = None
    batch_size: int | None = None
    framework: str | None = None
    objective: Objective | None = None
    limits: Limits = Limits()
    cost: Cost = Cost()
    stack: Stack = field(default_factory=dict, hash=False)
    fine_tuned: bool = False
    supplementary: bool = False
    source: str = ""
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

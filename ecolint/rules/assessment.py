"""What the evidence says of a setup, in the form that several rules need."""

from __future__ import annotations

from functools import cached_property

from ecolint import evidence
from ecolint.evidence import Gpu, Match, Measured, ModelSize
from ecolint.finding import Overhead
from ecolint.inference import InferenceSetup, Precision, Use
from ecolint.records import dataclass, replace
from ecolint.rules.base import Question

NF4 = frozenset((Measured.NF4, Measured.NF4_DQ))
OTHER_TYPE = "the rows are of NF4, not of FP4"
FP4_ROWS = "FP4, the default type of bitsandbytes' 4-bit weights, was not measured: the rows are of NF4."


def rows_of_other_type(setup: InferenceSetup) -> tuple[str, ...]:
    """What is to be said where rows of NF4 stand for another 4-bit type."""
    return (FP4_ROWS,) if setup.precision.is_(Precision.FP4) else ()


@dataclass(frozen=True)
class Subject:
    """A setup with its model, size and card resolved against the evidence."""

    setup: InferenceSetup

    @cached_property
    def model_name(self) -> str | None:
        model = self.setup.model
        return model.value if model.is_known and model.value else None

    @property
    def short_name(self) -> str:
        """The name without folders; empty where it is not known."""
        return evidence.short_name(self.model_name) if self.model_name else ""

    @cached_property
    def model(self) -> ModelSize | None:
        return evidence.resolve_model(self.model_name) if self.model_name else None

    @cached_property
    def params_b(self) -> float | None:
        """Total parameters in billions: stated, or of the named model."""
        if self.setup.params_b.is_known:
            return self.setup.params_b.value
        return self.model.total_b if self.model else None

    @property
    def is_nominal(self) -> bool:
        """Whether the size is a label in the model's name, which need not be its count."""
        return not self.setup.params_b.is_known and self.model is not None and self.model.nominal

    @cached_property
    def gpu_text(self) -> str | None:
        gpu = self.setup.gpu
        return gpu.value if gpu.is_known and gpu.value else None

    @cached_property
    def gpu(self) -> Gpu | None:
        """The card, where it is one that the evidence knows; an instance type stands for its card."""
        return evidence.card_of(self.gpu_text) if self.gpu_text else None

    @cached_property
    def is_foreign(self) -> bool:
        """Whether the hardware is known to be none of NVIDIA's."""
        if self.gpu is not None:
            return not self.gpu.is_nvidia
        return (self.gpu_text or "").lower() in evidence.NOT_NVIDIA

    @property
    def is_inference(self) -> bool:
        """Whether the model answers here, as it did where it was measured."""
        return self.setup.context.use not in (Use.TRAINING, Use.CONVERSION)

    @cached_property
    def architecture(self) -> str | None:
        """The measured architecture that the card belongs to or is nearest to."""
        return evidence.measured_architecture(self.gpu)[0] if self.gpu else None

    @cached_property
    def stack_newer(self) -> str | None:
        """Which requirements admit versions newer than the measured ones; None where none is known to."""
        from ecolint.evidence.tables import table
        from ecolint.stack import NEWEST, at_least

        reasons = []
        for limit in table("drift"):
            pinned = self.setup.stack.get(limit["package"])
            if pinned is not None and at_least(pinned.version, limit["newer_from"]):
                how = "does not bound it" if pinned.version == NEWEST else "admits it"
                reasons.append(f"{pinned.text!r} in {pinned.path} {how}")
        return "; ".join(reasons) or None

    @cached_property
    def is_multi_gpu(self) -> bool:
        setup = self.setup
        counts = (setup.tensor_parallel, setup.pipeline_parallel)
        return any(count.is_known and (count.value or 1) > 1 for count in counts)

    def match(self, precision: Measured) -> Match:
        """Rows about this setup at a measured precision; where they are of another type, a star less."""
        batch = self.setup.batch
        found = evidence.lookup(
            evidence.Query(
                precision,
                gpu=self.gpu,
                foreign=self.is_foreign,
                model=self.model_name,
                params_b=self.setup.params_b.value if self.setup.params_b.is_known else None,
                batch_size=batch.value if batch.is_known and batch.value and batch.value <= 64 else None,
                stack_newer=self.stack_newer,
                multi_gpu=self.is_multi_gpu,
                fine_tuned=self.setup.lora.is_(True),
            )
        )
        if precision in NF4 and self.setup.precision.is_(Precision.FP4):
            return replace(found, confidence=found.confidence.step_down(OTHER_TYPE))
        return found

    def describe(self) -> str:
        """`Mistral-7B on RTX 4090D`, as far as it is known."""
        name = self.short_name or "this model"
        several = evidence.variants(self.gpu_text) if self.gpu_text else None
        card = several or self.gpu
        where = f" on {card.name if card else self.gpu_text}" if self.gpu_text else ""
        return f"{name}{where}"

    def questions(self) -> tuple[Question, ...]:
        """What would make the answer surer."""
        asked = []
        if not self.gpu_text:
            asked.append(Question("Name the GPU", ("--gpu or `gpu` in the settings",), ("gpu=…",)))
        elif self.gpu is None and not self.is_foreign:
            known = "`ecolint evidence --gpus` lists the known ones"
            asked.append(Question(f"GPU {self.gpu_text!r} is not known", (known,)))
        if self.params_b is None:
            of_name = ("`params` in the settings",) if self.model_name else ()
            asked.append(Question("Tell the model's size", of_name, ("model=…", "params=7")))
        return tuple(asked)


def overhead_of(pattern: str, match: Match) -> Overhead:
    """The published claim of a pattern with the figure of the quoted rows."""
    claim = evidence.antipattern(pattern)
    expected = match.expected_pct if match.basis != "cross" else None
    return Overhead(claim.claim, claim.low_pct, claim.high_pct, expected)


def signed(value: float) -> str:
    """A change in percent with its sign: `+30.7 %`."""
    return f"{value:+.1f} %".replace("+0.0", "0.0").replace("-0.0", "0.0")


def span_text(low: float, high: float) -> str:
    """A range of changes: `+13.6 to +17.9 %`."""
    return signed(low) if low == high else f"{low:+.1f} to {high:+.1f} %"


def percent(low: float, high: float) -> str:
    """A range of amounts without sign: `27.0 to 42.1 %`."""
    return f"{low:.1f} to {high:.1f} %"

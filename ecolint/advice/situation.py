"""A question with everything settled that it left open, each default said aloud as the seed asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ecolint import evidence
from ecolint.advice.ask import DEFAULT_FRAMEWORK, OTHER_FRAMEWORK, Ask, Objective
from ecolint.advice.memory import Memory, estimate
from ecolint.advice.precisions import ANALOGS, GGUF_ANALOG, TITLES, Spoken, of_measured, stored_as
from ecolint.evidence import Confidence, Gpu, Kind, Match, Measured, ModelSize, Query, Row
from ecolint.evidence.nearness import NEAR, Sized, candidates, comparable_size, distance, of_query
from ecolint.records import dataclass

CROSSOVERS: Mapping[Measured, Kind] = {
    Measured.NF4: "nf4",
    Measured.NF4_DQ: "nf4",
    Measured.INT8_PURE: "int8",
}
ORDER_OF_MAGNITUDE = "1B / 3B / 7B / 13B / 30B+"
CROSS = "cross-architecture inference"
OBJECTIVE_SENTENCE = (
    "Optimizing energy per request; switching to throughput- or cost-priority changes the ranking."
)
FRAMEWORK_SENTENCE = "Framework not given: the configuration is for transformers + bitsandbytes."


@dataclass(frozen=True)
class Situation:
    """An `Ask` with its defaults. Sizes in billions of parameters, memory in GB."""

    ask: Ask

    @cached_property
    def gpu(self) -> Gpu | None:
        return self.ask.gpu

    @cached_property
    def model(self) -> ModelSize | None:
        return evidence.resolve_model(self.ask.model) if self.ask.model else None

    @cached_property
    def sized(self) -> Sized:
        return of_query(self.ask.model, self.ask.params_b)

    @property
    def params_b(self) -> float | None:
        return self.sized.total_b

    @property
    def spoken(self) -> Spoken:
        """The current precision; FP16 where it was not said and the model's name does not tell."""
        return self.ask.precision or self.stored or of_measured(Measured.FP16)

    @cached_property
    def stored(self) -> Spoken | None:
        """The precision in which the model's name says that its weights are stored."""
        return stored_as(self.ask.model) if self.ask.model else None

    @property
    def precision(self) -> Measured:
        return self.spoken.measured

    @property
    def batch_size(self) -> int:
        return self.ask.batch_size or 1

    @property
    def framework(self) -> str:
        return self.ask.framework or DEFAULT_FRAMEWORK

    @cached_property
    def is_gguf(self) -> bool:
        """Whether the framework serves GGUF files only."""
        from ecolint.frameworks.registry import framework as find

        try:
            return find(self.framework).gguf
        except KeyError:
            return False

    @property
    def objective(self) -> Objective:
        return self.ask.objective or Objective.ENERGY

    @cached_property
    def is_foreign(self) -> bool:
        """Whether the hardware is known to be none of NVIDIA's."""
        return (self.gpu is not None and not self.gpu.is_nvidia) or (
            self.gpu is None and bool(self.ask.gpu_text)
        )

    @cached_property
    def architecture(self) -> str | None:
        return evidence.measured_architecture(self.gpu)[0] if self.gpu else None

    @cached_property
    def platform(self) -> Gpu | None:
        """The measured card that stands in where the own one is not known or has no measured relative."""
        return closest_platform(self.sized) if self.architecture is None else None

    @cached_property
    def stack_newer(self) -> str | None:
        return evidence.version_drift({name: pinned.version for name, pinned in self.ask.stack.items()})

    @property
    def is_multi_gpu(self) -> bool:
        return (self.ask.gpu_count or 1) > 1

    @cached_property
    def vram_gb(self) -> float | None:
        """Memory that the model may take: as stated, else of the card, times the number of cards."""
        each = self.ask.limits.vram_gb or (self.gpu.vram_gb if self.gpu else None)
        return None if each is None else each * (self.ask.gpu_count or 1)

    @property
    def name(self) -> str:
        """`RTX 4090D + Qwen2-7B`, as far as it is known."""
        gpu = card_name(self.gpu) if self.gpu else self.ask.gpu_text or "GPU not given"
        if self.ask.model:
            model = self.ask.model.rstrip("/").rpartition("/")[2]
        else:
            model = f"{self.params_b:g} B model" if self.params_b else "model not given"
        return f"{gpu} + {model}"

    def match(self, precision: Measured) -> Match:
        """What the evidence says of the question itself; its stars are never exceeded."""
        return self._lookup(precision, self.gpu)

    def rows_for(self, precision: Measured) -> Match:
        """The rows to quote: of the own card, or of the platform that stands in."""
        return self._lookup(precision, self.platform or self.gpu)

    def _lookup(self, precision: Measured, gpu: Gpu | None) -> Match:
        return evidence.lookup(
            Query(
                precision,
                gpu=gpu,
                foreign=self.is_foreign,
                model=self.ask.model,
                params_b=self.ask.params_b,
                batch_size=self.batch_size,
                stack_newer=self.stack_newer,
                multi_gpu=self.is_multi_gpu,
                fine_tuned=self.ask.fine_tuned,
            )
        )

    def has_batch(self, row: Row) -> bool:
        """Whether a row speaks of the batch size in question; where it states none, it may."""
        return row.batch_size in (self.batch_size, None)

    def other_size(self, row: Row) -> str:
        """`measured at 7 B, not 1.54 B` where a row is of another size, else empty."""
        if self.params_b is None or distance(row, self.sized) <= NEAR:
            return ""
        return f"measured at {row.params_b:g} B, not {self.params_b:g} B"

    def other_batch(self, *found: Row) -> str:
        """`measured at batch 1, not 8` where no row is of the batch size in question, else empty."""
        if not found or any(self.has_batch(row) for row in found):
            return ""
        return f"measured at batch {found[0].batch_size}, not {self.batch_size}"

    def confidence(self, precision: Measured) -> Confidence:
        """Stars of the lookup, one less where only another batch size was measured; one at most for what the
        measured precision only stands for."""
        match = self.match(precision)
        found = match.confidence
        if apart := self.other_batch(*match.quoted):
            found = found.step_down(f"{TITLES[precision]} {apart}")
        above = self.crossover_above(precision)
        if above is not None and all(comparable_size(row, self.sized) >= above for row in match.quoted):
            found = found.step_down("no row of this architecture below the crossover")
        if analog := self.analog_of(precision):
            while found.stars > 1:
                found = found.step_down(analog)
        return found

    def crossover_above(self, precision: Measured) -> float | None:
        """The published crossover of the architecture, in billions of parameters, where the model lies below it."""
        kind = CROSSOVERS.get(precision)
        if kind is None or self.architecture is None or self.params_b is None:
            return None
        value = evidence.crossover(self.architecture, kind).value_b
        return value if value is not None and self.params_b < value else None

    def analog_of(self, precision: Measured) -> str:
        """Why a measured precision only stands for what would run; empty where it is the same."""
        spoken = self.spoken
        if precision is spoken.measured and spoken.stand_in in ANALOGS:
            return spoken.stand_in
        return GGUF_ANALOG if self.is_gguf else ""

    def memory(self, precision: Measured) -> Memory | None:
        """None where the size is not known."""
        if self.params_b is None:
            return None
        return estimate(self.params_b, precision, self.ask.model, self.batch_size)

    def fits(self, precision: Measured) -> bool | None:
        """Whether a precision fits the memory there is; None where either is not known."""
        memory = self.memory(precision)
        if memory is None or self.vram_gb is None:
            return None
        return memory.needed_gb <= self.vram_gb

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """What was not said and is assumed, in the seed's words where it has some, and what stands in."""
        ask, said = self.ask, list(self.ask.notes)
        if self.platform is not None:
            what = "No measurement stands for this hardware" if ask.gpu_text or self.gpu else "GPU not given"
            nearest = "closest measured platform by parameter scale"
            said.append(f"{what}: {card_name(self.platform)} is the {nearest}; every figure is {CROSS}.")
        elif self.gpu is not None and not self.gpu.in_measured_set:
            why = evidence.measured_architecture(self.gpu)[1]
            band = evidence.claims()["unmeasured_gpu_band"].text
            unmeasured = f"{self.gpu.name} is not in the measured set"
            said.append(f"{unmeasured}: rows of the nearest architecture, {band} each. {why}".strip())
        if self.model is not None and ask.params_b is None and self.model.total_b is not None:
            said.append(self._size_words(self.model))
        if ask.precision is None and self.stored is not None:
            said.append(f"{ask.model} is stored in {self.stored.name}, as its name says.")
        elif ask.precision is None:
            said.append(evidence.ASSUMED_FP16)
        if self.spoken.stand_in:
            said.append(self.spoken.stand_in)
        if self.is_gguf:
            said.append(GGUF_ANALOG)
        if ask.batch_size is None:
            said.append(evidence.ASSUMED_BATCH_1)
        if ask.objective is None:
            said.append(OBJECTIVE_SENTENCE)
        if ask.framework is None:
            said.append(FRAMEWORK_SENTENCE)
        return tuple(said)

    def _size_words(self, model: ModelSize) -> str:
        size = f"{model.name}: {model.total_b:g} B parameters"
        if model.active_b is not None:
            size += f", {model.active_b:g} B of them active; all are loaded, so the total is compared"
        elif model.seed_b is not None and model.seed_b != model.total_b:
            size += f" (nominal {model.seed_b:g} B)"
        return f"{size}."

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """One question for every input that is missing."""
        ask, asked = self.ask, list(self.ask.questions)
        if self.gpu is None and not ask.gpu_text:
            asked.append("Which GPU does it run on? (--gpu)")
        if self.params_b is None and ask.model:
            asked.append(
                f"How many parameters has {ask.model}? An order of magnitude will do: {ORDER_OF_MAGNITUDE}. (--params)"
            )
        elif self.params_b is None:
            asked.append(
                f"Which model, or which order of magnitude: {ORDER_OF_MAGNITUDE}? (--model, --params)"
            )
        if (self.model is None or self.model.basis == "name") and (
            near := evidence.suggest_model(ask.model or "")
        ):
            asked.append(
                f"{ask.model} is not in the table of models; is {' or '.join(near)} meant? (--model)"
            )
        if ask.precision is None and self.stored is None:
            asked.append("Which precision runs now: FP16, BF16, INT8, NF4 or FP8? (--precision)")
        if ask.batch_size is None:
            asked.append("How many requests run together? (--batch-size)")
        if ask.objective is None and ask.limits.latency_ms is None and ask.limits.cost is None:
            asked.append("Is there a latency or cost ceiling? (--max-latency-ms, --max-cost, --objective)")
        if ask.framework is None:
            asked.append("Which framework serves it? (--framework)")
        if not {"bitsandbytes", "transformers"} & set(ask.stack) and self.framework in (
            DEFAULT_FRAMEWORK,
            OTHER_FRAMEWORK,
        ):
            asked.append(
                "Which versions run? bitsandbytes 0.48 or transformers 4.55 and newer lower the confidence. "
                "(--bitsandbytes, --transformers)"
            )
        return tuple(asked)


def card_name(gpu: Gpu) -> str:
    """A card as the rows name it where it was measured, else its own name."""
    measured = (name for name in dict.fromkeys(row.gpu for row in evidence.rows()))
    return next((name for name in measured if gpu.in_measured_set and evidence.same_gpu(name, gpu)), gpu.name)


def closest_platform(sized: Sized) -> Gpu | None:
    """The measured card with a sound row nearest in size; among equals one that the seed names, with most rows."""
    sound = [row for row in candidates(Measured.NF4) if row.batch_size == 1 and row.quality == "ok"]
    counts: dict[str, int] = {}
    for row in evidence.rows():
        counts[row.gpu] = counts.get(row.gpu, 0) + evidence.usable(row)
    cards = {row.gpu: evidence.resolve_gpu(row.gpu) for row in sound}

    def rank(name: str) -> tuple[float, bool, int]:
        nearest = min(distance(row, sized) for row in sound if row.gpu == name)
        card = cards[name]
        return nearest, card is None or card.measured_by != "seed", -counts[name]

    return cards[min(cards, key=rank)] if cards else None

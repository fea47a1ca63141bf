"""What the seed document (EcoCompute SKILL.md v3.0.8) states, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ecolint import FOOTER as FOOTER
from ecolint.evidence.tables import number, table
from ecolint.records import dataclass

DATASET_TAG = "dataset: zenodo.org/records/18900289 · 2025-Q1"
ASSUMED_FP16 = "Assuming FP16; revise if your current stack is BF16/INT8/NF4/FP8"
ASSUMED_BATCH_1 = "Conservative single-request assumption; energy/req drops 30 – 60% under dynamic batching."
CONVENTION = "Source: engineering convention, not measured"


@dataclass(frozen=True, slots=True)
class AntiPattern:
    """One entry of the anti-pattern library; bounds in percent, None for the three unmeasured ones."""

    id: str
    pattern: str
    claim: str
    low_pct: float | None
    high_pct: float | None
    suggested_fix: str
    measured: bool
    note: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A range that the seed states in its text, in percent, with the words it stands in."""

    key: str
    text: str
    low_pct: float
    high_pct: float
    quote: str


@dataclass(frozen=True, slots=True)
class SeedCells:
    """One line of the seed's look-up table: joules per request as printed, `N/A` and `TBR` included."""

    gpu: str
    model: str
    fp16: str
    nf4: str
    int8_pure: str
    fp8: str


@dataclass(frozen=True, slots=True)
class DefaultRule:
    """What the seed does when an input is missing, and the confidence it gives to the result."""

    key: str
    field: str
    rule: str
    confidence: str


@cache
def antipatterns() -> tuple[AntiPattern, ...]:
    """The four measured and three unmeasured patterns, in the seed's order."""
    return tuple(
        AntiPattern(
            id=cells["id"],
            pattern=cells["pattern"],
            claim=cells["overhead_as_stated"],
            low_pct=number(cells["low_pct"]),
            high_pct=number(cells["high_pct"]),
            suggested_fix=cells["suggested_fix"],
            measured=cells["measured"] == "true",
            note=cells["note"],
        )
        for cells in table("antipatterns")
    )


def antipattern(id: str) -> AntiPattern:
    """The pattern of that id. Raises KeyError."""
    return {one.id: one for one in antipatterns()}[id]


@cache
def boundaries() -> Mapping[str, str]:
    """The seed's boundary sentences: beyond_range, non_nvidia, stack_newer, multi_gpu, fine_tuned."""
    return {cells["key"]: cells["sentence"] for cells in table("boundaries")}


@cache
def claims() -> Mapping[str, Claim]:
    """Ranges of the seed's text: below_crossover, above_crossover, unmeasured_gpu_band and others."""
    return {
        cells["key"]: Claim(
            cells["key"], cells["text"], float(cells["low_pct"]), float(cells["high_pct"]), cells["quote"]
        )
        for cells in table("claims")
    }


@cache
def seed_lookup() -> tuple[SeedCells, ...]:
    """The seed's embedded look-up table; batch size 1, prompt 512, 128 new tokens."""
    return tuple(SeedCells(**dict(cells)) for cells in table("seed_lookup"))


@cache
def default_rules() -> Mapping[str, DefaultRule]:
    """The seed's default handling: gpu, gpu_not_measured, params, precision, batch_size, objective."""
    return {cells["key"]: DefaultRule(**dict(cells)) for cells in table("defaults")}


@cache
def environment() -> Mapping[str, str]:
    """The seed's data collection environment, field by field."""
    return {cells["field"]: cells["value"] for cells in table("environment")}


@cache
def supplementary() -> Mapping[str, str]:
    """The seed's sentences on the three patterns it did not measure, by anti-pattern id."""
    return {cells["id"]: cells["sentence"] for cells in table("supplementary")}


def __getattr__(name: str) -> Mapping[str, str]:
    if name == "BOUNDARIES":
        return boundaries()
    raise AttributeError(name)

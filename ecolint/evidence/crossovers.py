"""Model sizes at which quantization is said to start saving energy."""

from __future__ import annotations

from functools import cache
from typing import Literal

from ecolint.evidence.tables import number, table
from ecolint.records import dataclass

Kind = Literal["nf4", "int8"]
KINDS: tuple[Kind, Kind] = ("nf4", "int8")


@dataclass(frozen=True, slots=True)
class Crossover:
    """A published crossover in billions of parameters; `value_b` is None where the source found none."""

    value_b: float | None
    architecture: str
    gpu: str
    kind: Kind
    source_id: str
    preferred: bool


@cache
def all_crossovers() -> tuple[Crossover, ...]:
    """Every value of crossovers.csv, one for each of the two kinds, in file order."""
    return tuple(
        Crossover(
            value_b=number(cells[f"{kind}_crossover_b"]),
            architecture=cells["architecture"],
            gpu=cells["representative_gpu"],
            kind=kind,
            source_id=cells["source_id"],
            preferred=cells["preferred"] == "true",
        )
        for cells in table("crossovers")
        for kind in KINDS
    )


def preferred(kind: Kind) -> dict[str, float]:
    """The seed's crossover of each measured architecture, in billions of parameters."""
    return {
        one.architecture: one.value_b
        for one in all_crossovers()
        if one.kind == kind and one.preferred and one.value_b is not None
    }


def crossover(architecture: str, kind: Kind) -> Crossover:
    """The seed's crossover of a measured architecture. Raises KeyError for any other architecture."""
    for one in all_crossovers():
        if one.preferred and one.kind == kind and one.architecture == architecture:
            return one
    raise KeyError(architecture)


def crossover_span(kind: Kind) -> tuple[float, float]:
    """Lowest and highest of the seed's crossovers over the measured architectures."""
    values = preferred(kind).values()
    return min(values), max(values)


def published_crossovers(architecture: str, kind: Kind | None = None) -> tuple[Crossover, ...]:
    """What all sources give for an architecture, the seed first.

    A source that found no crossover is kept with `value_b` None for NF4; for INT8 an empty cell usually
    means that the source is silent, so only values are kept.
    """
    return tuple(
        one
        for one in all_crossovers()
        if one.architecture == architecture
        and (kind is None or one.kind == kind)
        and (one.value_b is not None or one.kind == "nf4")
    )

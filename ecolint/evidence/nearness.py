"""How near a measured row is to what is asked: the model, the card, the size."""

from __future__ import annotations

from functools import cache
from math import inf

from ecolint.evidence.identity import same_line
from ecolint.evidence.measurements import Measured, Row, rows, usable
from ecolint.evidence.models import ModelSize, resolve_model
from ecolint.evidence.tables import table
from ecolint.records import dataclass

NEAR = 1.5
LISTED = ("exact", "alias", "ollama")


@dataclass(frozen=True, slots=True)
class Sized:
    """A model as far as it is known: its name's resolution and its size in billions of parameters."""

    model: ModelSize | None
    total_b: float | None
    nominal: bool

    @property
    def is_derived(self) -> bool:
        """Weights of a known family under an unlisted name, most likely fine-tuned."""
        return self.model is not None and self.model.basis == "family"

    def is_model(self, row: Row) -> bool:
        """Whether the row measured this checkpoint line at this size."""
        measured = resolve_model(row.model)
        if self.model is None or measured is None or self.model.basis not in LISTED:
            return False
        return same_line(self.model, measured)

    def notes(self, direct: tuple[Row, ...]) -> tuple[str, ...]:
        """Which checkpoints stand for the one that was asked about."""
        if self.model is None or not direct:
            return ()
        wanted = self.model.checkpoint.lower()
        others = dict.fromkeys(row.model for row in direct if row.model.lower() != wanted)
        return (f"measured on {', '.join(others)}, same family and size",) if others else ()


def of_query(model: str | None, params_b: float | None) -> Sized:
    """The size that a query means; a stated size outweighs the name's.

    A name whose size differs from the stated one by more than a factor of 1.5 is another model's.
    """
    resolved = resolve_model(model) if model else None
    if params_b is not None:
        named = resolved.total_b if resolved is not None else None
        agrees = named is not None and named / NEAR <= params_b <= named * NEAR
        return Sized(resolved if agrees else None, params_b, True)
    if resolved is None:
        return Sized(None, None, True)
    return Sized(resolved, resolved.total_b, resolved.nominal)


@cache
def real_size(model: str) -> float | None:
    """Counted parameters of a measured model, in billions."""
    resolved = resolve_model(model)
    return resolved.total_b if resolved is not None else None


def comparable_size(row: Row, sized: Sized) -> float:
    """The row's nominal size where the asked one is nominal, else its counted size, in billions."""
    return row.params_b if sized.nominal else real_size(row.model) or row.params_b


def distance(row: Row, sized: Sized) -> float:
    """Factor between the two comparable sizes, at least 1; infinite where the asked size is not known."""
    measured = comparable_size(row, sized)
    if sized.total_b is None or sized.total_b <= 0:
        return inf
    return max(measured, sized.total_b) / min(measured, sized.total_b)


def _joules(row: Row) -> float | None:
    return row.energy_j_per_1k_tok or row.energy_j_per_request


@cache
def _doubtful_sources() -> frozenset[str]:
    return frozenset(cells["source_id"] for cells in table("doubtful_sources"))


@cache
def _stating(precision: Measured) -> tuple[Row, ...]:
    return tuple(
        row
        for row in rows()
        if row.precision == precision.value
        and usable(row)
        and (row.delta_energy_pct is not None or (precision is Measured.FP16 and _joules(row) is not None))
    )


@cache
def candidates(precision: Measured) -> tuple[Row, ...]:
    """Usable rows of that precision with a change against FP16, or for FP16 itself with joules.

    Without the sources of data/doubtful_sources.csv.
    """
    return tuple(row for row in _stating(precision) if row.source_id not in _doubtful_sources())


@cache
def doubtful(precision: Measured) -> tuple[Row, ...]:
    """Usable rows of doubtful sources, which may be shown beside others but answer nothing."""
    return tuple(row for row in _stating(precision) if row.source_id in _doubtful_sources())


@cache
def largest_measured() -> tuple[float, float]:
    """Nominal and counted size of the largest measured model, in billions of parameters."""
    measured = [row for row in rows() if usable(row)]
    nominal = max(row.params_b for row in measured)
    return nominal, max(real_size(row.model) or row.params_b for row in measured)


def beyond_range(sized: Sized) -> bool:
    """Larger than the largest measured model (14 B nominal, 14.77 B counted)."""
    nominal, counted = largest_measured()
    return sized.total_b is not None and sized.total_b > (nominal if sized.nominal else counted)

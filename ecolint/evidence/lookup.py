"""From a setup to the rows that speak about it, what they say, and how sure that is."""

from __future__ import annotations

from functools import lru_cache

from ecolint.evidence.confidence import Confidence
from ecolint.evidence.gpus import Gpu, measured_architecture
from ecolint.evidence.measurements import Measured, Row
from ecolint.evidence.nearness import NEAR, Sized, beyond_range, distance, of_query
from ecolint.evidence.seed import boundaries, claims
from ecolint.evidence.selection import Basis, select_for
from ecolint.evidence.verdict import Consistency, expected, row_notes, verdict
from ecolint.records import dataclass

STARS: dict[Basis, int] = {"direct": 3, "architecture": 2, "cross": 1}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `params_b`, in billions, outweighs the model's name; `batch_size` None means 1.

    `stack_newer` is the reason for which the stack counts as newer than the measurements, else None. `foreign` tells
    of hardware that is known to be none of NVIDIA's, also where the card is not known.
    """

    precision: Measured
    gpu: Gpu | None = None
    model: str | None = None
    params_b: float | None = None
    batch_size: int | None = None
    stack_newer: str | None = None
    multi_gpu: bool = False
    fine_tuned: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What the evidence says to a query.

    `direct` are the usable rows of that card, model and precision at any batch size; `quoted` the rows to
    print, which `basis` and `confidence` are about. `expected_pct` is the median change of energy against
    FP16 in percent, None where no row is near enough; `low_pct` and `high_pct` span the quoted rows.
    `contrast` holds rows that should be shown beside them: of doubtful sources, or sound ones of near sizes
    where the direct row is doubtful. `consistent` judges the quoted rows of a near size (direct ones where
    there are any) together with the contrast, and is `mixed` without such rows.
    `notes` must be printed with the rows; `boundaries` are the seed's sentences that apply.
    """

    query: Query
    direct: tuple[Row, ...]
    quoted: tuple[Row, ...]
    contrast: tuple[Row, ...]
    basis: Basis
    confidence: Confidence
    architecture: str | None
    expected_pct: float | None
    low_pct: float | None
    high_pct: float | None
    band: str | None
    notes: tuple[str, ...]
    boundaries: tuple[str, ...]
    consistent: Consistency


def _size_note(quoted: tuple[Row, ...], sized: Sized) -> tuple[str, ...]:
    if not quoted or sized.total_b is None or distance(quoted[0], sized) <= NEAR:
        return ()
    return (f"nearest measured size is {quoted[0].params_b:g} B, the setup's is {sized.total_b:g} B",)


def _boundaries(query: Query, sized: Sized) -> tuple[str, ...]:
    applies = {
        "beyond_range": beyond_range(sized),
        "non_nvidia": query.foreign or (query.gpu is not None and not query.gpu.is_nvidia),
        "stack_newer": query.stack_newer is not None,
        "multi_gpu": query.multi_gpu,
        "fine_tuned": query.fine_tuned or sized.is_derived,
    }
    return tuple(boundaries()[key] for key, does in applies.items() if does)


def _confidence(query: Query, basis: Basis, sized: Sized) -> Confidence:
    confidence = Confidence(STARS[basis])
    if sized.total_b is None:
        confidence = confidence.step_down("model size not known")
    if query.stack_newer is not None:
        confidence = confidence.step_down(f"{boundaries()['stack_newer']} {query.stack_newer}".strip())
    return confidence


@lru_cache(maxsize=1024)
def lookup(query: Query) -> Match:
    """The rows that answer a query, in the order of the seed.

    Exact card, model and precision (three stars), then the nearest size on the same or the standing-in
    architecture (two), then the nearest size anywhere (one, also where the card is not known or no NVIDIA
    card). A newer stack takes one step; stars never fall below one and never rise. Unusable rows are never
    quoted. An expected figure needs rows within a factor of 1.5 in size on the same architecture.
    """
    sized = of_query(query.model, query.params_b)
    architecture, why = (None, "") if query.gpu is None else measured_architecture(query.gpu)
    found = select_for(query.precision, sized, query.gpu, architecture, query.batch_size or 1)
    quoted, basis = found.quoted, found.basis
    span = [row.delta_energy_pct for row in quoted if row.delta_energy_pct is not None]
    near = tuple(row for row in quoted if distance(row, sized) <= NEAR)
    extrapolated = query.gpu is not None and basis == "architecture" and not query.gpu.in_measured_set
    said = (why, found.batch_note, *_size_note(quoted, sized), *sized.notes(found.direct))
    return Match(
        query=query,
        direct=found.direct,
        quoted=quoted,
        contrast=found.contrast,
        basis=basis,
        confidence=_confidence(query, basis, sized),
        architecture=architecture,
        expected_pct=expected(near) if basis != "cross" else None,
        low_pct=min(span, default=None),
        high_pct=max(span, default=None),
        band=claims()["unmeasured_gpu_band"].text if extrapolated else None,
        notes=(*(note for note in said if note), *row_notes((*quoted, *found.contrast))),
        boundaries=_boundaries(query, sized),
        consistent=verdict((*near, *found.contrast)) if near else "mixed",
    )

"""Which rows answer a query: direct ones, else the nearest on the architecture, else the nearest of all."""

from __future__ import annotations

from math import log
from typing import Literal

from ecolint.evidence.gpus import Gpu
from ecolint.evidence.identity import same_gpu
from ecolint.evidence.measurements import Measured, Row
from ecolint.evidence.modeltable import SAME_SIZE
from ecolint.evidence.nearness import NEAR, Sized, candidates, comparable_size, distance, doubtful
from ecolint.records import dataclass

Basis = Literal["direct", "architecture", "cross"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows for one query; `direct` at any batch size, the others at the batch size they are judged at."""

    basis: Basis
    direct: tuple[Row, ...]
    quoted: tuple[Row, ...]
    contrast: tuple[Row, ...]
    batch_note: str


def at_batch(found: tuple[Row, ...], batch_size: int) -> tuple[tuple[Row, ...], str]:
    """The rows at the requested batch size, or at the nearest one, and the sentence that says so."""
    sizes = {row.batch_size for row in found if row.batch_size}
    if not sizes or batch_size in sizes:
        return tuple(row for row in found if row.batch_size in (batch_size, None)), ""
    nearest = min(sizes, key=lambda size: (abs(log(size / max(batch_size, 1))), size))
    chosen = tuple(row for row in found if row.batch_size == nearest)
    return chosen, f"measured at batch size {nearest}, not {batch_size}"


def _nearest(pool: tuple[Row, ...], sized: Sized, gpu: Gpu | None) -> tuple[Row, ...]:
    firm = tuple(row for row in pool if row.quality != "caution") or pool
    if sized.total_b is None:
        return firm
    closest = comparable_size(min(firm, key=lambda row: distance(row, sized)), sized)
    beside = (
        row
        for row in pool
        if row.quality == "caution"
        and firm is not pool
        and (sized.is_model(row) or (gpu is not None and same_gpu(row.gpu, gpu)))
        and distance(row, sized) <= NEAR
    )
    low, high = closest / SAME_SIZE, closest * SAME_SIZE
    return (*(row for row in firm if low <= comparable_size(row, sized) <= high), *beside)


def _contrast(pool: tuple[Row, ...], direct: tuple[Row, ...], sized: Sized, gpu: Gpu) -> tuple[Row, ...]:
    if not direct or any(row.quality == "ok" for row in direct):
        return ()
    near = (row for row in pool if same_gpu(row.gpu, gpu) and distance(row, sized) <= NEAR)
    return tuple(row for row in near if row.quality == "ok")


def select_for(
    precision: Measured, sized: Sized, gpu: Gpu | None, architecture: str | None, batch_size: int
) -> Selection:
    """The rows that answer, in the order of the seed; caution rows count where they are of the card or model.

    Rows of doubtful sources never answer: those of the very card, model and batch size stand in `contrast`,
    as do sound rows of the card and a near size where no direct row is sound.
    """
    pool = candidates(precision)
    direct: tuple[Row, ...] = ()
    contrast: tuple[Row, ...] = ()
    near = tuple(row for row in pool if row.architecture == architecture)
    if gpu is not None:
        direct = tuple(row for row in pool if sized.is_model(row) and same_gpu(row.gpu, gpu))
        beside = (row for row in doubtful(precision) if sized.is_model(row) and same_gpu(row.gpu, gpu))
        sound, _ = at_batch(_contrast(pool, direct, sized, gpu), batch_size)
        contrast = (*sound, *(row for row in beside if row.batch_size == batch_size))
    basis: Basis = "direct" if direct else "architecture" if near else "cross"
    quoted, note = at_batch(direct or _nearest(near or pool, sized, gpu), batch_size)
    return Selection(basis, direct, quoted, contrast, note)

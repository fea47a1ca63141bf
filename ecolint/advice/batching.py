"""What running requests together gives: the one sweep over batch sizes that was measured."""

from __future__ import annotations

from ecolint import evidence
from ecolint.advice.mapping import snippet_of
from ecolint.advice.situation import Situation
from ecolint.advice.wording import percent, signed
from ecolint.evidence import Confidence, Measured
from ecolint.frameworks.base import Remedy

COMPARED = 8


def confidence_of(situation: Situation) -> Confidence:
    """Stars of the sweep for this situation, never above those of the lookup for its precision."""
    row = evidence.batch_sweep().rows[0]
    same = (
        situation.gpu is not None
        and evidence.same_gpu(row.gpu, situation.gpu)
        and situation.ask.model is not None
        and evidence.same_model(row.model, situation.ask.model)
        and situation.precision is Measured.INT8_PURE
    )
    found = situation.confidence(Measured.INT8_PURE)
    wanted = 3 if same else 2 if situation.architecture == row.architecture else 1
    if found.stars <= wanted:
        return found
    return Confidence(wanted, found.downgrades)


def sweep_words() -> str:
    """The reduction as a reduction, and the overhead of batch 1 as an overhead."""
    sweep = evidence.batch_sweep()
    largest = sweep.sizes[-1]
    return (
        f"energy per request fell by {percent(sweep.reduction_pct(COMPARED))} from batch 1 to {COMPARED} and by up to "
        f"{percent(sweep.reduction_pct(largest))} to batch {largest}; batch 1 costs "
        f"{signed(sweep.overhead_pct(COMPARED))} over batch {COMPARED} (A800, Mistral-7B, INT8 threshold 0, full "
        f"static batches, row {sweep.rows[0].id})"
    )


def batching_step(situation: Situation) -> tuple[str, ...]:
    """The advice to batch, with its stars and its line of configuration; empty where requests are batched."""
    if situation.batch_size > 1:
        return ()
    snippet = snippet_of(situation, (Remedy.BATCHING,))
    how = f" Config: {snippet.text}" if snippet is not None else ""
    note = f" {snippet.note}" if snippet is not None and snippet.note else ""
    stars = confidence_of(situation)
    return (f"Run requests together: {sweep_words()}. {stars}.{how}{note}",)

"""One precision as an option: the row that speaks for it, what the rows say together, memory and speed."""

from __future__ import annotations

from ecolint import evidence
from ecolint.advice.memory import Memory
from ecolint.advice.precisions import TITLES
from ecolint.advice.situation import Situation
from ecolint.evidence import Confidence, Match, Measured, Row
from ecolint.evidence.nearness import NEAR, candidates, distance
from ecolint.evidence.verdict import verdict
from ecolint.records import dataclass

_QUALITY = {"ok": 0, "conflict": 1, "caution": 2}


@dataclass(frozen=True, slots=True)
class Option:
    """A precision in a situation.

    `row` speaks for it, against `baseline`, its FP16 row. `near_rows` are the quoted rows of a near size at the
    batch size in question, that row first, `other_batch` those at another one where there are no others; `beside` are
    contrasting rows. `own` are the changes of energy against FP16 in percent that the near rows state, published
    and, where idle power was subtracted, on board power; `all_changes` those of the contrasting rows as well.
    Both are empty where no near row exists. `saves` says that all of them show a clear saving.
    """

    precision: Measured
    title: str
    confidence: Confidence
    match: Match
    row: Row | None
    baseline: Row | None
    own: tuple[float, ...]
    all_changes: tuple[float, ...]
    saves: bool
    memory: Memory | None
    fits: bool | None
    near_rows: tuple[Row, ...]
    other_batch: tuple[Row, ...]
    beside: tuple[Row, ...]

    @property
    def is_half(self) -> bool:
        return self.precision is Measured.FP16

    @property
    def is_near(self) -> bool:
        """Whether a row of a near size and this batch size, on the card or one that stands for it, speaks of
        this precision."""
        return bool(self.near_rows)

    @property
    def throughput_ratio(self) -> float | None:
        """Tokens per second against the own FP16 row; 1 for FP16; None where a row does not state them."""
        if self.is_half:
            return 1.0
        if self.row is None or self.baseline is None or not self.is_near:
            return None
        mine, base = self.row.throughput_tok_s, self.baseline.throughput_tok_s
        return mine / base if mine and base else None


def changes_of(row: Row) -> tuple[float, ...]:
    """Changes of energy in percent: as published, and on board power where idle power was subtracted."""
    gross = row.delta_gross_pct if row.accounting == "idle_subtracted" else None
    return tuple(value for value in (row.delta_energy_pct, gross) if value is not None)


def baseline_of(row: Row | None) -> Row | None:
    return evidence.row(row.baseline_id) if row is not None and row.baseline_id else None


def speaker(match: Match, near: tuple[Row, ...]) -> Row | None:
    """The row to print: sound before doubtful, with joules before without, of the own card and of the very checkpoint
    before others, near the median, new."""
    pool = near or match.quoted
    if not pool:
        return None
    middle = match.expected_pct

    card, checkpoint = match.query.gpu, _checkpoint(match.query.model)

    def rank(row: Row) -> tuple[int, bool, bool, bool, float, str]:
        change = row.delta_energy_pct
        off = abs(change - middle) if change is not None and middle is not None else 0.0
        base = baseline_of(row) or row
        silent = row.energy_j_per_1k_tok is None and row.energy_j_per_request is None
        blind = base.energy_j_per_1k_tok is None and base.energy_j_per_request is None
        foreign = card is None or not evidence.same_gpu(row.gpu, card)
        other = row.model.lower() != checkpoint
        return _QUALITY.get(row.quality, 3), silent or blind, foreign, other, off, _latest_first(row.date)

    return min(pool, key=rank)


def _checkpoint(model: str | None) -> str:
    found = evidence.resolve_model(model) if model else None
    return found.checkpoint.lower() if found is not None else ""


def _latest_first(date: str) -> str:
    return "".join(chr(255 - ord(letter)) for letter in date) or "~"


def _beside(situation: Situation, match: Match, near: tuple[Row, ...]) -> tuple[Row, ...]:
    """Contrasting rows at the batch size in question; where a platform stands in, those of other cards as well.

    Where all of these show a saving, the sound rows of near sizes that show none contrast too.
    """
    elsewhere = situation.match(match.query.precision).quoted if situation.platform is not None else ()
    rows = (*match.contrast, *(row for row in elsewhere if distance(row, situation.sized) <= NEAR))
    found = tuple(dict.fromkeys(row for row in rows if situation.has_batch(row) and row not in near))
    if verdict((*near, *found)) == "saving":
        found += _without_saving(situation, match)
    return found


def _without_saving(situation: Situation, match: Match) -> tuple[Row, ...]:
    """Sound rows of near sizes without a clear saving: of the card where it was measured, else of its architecture."""
    card = match.query.gpu if match.basis == "direct" else None
    return tuple(
        row
        for row in candidates(match.query.precision)
        if row.quality == "ok"
        and (evidence.same_gpu(row.gpu, card) if card is not None else row.architecture == match.architecture)
        and situation.has_batch(row)
        and distance(row, situation.sized) <= NEAR
        and verdict((row,)) != "saving"
    )


def _led_by(first: Row | None, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row is not first))


def option_of(situation: Situation, precision: Measured) -> Option:
    """What the evidence says of a precision in a situation."""
    match = situation.rows_for(precision)
    trusted = match.basis != "cross"
    sized = tuple(row for row in match.quoted if trusted and distance(row, situation.sized) <= NEAR)
    row = speaker(match, tuple(row for row in sized if situation.has_batch(row)) or sized)
    near = tuple(one for one in _led_by(row, sized) if situation.has_batch(one))
    beside = _beside(situation, match, near) if near else ()
    judged = () if precision is Measured.FP16 else (*near, *beside)
    return Option(
        precision=precision,
        title=TITLES[precision],
        confidence=situation.confidence(precision),
        match=match,
        row=row,
        baseline=baseline_of(row),
        own=tuple(value for one in near for value in changes_of(one)) if judged else (),
        all_changes=tuple(value for one in judged for value in changes_of(one)),
        saves=bool(near) and bool(judged) and verdict(judged) == "saving",
        memory=situation.memory(precision),
        fits=situation.fits(precision),
        near_rows=near,
        other_batch=sized if not near else (),
        beside=beside,
    )

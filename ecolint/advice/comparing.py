"""The columns of a comparison, with rows of one session wherever one covers them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from ecolint.advice.ask import Ask
from ecolint.advice.options import Option, baseline_of, option_of
from ecolint.advice.precisions import Spoken
from ecolint.advice.sessions import Session, session_of
from ecolint.advice.situation import Situation, card_name
from ecolint.evidence import Gpu, Measured, Row
from ecolint.records import dataclass

DRIFT_PCT = 17.0
"""Joules of one setup drifted by 12 to 17 % overnight on one host (evidence/data/README.md): a smaller
difference between hosts decides nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One side: its option, the row that its cells quote (None with `why_empty`), and that row's FP16 row."""

    title: str
    situation: Situation
    option: Option
    row: Row | None
    why_empty: str = ""

    @property
    def baseline(self) -> Row | None:
        return baseline_of(self.row)

    @property
    def perplexity(self) -> float | None:
        """Change against FP16 in percent, of the very row that the other cells quote."""
        return self.row.delta_ppl_pct if self.row is not None else None


def asks_of(
    ask: Ask, precisions: Sequence[Spoken], gpus: Sequence[Gpu], batches: Sequence[int]
) -> tuple[tuple[str, Ask], ...]:
    """Every combination, titled by what differs."""
    found = []
    spoken_or_not: Sequence[Spoken | None] = precisions or (None,)
    gpu_or_not: Sequence[Gpu | None] = gpus or (None,)
    batch_or_not: Sequence[int | None] = batches or (None,)
    for spoken, gpu, batch in product(spoken_or_not, gpu_or_not, batch_or_not):
        words = (
            spoken.name if spoken is not None and len(precisions) > 1 else "",
            card_name(gpu) if gpu is not None and len(gpus) > 1 else "",
            f"batch {batch}" if batch is not None and len(batches) > 1 else "",
        )
        one = replace(
            ask,
            precision=spoken or ask.precision,
            gpu=gpu or ask.gpu,
            batch_size=batch or ask.batch_size,
        )
        found.append((" · ".join(filter(None, words)), one))
    return tuple(found)


def columns_of(asks: Sequence[tuple[str, Ask]]) -> tuple[Column, ...]:
    """A column for each ask; the session that covers most columns gives the rows where it can."""
    made = []
    for title, ask in asks:
        situation = Situation(ask)
        option = option_of(situation, situation.precision)
        made.append((title, situation, option, _quotable(situation, option)))
    session = _common([rows for *_, rows in made])
    columns = []
    for title, situation, option, rows in made:
        own = [row for row in rows if session_of(row) == session]
        row = _first(own, option) if own else option.row if rows else None
        why = "" if row is not None else _why_empty(situation, option)
        columns.append(Column(title, situation, option, row, why))
    return tuple(columns)


def _quotable(situation: Situation, option: Option) -> tuple[Row, ...]:
    """The near rows of what really runs; an analog has none."""
    return () if situation.spoken.is_analog else option.near_rows


def _common(groups: Sequence[tuple[Row, ...]]) -> Session | None:
    """The session with rows in most groups; among equals the soundest, then the first."""
    sessions = dict.fromkeys(session_of(row) for rows in groups for row in rows)

    def rank(session: Session) -> tuple[int, int]:
        covered = [[row for row in rows if session_of(row) == session] for rows in groups]
        doubtful = sum(1 for rows in covered if rows and all(row.quality != "ok" for row in rows))
        return -sum(1 for rows in covered if rows), doubtful

    return min(sessions, key=rank, default=None)


def _first(rows: Sequence[Row], option: Option) -> Row:
    return option.row if option.row in rows and option.row is not None else rows[0]


def _why_empty(situation: Situation, option: Option) -> str:
    if situation.spoken.is_analog:
        return f"nothing was measured for {situation.spoken.name}; the nearest is {option.title}"
    if not option.match.quoted:
        return "no row"
    if option.other_batch:
        nearest = option.other_batch[0]
        where = f"the nearest row is at batch {nearest.batch_size} (row {nearest.id})"
        return f"not measured at batch {situation.batch_size}; {where}"
    nearest = option.match.quoted[0]
    if situation.params_b is None:
        return "the size of the model is not known"
    return f"no row is near enough; the nearest is row {nearest.id}"


def sessions_note(columns: Sequence[Column]) -> Iterator[str]:
    """What to beware of where the rows were not measured together."""
    rows = [column.row for column in columns if column.row is not None]
    if len({session_of(row) for row in rows}) > 1:
        yield (
            "The rows come from different sessions or models: compare the percentages, each against its own FP16 "
            "row, not the joules."
        )
    if len({row.id for row in rows}) < len(rows):
        yield "Columns that quote the same row cannot be told apart by it."
    if len({row.gpu for row in rows}) > 1:
        yield (
            f"Between hosts a gap of up to {DRIFT_PCT:g}% decides nothing: joules of one setup drifted by 12 to "
            f"{DRIFT_PCT:g}% overnight on one host."
        )
    empty = [column.title for column in columns if column.row is None]
    if empty:
        yield f"Not in the running for lack of a row: {', '.join(empty)}."
    if any(Measured(row.precision) is not Measured.FP16 and row.quality == "caution" for row in rows):
        yield "Rows of quality caution are shown with their note under Evidence; trust the ratio, not the joules."

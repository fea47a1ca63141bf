"""Which rows were measured together, so that their figures may be set against each other."""

from __future__ import annotations

from ecolint.evidence import Row

Session = tuple[str, str, str]


def session_of(row: Row) -> Session:
    """What rows share that were measured together."""
    return row.source_id, row.date, row.model


def together(one: Row, other: Row) -> bool:
    """Whether two rows are of one session, card, model and batch size."""
    if one.baseline_id and other.baseline_id in (one.baseline_id, one.id):
        return True
    if other.id in (one.id, one.baseline_id) or one.id == other.baseline_id:
        return True
    alike = (one.gpu, one.batch_size) == (other.gpu, other.batch_size)
    return alike and bool(one.date) and session_of(one) == session_of(other)

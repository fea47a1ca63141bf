"""Who wins a dimension of a comparison, where the rows can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecolint import evidence
from ecolint.advice.comparing import DRIFT_PCT, Column
from ecolint.advice.options import changes_of
from ecolint.advice.sessions import session_of
from ecolint.advice.wording import energy_of
from ecolint.evidence.verdict import CLEAR_PCT


def winners_of(columns: Sequence[Column]) -> tuple[tuple[str, str], ...]:
    """Dimension and title of the winning column; dimensions without a winner are left out."""
    rules: tuple[tuple[str, Callable[[Sequence[Column]], Column | None]], ...] = (
        ("energy", _energy),
        ("throughput", _throughput),
        ("memory", _memory),
        ("perplexity", _perplexity),
    )
    found = ((name, rule(columns)) for name, rule in rules)
    return tuple((name, column.title) for name, column in found if column is not None)


def _with_rows(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.row is not None]


def _measured_apart(columns: Sequence[Column]) -> bool:
    """Whether the columns quote different rows, so that there is something to compare."""
    ids = {column.row.id for column in columns if column.row is not None}
    return len(columns) > 1 and len(ids) == len(columns)


def _one_card(columns: Sequence[Column]) -> bool:
    first = columns[0].row
    return first is not None and all(
        column.row is not None and evidence.same_gpu(column.row.gpu, first.gpu) for column in columns
    )


def _one_session(columns: Sequence[Column]) -> bool:
    return _one_card(columns) and len({session_of(column.row) for column in columns if column.row}) == 1


def _one_model(columns: Sequence[Column]) -> bool:
    first = columns[0].row
    return first is not None and all(
        column.row is not None and evidence.same_model(column.row.model, first.model) for column in columns
    )


def _lowest(columns: Sequence[Column], values: Sequence[float], margin: float = 1.0) -> Column | None:
    """The column of the lowest value, where the next is larger by more than a factor of `margin`."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    best, second = values[order[0]], values[order[1]]
    return columns[order[0]] if second > best * margin else None


def _energy(columns: Sequence[Column]) -> Column | None:
    """Beside FP16 a quantised precision wins only with a clear saving, as the other protocols demand."""
    best = _least_energy(columns)
    if best is None or best.option.is_half or best.option.saves:
        return best
    return None if any(column.option.is_half for column in columns) else best


def _least_energy(columns: Sequence[Column]) -> Column | None:
    shown = _with_rows(columns)
    if not _measured_apart(shown):
        return None
    units = {energy_of(column.row, column.baseline)[1] for column in shown if column.row}
    values = [energy_of(column.row, column.baseline)[0] for column in shown if column.row]
    known = [value for value in values if value is not None]
    if len(units) == 1 and len(known) == len(shown):
        if _one_session(shown):
            return _lowest(shown, known)
        if not _one_card(shown) or len({column.option.precision for column in shown}) == 1:
            alike = _one_model(shown) and all(column.situation.platform is None for column in shown)
            stands_in = any(_stands_in(column) for column in shown)
            return _lowest(shown, known, 1 + DRIFT_PCT / 100) if alike and not stands_in else None
    return _by_percentage(shown) if _one_card(shown) else None


def _stands_in(column: Column) -> bool:
    gpu = column.situation.gpu
    return gpu is not None and not gpu.in_measured_set


def _by_percentage(columns: Sequence[Column]) -> Column | None:
    """Each against its own FP16 row: the best must be clear of all others, board power included."""
    if len({column.situation.batch_size for column in columns}) > 1:
        return None
    spans: list[tuple[float, float]] = []
    for column in columns:
        changes = (0.0,) if column.option.is_half else changes_of(column.row) if column.row else ()
        if not changes:
            return None
        spans.append((min(changes), max(changes)))
    best = min(range(len(spans)), key=lambda index: spans[index][1])
    clear = all(spans[best][1] + CLEAR_PCT <= low for index, (low, _) in enumerate(spans) if index != best)
    return columns[best] if clear else None


def _throughput(columns: Sequence[Column]) -> Column | None:
    shown = [column for column in _with_rows(columns) if column.row and column.row.throughput_tok_s]
    if not _measured_apart(shown):
        return None
    values = [-(column.row.throughput_tok_s or 0.0) for column in shown if column.row]
    if _one_session(shown):
        return _fastest(shown, values)
    if _one_card(shown) and len({column.situation.batch_size for column in shown}) == 1:
        ratios = [column.option.throughput_ratio for column in shown]
        known = [-ratio for ratio in ratios if ratio is not None]
        return _fastest(shown, known) if len(known) == len(shown) else None
    return None


def _fastest(columns: Sequence[Column], negative: Sequence[float]) -> Column | None:
    order = sorted(range(len(negative)), key=lambda index: negative[index])
    return columns[order[0]] if negative[order[0]] < negative[order[1]] else None


def _memory(columns: Sequence[Column]) -> Column | None:
    shown = [column for column in columns if column.option.memory is not None]
    if len(shown) < 2:
        return None
    return _lowest(shown, [column.option.memory.weights_gb for column in shown if column.option.memory])


def _perplexity(columns: Sequence[Column]) -> Column | None:
    """Among rows of one session FP16, the reference, where all others rise; else the smallest change."""
    quantised = [column for column in columns if not column.option.is_half and column.perplexity is not None]
    changes = [column.perplexity for column in quantised if column.perplexity is not None]
    half = next((column for column in columns if column.option.is_half), None)
    shown = quantised if half is None else [half, *quantised]
    if not changes or not _one_session(shown):
        return None
    if half is not None:
        return half if min(changes) > 0 else None
    return _lowest(quantised, changes) if _measured_apart(quantised) else None

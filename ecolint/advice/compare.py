"""COMPARE: two or more precisions, GPUs or batch sizes side by side; one winner a dimension."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ecolint.advice.answer import Answer, Cell, Table
from ecolint.advice.ask import Ask, Objective
from ecolint.advice.assembly import lowest, situation_boundaries, supplementary_of
from ecolint.advice.comparing import Column, columns_of, sessions_note
from ecolint.advice.computation import Computation
from ecolint.advice.limits import limits_not_compared
from ecolint.advice.mapping import config_for
from ecolint.advice.measures import measures_of
from ecolint.advice.quoting import quoted
from ecolint.advice.remarks import remarks
from ecolint.advice.situation import Situation, card_name
from ecolint.advice.winners import winners_of
from ecolint.advice.wording import amount, energy_of, joules, signed

DIMENSIONS = ("Energy", "Throughput", "Memory", "Perplexity", "Confidence")
GOALS = {
    Objective.ENERGY: "energy",
    Objective.COST: "energy",
    Objective.THROUGHPUT: "throughput",
    Objective.MEMORY: "memory",
}


def compare(asks: Sequence[tuple[str, Ask]]) -> Answer:
    """The table, a winner for each dimension, and a single one only where an objective was given.

    `asks` differ in precision, GPU or batch size; each comes with the title of its column.
    """
    columns = columns_of(asks)
    first = columns[0].situation
    lines = tuple((name, tuple(_CELLS[name](column) for column in columns)) for name in DIMENSIONS)
    winners = winners_of(columns)
    table = Table(
        columns=tuple(column.title for column in columns),
        lines=lines,
        winners=winners,
        footnotes=(*_footnotes(columns, lines), *sessions_note(columns)),
        measures=measures_of(columns),
    )
    rows = {one.row.id: one.row for one in columns if one.row is not None}
    shown = tuple({one.option.precision: one.option for one in columns}.values())
    memories = (column.option.memory for column in columns)
    steps: dict[Computation, None] = {}
    for memory in memories:
        steps.update(dict.fromkeys(memory.computations if memory else ()))
    best = _overall(columns, winners, first)
    return Answer(
        protocol="compare",
        situation=first,
        lookup=next((quoted(one.situation, one.row) for one in columns if one.row is not None), None),
        conclusion=_conclusion(columns, winners, first),
        confidence=lowest(*(column.option.confidence for column in columns)),
        evidence=tuple(
            quoted(next(one for one in columns if one.row is row).situation, row) for row in rows.values()
        ),
        config=config_for(best.situation, best.option.precision) if best is not None else None,
        table=table,
        assumptions=_assumptions(columns),
        risks=tuple(remarks(first, *shown)),
        boundaries=tuple(
            dict.fromkeys(text for one in columns for text in situation_boundaries(one.situation, one.option))
        ),
        questions=tuple(dict.fromkeys(text for one in columns for text in one.situation.questions)),
        supplementary=supplementary_of(first),
        computations=tuple(steps),
    )


def _assumptions(columns: Sequence[Column]) -> tuple[str, ...]:
    told = (text for one in columns for text in one.situation.assumptions)
    return tuple(dict.fromkeys((*told, *limits_not_compared(columns[0].situation))))


def _marked(column: Column, text: str) -> str:
    if column.row is None:
        return text
    one = quoted(column.situation, column.row)
    return " ".join(filter(None, (text, one.band, f"({one.tag})" if one.tag else "")))


def _energy(column: Column) -> Cell:
    row = column.row
    if row is None:
        return Cell(reason=column.why_empty)
    value, unit = energy_of(row, column.baseline)
    change = row.delta_energy_pct
    if value is None and change is None:
        return Cell(reason=f"row {row.id} states no energy")
    parts = (
        [joules(value, unit.replace("request", "req").replace("tokens", "tok"))] if value is not None else []
    )
    if change is not None:
        parts.append(f"({signed(change)})" if parts else f"{signed(change)} against FP16")
    return Cell(_marked(column, " ".join(parts)), row.id)


def _throughput(column: Column) -> Cell:
    if column.row is None:
        return Cell(reason=column.why_empty)
    value = column.row.throughput_tok_s
    if value is None:
        return Cell(reason=f"row {column.row.id} states no throughput")
    return Cell(_marked(column, amount(value, "tok/s")), column.row.id)


def _memory(column: Column) -> Cell:
    memory = column.option.memory
    if memory is None:
        return Cell(reason="the size of the model is not known")
    return Cell(amount(memory.weights_gb, "GB"), reason=f"computed, weights only: {memory.computations[0]}")


def _perplexity(column: Column) -> Cell:
    if column.option.is_half:
        return Cell("reference")
    if column.row is None:
        return Cell(reason=column.why_empty)
    if column.perplexity is None:
        return Cell(reason=f"row {column.row.id} states no perplexity")
    return Cell(_marked(column, signed(column.perplexity)), column.row.id)


def _confidence(column: Column) -> Cell:
    return Cell(column.option.confidence.glyphs)


_CELLS: dict[str, Callable[[Column], Cell]] = {
    "Energy": _energy,
    "Throughput": _throughput,
    "Memory": _memory,
    "Perplexity": _perplexity,
    "Confidence": _confidence,
}


def _footnotes(columns: Sequence[Column], lines: tuple[tuple[str, tuple[Cell, ...]], ...]) -> tuple[str, ...]:
    """The row of every cell with a figure, and why the others are empty."""
    notes = []
    for index, column in enumerate(columns):
        for name, cells in lines:
            cell = cells[index]
            if cell.row and cell.text:
                notes.append(f"{column.title}, {name.lower()}: row {cell.row}")
            elif cell.reason:
                notes.append(f"{column.title}, {name.lower()}: {cell.reason}")
    return tuple(notes)


def _overall(
    columns: Sequence[Column], winners: tuple[tuple[str, str], ...], first: Situation
) -> Column | None:
    if first.ask.objective is None:
        return None
    title = dict(winners).get(GOALS[first.ask.objective])
    return next((column for column in columns if column.title == title), None)


def _conclusion(columns: Sequence[Column], winners: tuple[tuple[str, str], ...], first: Situation) -> str:
    reasons = {column.why_empty for column in columns}
    if not winners and len(reasons) == 1 and (reason := next(iter(reasons))):
        return f"nothing to compare: {reason}"
    each = ", ".join(f"{dimension}: {title}" for dimension, title in winners)
    objective = first.ask.objective
    elsewhere = ""
    if first.platform is not None and all(column.situation.is_foreign for column in columns):
        elsewhere = f"nothing was measured on this hardware; on {card_name(first.platform)}: "
    if objective is None:
        undecided = "" if not each or "energy" in dict(winners) else "energy: no clear winner, "
        found = f"{undecided}{each or 'no dimension has a winner'}"
        return f"{elsewhere}{found}; no overall winner without an objective"
    best = _overall(columns, winners, first)
    if best is None:
        return f"{elsewhere}the rows name no winner for {objective.value}" + (f"; {each}" if each else "")
    return f"{elsewhere}{best.title} wins by {objective.value}" + (f" ({each})" if each else "")

"""An answer as plain text, in the parts and the order of the seed's response template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ecolint.advice.answer import Answer, Choice, Side
from ecolint.advice.ask import DEFAULT_FRAMEWORK
from ecolint.advice.quoting import conditions_of, dataset_of, figures_of, line_of
from ecolint.advice.tables import markdown_table
from ecolint.advice.wording import amount, joules, signed
from ecolint.cost import Saving
from ecolint.reporters.escaping import visible
from ecolint.reporters.terminal import hanging

MOST_ROWS = 8
START = re.compile(r"[A-Z][A-Za-z &-]*: +(?=\S)| +(?:- |\d+\. )?")
"""What further lines of a broken line stand below: a label, a blank or the sign of a list."""


class Code(str):
    """A line that is copied, and not to be broken."""


def render(answer: Answer, chart: str = "", width: int | None = None) -> str:
    """The whole answer; ends with a line end. A finished `chart` takes the place of the table; prose keeps to
    `width` columns, where there is one."""
    head = _shown(_head(answer), width)
    rest = _shown(_rest(answer), width)
    table = "".join(f"{visible(line)}\n" for line in markdown_table(answer.table)) if answer.table else ""
    middle = f"\n{chart or table}\n" if answer.table else ""
    return f"{head}{middle}{rest}"


def _shown(lines: Iterable[str], width: int | None) -> str:
    pieces: list[str] = []
    for line in lines:
        text = visible(line)
        start = START.match(text)
        indent = start.end() if start else 0
        pieces += [text] if isinstance(line, Code) else hanging(text, width, indent)
    return "".join(f"{piece}\n" for piece in pieces)


def _head(answer: Answer) -> Iterator[str]:
    if answer.lookup is not None:
        yield f"Lookup:     {line_of(answer.lookup)}"
    yield f"Conclusion: {answer.conclusion}"
    yield from _sides(answer)
    if answer.next_best:
        yield f"Next best:  {answer.next_best}"


def _rest(answer: Answer) -> Iterator[str]:
    if answer.table is not None:
        yield from _list("Cells", answer.table.footnotes)
    yield from _causes(answer)
    yield from _rows(answer)
    yield f"Confidence: {answer.confidence} ({answer.situation.name})"
    for reason in answer.confidence.downgrades:
        yield f"            one step down: {reason}"
    yield from _config(answer)
    if answer.protocol == "recommend":
        yield from _choices(answer)
        yield from _list("Excluded", tuple(f"{one.title}: {one.reason}" for one in answer.left))
    for title, entries in last_lists(answer):
        yield from _list(title, entries)
    yield ""
    yield answer.footer


def _list(title: str, entries: tuple[str, ...]) -> Iterator[str]:
    if entries:
        yield f"{title}:"
        yield from (f"  - {entry}" for entry in entries)


def side_words(side: Side) -> str:
    """`47.0 J/request (-34%)`, or what the row states instead of joules."""
    if side.value is None:
        return figures_of(side.quoted) if side.quoted is not None else "no row"
    change = f" ({signed(side.change_pct)})" if side.change_pct is not None else ""
    marks = [mark for mark in (side.quoted.band, side.quoted.tag) if mark] if side.quoted else []
    return f"{joules(side.value, side.unit)}{change}{''.join(f'; {mark}' for mark in marks)}"


def _sides(answer: Answer) -> Iterator[str]:
    sides = [one for one in (answer.baseline, answer.recommended) if one is not None]
    width = max((len(one.title) for one in sides), default=0)
    width = max(width, 4)
    for label, one in (("Baseline:  ", answer.baseline), ("Recommended:", answer.recommended)):
        if one is not None:
            yield f"{label} {one.title:{width}} -> {side_words(one)}"


def _causes(answer: Answer) -> Iterator[str]:
    for number, cause in enumerate(answer.causes, 1):
        if number == 1:
            yield "Causes:"
        yield f"  {number}. {cause.name}: {cause.mechanism}"
        yield f"     Evidence: {cause.support}"
        yield f"     To confirm: {cause.confirm}"


def _rows(answer: Answer) -> Iterator[str]:
    if not answer.evidence:
        return
    yield "Evidence:"
    for one in answer.evidence[:MOST_ROWS]:
        yield f"  - {line_of(one)}"
        conditions = conditions_of(one.row)
        yield f"    {dataset_of(one.row)}{' · ' + conditions if conditions else ''}"
        if one.row.needs_note:
            yield f"    Note: {one.row.note}"
    rest = len(answer.evidence) - MOST_ROWS
    if rest > 0:
        yield f"  - and {rest} more rows: --format json"


def _config(answer: Answer) -> Iterator[str]:
    config = answer.config
    if config is None:
        return
    lines = config.snippet.splitlines()
    yield Code(f"Config:     {lines[0]}") if lines else f"Config:     {config.note}"
    yield from (Code(f"            {line}") for line in lines[1:])
    if config.framework and answer.situation.framework != DEFAULT_FRAMEWORK:
        yield f"            ({config.framework})"
    if lines and config.note:
        yield f"            {config.note}"


def choice_words(one: Choice) -> str:
    """An option's trade-offs in one line."""
    option = one.option
    parts = [figures_of(one.quoted)] if one.quoted is not None else ["no row"]
    if one.quoted is not None and not option.is_near:
        other = "batch size" if option.other_batch else "size or architecture"
        parts[0] += f" (a row of another {other}: nothing is carried over)"
    if one.quoted is not None and one.quoted.row.needs_note:
        parts[0] += f" (quality: {one.quoted.row.quality})"
    if one.request_ms is not None and one.token_ms is not None and one.speed is not None:
        parts.append(
            f"{amount(one.token_ms.value, 'ms')} a token, {amount(one.request_ms.value, 'ms')} a request "
            f"(row {one.speed.id})"
        )
    if option.memory is not None:
        parts.append(f"needs about {amount(option.memory.needed_gb, 'GB')}")
    row = one.perplexity
    said = one.quoted is not None and one.quoted.row is row
    if row is not None and row.delta_ppl_pct is not None and not said:
        parts.append(f"perplexity {signed(row.delta_ppl_pct)} (row {row.id})")
    if one.quoted is not None:
        parts.append(f"[row {one.quoted.row.id}]")
    return f"{option.title} {option.confidence.glyphs}: {' · '.join(parts)}"


def _choices(answer: Answer) -> Iterator[str]:
    if not answer.choices:
        return
    yield f"Options, by {answer.situation.objective.value}:"
    for number, one in enumerate(answer.choices, 1):
        yield f"  {number}. {choice_words(one)}"


def last_lists(answer: Answer) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Titles and entries of what stands below the configuration and the options."""
    yield "Also", answer.further
    yield "Cost", _cost_lines(answer)
    yield "Assumptions", answer.assumptions
    yield "Risks & boundaries", (*answer.boundaries, *answer.risks)
    yield "Supplementary", answer.supplementary
    yield "Arithmetic", tuple(str(one) for one in answer.computations)
    yield "Follow-up", answer.questions


def _cost_lines(answer: Answer) -> tuple[str, ...]:
    """What a month takes now and then, what is saved, and what was assumed for that."""
    if answer.saving is None:
        return answer.cost_notes
    return (*saving_words(answer.saving), *answer.cost_notes)


def saving_words(saving: Saving) -> tuple[str, ...]:
    """Before, after and the difference, a line each."""
    currency = saving.volume.currency

    def month(kwh: float, money: float | None, co2: float) -> str:
        paid = f", {money:.2f} {currency}" if money is not None else ""
        return f"{kwh:.2f} kWh{paid}, {co2:.2f} kg CO2e a month"

    before, after = saving.before, saving.after
    return (
        f"Now: {month(before.kwh, before.money, before.co2_kg)}",
        f"Then: {month(after.kwh, after.money, after.co2_kg)}",
        f"Saved: {month(saving.saved_kwh, saving.saved_money, saving.saved_co2_kg)}",
    )

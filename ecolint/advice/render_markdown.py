"""An answer as Markdown, for issues, pull requests and documentation pages."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.advice.answer import Answer
from ecolint.advice.quoting import conditions_of, dataset_of, line_of
from ecolint.advice.render_text import MOST_ROWS, choice_words, last_lists, side_words
from ecolint.advice.tables import markdown_table
from ecolint.reporters.escaping import visible_lines


def render(answer: Answer) -> str:
    """The whole answer; ends with a line end."""
    return "\n".join(part for line in _lines(answer) for part in visible_lines(line)) + "\n"


def _lines(answer: Answer) -> Iterator[str]:
    if answer.lookup is not None:
        yield f"**Lookup:** {line_of(answer.lookup)}\n"
    yield f"**Conclusion:** {answer.conclusion}\n"
    if answer.baseline is not None:
        yield f"**Baseline:** {answer.baseline.title} -> {side_words(answer.baseline)}\n"
    if answer.recommended is not None:
        yield f"**Recommended:** {answer.recommended.title} -> {side_words(answer.recommended)}\n"
    if answer.next_best:
        yield f"**Next best:** {answer.next_best}\n"
    if answer.table is not None:
        yield from markdown_table(answer.table)
        yield ""
        yield from _list("Cells", answer.table.footnotes)
    causes = (
        f"**{one.name}:** {one.mechanism} Evidence: {one.support} To confirm: {one.confirm}"
        for one in answer.causes
    )
    yield from _list("Causes", tuple(causes), numbered=True)
    yield from _list("Evidence", tuple(_evidence(answer)))
    yield f"**Confidence:** {answer.confidence} ({answer.situation.name})\n"
    yield from _list("Steps down", answer.confidence.downgrades)
    yield from _config(answer)
    if answer.protocol == "recommend":
        title = f"Options, by {answer.situation.objective.value}"
        yield from _list(title, tuple(map(choice_words, answer.choices)), numbered=True)
        yield from _list("Excluded", tuple(f"{one.title}: {one.reason}" for one in answer.left))
    for title, entries in last_lists(answer):
        yield from _list(title, entries)
    yield f"`{answer.footer}`"


def _evidence(answer: Answer) -> Iterator[str]:
    for one in answer.evidence[:MOST_ROWS]:
        note = f" Note: {one.row.note}" if one.row.needs_note else ""
        conditions = " · ".join(filter(None, (dataset_of(one.row), conditions_of(one.row))))
        yield f"{line_of(one)}; {conditions}.{note}"
    rest = len(answer.evidence) - MOST_ROWS
    if rest > 0:
        yield f"and {rest} more rows: `--format json`"


def _list(title: str, entries: tuple[str, ...], *, numbered: bool = False) -> Iterator[str]:
    if not entries:
        return
    yield f"**{title}:**\n"
    for number, entry in enumerate(entries, 1):
        yield f"{number}. {entry}" if numbered else f"- {entry}"
    yield ""


def _config(answer: Answer) -> Iterator[str]:
    config = answer.config
    if config is None:
        return
    if not config.snippet:
        yield f"**Config:** {config.note}\n"
        return
    yield f"**Config** ({config.framework}):\n"
    yield f"```\n{config.snippet}\n```\n"
    if config.note:
        yield f"{config.note}\n"

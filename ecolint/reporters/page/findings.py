"""Findings file by file, as the page shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from ecolint.evidence import Row
from ecolint.finding import Finding, Level
from ecolint.records import dataclass
from ecolint.reporters.base import RenderContext, by_place
from ecolint.reporters.costs import cost_words
from ecolint.reporters.page.excerpts import CodeLine, code_lines
from ecolint.reporters.page.explanations import Explanation
from ecolint.reporters.quotes import percent
from ecolint.reporters.setups import setup_words, view

FP16 = "fp16"


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding. `explanation` is None where `told_by` already tells the same; ids are unique on the page."""

    id: str
    finding: Finding
    place: str
    setup: tuple[str, ...]
    figure: str
    figure_words: str
    lines: tuple[CodeLine, ...]
    cost: str
    explanation: Explanation | None
    told_by: Shown | None

    @property
    def framework(self) -> str:
        return self.finding.setup.framework if self.finding.setup is not None else ""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """The findings of one file, with the number of each level that there is."""

    path: str
    findings: tuple[Shown, ...]
    counts: tuple[tuple[Level, int], ...]


def files(findings: Iterable[Finding], context: RenderContext) -> Iterator[ShownFile]:
    """Every file with findings, by path."""
    told: dict[object, Shown] = {}
    number = 0
    for path, group in groupby(by_place(findings), key=lambda one: one.path):
        shown = []
        for finding in group:
            number += 1
            shown.append(_shown(f"f{number}", finding, context, told))
        counts = Counter(one.finding.level for one in shown)
        yield ShownFile(path, tuple(shown), tuple((level, counts[level]) for level in Level if counts[level]))


def _shown(id: str, finding: Finding, context: RenderContext, told: dict[object, Shown]) -> Shown:
    explanation = Explanation(finding)
    earlier = told.get(explanation.key)
    figure, words = _figure(finding)
    shown = Shown(
        id=id,
        finding=finding,
        place=_place(finding),
        setup=tuple(setup_words(view(finding.setup))) if finding.setup is not None else (),
        figure=figure,
        figure_words=words,
        lines=code_lines(context.read_source(finding.path), finding.region),
        cost=cost_words(finding, context),
        explanation=None if earlier is not None or explanation.is_empty else explanation,
        told_by=earlier,
    )
    if shown.explanation is not None:
        told[explanation.key] = shown
    return shown


def _place(finding: Finding) -> str:
    region = finding.region
    if region.cell is None:
        return f"line {region.line}"
    return f"line {region.line} (cell {region.cell + 1}, line {region.cell_line or 1})"


def _figure(finding: Finding) -> tuple[str, str]:
    """The energy of a finding, and what kind of figure that is."""
    overhead = finding.overhead
    if overhead is None:
        return "", ""
    if overhead.expected_pct is not None:
        return percent(overhead.expected_pct), f"energy against {_baseline(overhead.relative_to)}"
    if overhead.relative_to != FP16 and overhead.low_pct is not None and overhead.high_pct is not None:
        words = f"{percent(overhead.low_pct)} to {percent(overhead.high_pct)}"
        return words, f"energy against {_baseline(overhead.relative_to)}"
    return overhead.claim, overhead.source


def _baseline(relative_to: str) -> str:
    return relative_to if " " in relative_to else relative_to.upper()


def quoted_rows(findings: Iterable[Finding]) -> tuple[Row, ...]:
    """Every row that a finding rests on, once, by id."""
    return tuple(
        sorted({row.id: row for one in findings for row in one.rows}.values(), key=lambda row: row.id)
    )

"""The report that a person reads: per finding its source line, what was measured, how sure that is, a remedy.

The order is that of the seed's answer template: conclusion, baseline against measured, evidence, confidence,
configuration, risks and boundaries, what to tell. Cells of notebooks are counted from 1 here, as people do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ecolint.finding import Finding, Fix, Region, Report
from ecolint.reporters.base import RenderContext, Reporter, by_place
from ecolint.reporters.brief import PROMISES
from ecolint.reporters.costs import cost_words
from ecolint.reporters.escaping import no_command, visible, visible_lines, visible_path
from ecolint.reporters.excerpt import excerpt
from ecolint.reporters.quotes import Quote, first_rows, percent, precision_words, quote, span_of
from ecolint.reporters.setups import setup_words, view
from ecolint.reporters.summary import closing
from ecolint.reporters.terminal import Painter, joined, wrapped

INDENT = "  "
LABEL_WIDTH = 12
MOST_ROWS = 3
"""Up to this many rows are all quoted; of more, the range and the first `FEW_ROWS`."""
FEW_ROWS = 2
NARROWEST = 40


def place(path: str, region: Region) -> str:
    """`path:line:column`, for notebooks with cell and line in the cell."""
    where = f"{visible_path(path)}:{region.line}:{region.column}"
    if region.cell is None:
        return where
    return f"{where} (cell {region.cell + 1}, line {region.cell_line or 1})"


@dataclass
class _Page:
    """The text of one run. Conditions of a row are told once, where it is first quoted."""

    context: RenderContext
    painter: Painter
    width: int
    told: set[str] = field(default_factory=set)

    def finding(self, finding: Finding) -> Iterator[str]:
        yield self._heading(finding)
        yield from self._paragraph(finding.message)
        yield from self._source(finding.path, finding.region)
        for detail in finding.details:
            yield from self._paragraph(detail)
        if finding.setup is not None:
            yield from self._field(
                "Setup", joined(map(visible, setup_words(view(finding.setup))), self._room)
            )
        yield from self._measured(finding)
        if spent := cost_words(finding, self.context):
            yield from self._field("Cost", wrapped(spent, self._room))
        if finding.confidence is not None:
            stars = self.painter.paint(finding.confidence.glyphs, "stars")
            yield from self._field("Confidence", (f"{stars} {finding.confidence.label}",))
            for reason in finding.confidence.downgrades:
                yield from self._field("", wrapped(f"one step down: {visible(reason)}", self._room))
        if finding.source_note:
            yield from self._paragraph(finding.source_note)
        if finding.fix is not None:
            yield from self._fix(finding.fix)
        for label, texts in (("Boundary", finding.boundaries), ("Tell", finding.questions)):
            for text in texts:
                yield from self._field(label, wrapped(visible(text), self._room))
                label = ""

    @property
    def _room(self) -> int:
        return self.width - len(INDENT) - LABEL_WIDTH

    def _heading(self, finding: Finding) -> str:
        paint = self.painter.paint
        where = paint(place(finding.path, finding.region), "path")
        rule = self.context.rule(finding.rule)
        code = self.painter.link(
            paint(f"{finding.rule}[{finding.level.value}]", finding.level.value), rule.link if rule else ""
        )
        stars = f" {paint(finding.confidence.glyphs, 'stars')}" if finding.confidence is not None else ""
        return f"{where}: {code} {visible(finding.name)}{stars}"

    def _paragraph(self, text: str) -> Iterator[str]:
        for line in visible_lines(text):
            for part in wrapped(line, self.width - len(INDENT)):
                yield INDENT + part

    def _field(self, label: str, lines: Iterable[str]) -> Iterator[str]:
        title = self.painter.paint(f"{label}:".ljust(LABEL_WIDTH), "label") if label else " " * LABEL_WIDTH
        for line in lines:
            yield f"{INDENT}{title}{line}".rstrip()
            title = " " * LABEL_WIDTH

    def _source(self, path: str, region: Region) -> Iterator[str]:
        source = self.context.read_source(path)
        if source is None:
            return
        number = str(region.line)
        shown = excerpt(source, region, self.width - len(INDENT) - len(number) - 3)
        if shown is None:
            return
        paint = self.painter.paint
        before, marked, after = (
            shown.text[: shown.start],
            shown.text[shown.start : shown.end],
            shown.text[shown.end :],
        )
        bar = paint("|", "dim")
        line = f"{INDENT}{paint(number, 'dim')} {bar} {before}{paint(marked, 'mark')}{after}"
        yield line.rstrip()
        more = " ..." if shown.cut else ""
        marks = paint("^" * shown.width + more, "mark")
        yield f"{INDENT}{' ' * len(number)} {bar} {' ' * shown.offset}{marks}"

    def _measured(self, finding: Finding) -> Iterator[str]:
        rows = finding.rows
        span = span_of(rows)
        if len(rows) > MOST_ROWS:
            rest = len(rows) - FEW_ROWS
            reach = f", {percent(span[0])} to {percent(span[1])} energy" if span else ""
            baseline = next((one.baseline for one in map(quote, rows) if one.baseline), None)
            against = f" against {precision_words(baseline.precision)}" if baseline and span else ""
            told = f"{len(rows)} rows{reach}{against}; {FEW_ROWS} quoted here, {rest} more in the JSON report"
            yield from self._field("Measured", wrapped(told, self._room))
            rows = first_rows(rows, FEW_ROWS)
        for one in map(quote, rows):
            yield from self._quote(one, finding.details)
        if finding.overhead is not None and finding.overhead.claim:
            claim = f"{visible(finding.overhead.claim)}, {finding.overhead.source}"
            if not rows:
                claim += "; no measured row is near this setup"
            yield from self._field("Claim", wrapped(claim, self._room))

    def _quote(self, one: Quote, details: Sequence[str]) -> Iterator[str]:
        if one.start:
            yield from self._field("Baseline", (one.start,))
        yield from self._field("Measured", wrapped(one.outcome, self._room))
        row = f"row {one.row.id}"
        if one.row.id in self.told:
            yield from self._field("Evidence", wrapped(f"{row}, conditions as quoted above", self._room))
            return
        self.told.add(one.row.id)
        yield from self._field("Evidence", joined(one.conditions, self._room))
        yield from self._field("", joined((row, one.link), self._room))
        if one.note and not any(one.note in detail for detail in details):
            yield from self._field("", wrapped(f"Note: {one.note}", self._room))

    def _fix(self, fix: Fix) -> Iterator[str]:
        title = f"{visible(fix.title)} ({PROMISES[fix.applicability]})"
        yield from self._field("Fix", wrapped(title, self._room))
        for line in visible_lines(fix.snippet) if fix.snippet else ():
            yield from self._field("", (f"  {self.painter.paint(line, 'snippet')}",))
        if fix.price:
            yield from self._field("Risk", wrapped(visible(fix.price), self._room))


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """The whole report, finding by finding."""
    painter = Painter(context.color, context.hyperlinks)
    page = _Page(context, painter, max(context.width, NARROWEST))
    gap = ""
    for finding in by_place(report.findings):
        yield gap + "".join(f"{no_command(line)}\n" for line in page.finding(finding))
        gap = "\n"
    end = "".join(f"{no_command(line)}\n" for line in closing(report, context, painter))
    if end:
        yield gap + end


def render_concise(report: Report, context: RenderContext) -> Iterator[str]:
    """One line a finding, then the summary."""
    painter = Painter(context.color, context.hyperlinks)
    for finding in by_place(report.findings):
        yield f"{no_command(concise_line(finding, painter))}\n"
    yield "".join(f"{no_command(line)}\n" for line in closing(report, context, painter))


def concise_line(finding: Finding, painter: Painter) -> str:
    """`path:line:column: CODE[level] message (★★☆)`."""
    where = painter.paint(place(finding.path, finding.region), "path")
    code = painter.paint(f"{finding.rule}[{finding.level.value}]", finding.level.value)
    stars = (
        f" ({painter.paint(finding.confidence.glyphs, 'stars')})" if finding.confidence is not None else ""
    )
    return f"{where}: {code} {visible(finding.message)}{stars}"


TEXT = Reporter("text", render)
CONCISE = Reporter("concise", render_concise)

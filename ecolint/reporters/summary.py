"""What a run amounts to: counts, statistics, undecided places, setups, and the footer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecolint.finding import Applicability, Level, Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.costs import total_lines
from ecolint.reporters.escaping import visible, visible_path
from ecolint.reporters.quotes import percent
from ecolint.reporters.setups import how_known, setup_words, view
from ecolint.reporters.statistics import counts
from ecolint.reporters.terminal import SEPARATOR, Painter, counted, joined


def closing(report: Report, context: RenderContext, painter: Painter) -> Iterator[str]:
    """Everything below the findings."""
    if context.show_undecided and report.undecided:
        yield from _undecided(report, painter)
    if context.show_setups and report.setups:
        yield from _setups(report, painter)
    if context.statistics and report.findings:
        yield from _statistics(report, painter)
    if not context.quiet:
        yield from _totals(report, context, painter)
    if context.footer:
        yield context.footer


def totals(report: Report) -> str:
    """`3 findings: 1 error, 1 warning, 1 note`, or `No findings`."""
    if not report.findings:
        return "No findings"
    levels = ", ".join(counted(report.count(level), level.value) for level in Level if report.count(level))
    return f"{counted(len(report.findings), 'finding')}: {levels}"


def scanned(report: Report) -> str:
    """Files and time of the run."""
    files = f"{counted(report.files_scanned, 'file')} scanned, {report.files_parsed} parsed"
    return f"{files} in {report.seconds:.2f} s"


def left_out(report: Report) -> list[str]:
    """What the findings leave out, and why, as far as there is anything."""
    numbers = (
        (len(report.suppressed), "suppressed"),
        (report.hidden, "below min-confidence"),
        (report.in_baseline, "in the baseline"),
        (report.unchanged, "on unchanged lines"),
        (len(report.undecided), "undecided"),
    )
    return [f"{number} {words}" for number, words in numbers if number]


def _totals(report: Report, context: RenderContext, painter: Painter) -> Iterator[str]:
    others = left_out(report)
    if report.undecided and not context.show_undecided:
        others[-1] += " (--show-undecided)"
    worst = max((one.level for one in report.findings), key=lambda level: level.weight, default=None)
    style = worst.value if worst else "good"
    told = totals(report)
    for line in joined([told, *others], max(context.width, len(told))):
        yield line.replace(told, painter.paint(told, style), 1)
    fixes = Counter(one.fix.applicability for one in report.findings if one.fix and one.fix.edits)
    offers = [
        f"{fixes[kind]} fixable with {option}"
        for kind, option in ((Applicability.SAFE, "--fix"), (Applicability.UNSAFE, "--fix --unsafe-fixes"))
        if fixes[kind]
    ]
    if offers:
        yield SEPARATOR.join(offers)
    yield from total_lines(report.findings, context)
    yield scanned(report)


def _undecided(report: Report, painter: Painter) -> Iterator[str]:
    yield painter.paint("Undecided, because it is only known at run time:", "label")
    for one in sorted(report.undecided, key=lambda item: (item.path, item.region.span, item.rule)):
        where = painter.paint(f"{visible_path(one.path)}:{one.region.line}:{one.region.column}", "path")
        yield f"  {where}: {one.rule} {visible(one.name)}: {visible(one.reason)}"
    yield ""


def _setups(report: Report, painter: Painter) -> Iterator[str]:
    yield painter.paint("Setups found:", "label")
    for one in sorted(report.setups, key=lambda item: (item.path, item.region.span)):
        where = painter.paint(f"{visible_path(one.path)}:{one.region.line}:{one.region.column}", "path")
        yield f"  {where}: {SEPARATOR.join(map(visible, setup_words(view(one.setup))))}"
        for name, value in one.setup.located():
            if value.is_set:
                when = f", {value.when}" if value.when else ""
                shown = "?" if value.is_dynamic else getattr(value.value, "value", value.value)
                yield f"    {name} = {visible(f'{shown} ({how_known(value.known, value.origin)}{when})')}"
    yield ""


def _statistics(report: Report, painter: Painter) -> Iterator[str]:
    yield painter.paint("Findings by rule:", "label")
    for one in counts(report.findings):
        reach = ""
        if one.low_pct is not None and one.high_pct is not None:
            low, high = percent(one.low_pct), percent(one.high_pct)
            reach = f"  {low if one.low_pct == one.high_pct else f'{low} to {high}'} energy expected"
        yield f"{one.findings:>6}  {one.rule}  {visible(one.name)}{reach}"
    yield ""

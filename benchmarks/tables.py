"""The results as Markdown, and their place in a page."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from benchmarks.bars import Judged, judge
from benchmarks.machine import QUIET
from benchmarks.processes import Sample
from benchmarks.results import Results, Subject
from benchmarks.rounds import cpu, median, ratio, wall

BEGIN, END = "<!-- benchmarks -->", "<!-- /benchmarks -->"
MARKS = {True: "yes", False: "**no**", None: ""}


class NoPlace(Exception):
    """A page without the two marks that the tables go between."""


def render(results: Results) -> str:
    """All of it: machine, bars, times, memory."""
    subjects = results.subjects
    parts = (_bars(judge(results)), _trees(subjects), _times(subjects), _memory(subjects))
    return "\n\n".join([_about(results), *filter(None, parts)]) + "\n"


def placed(page: str, text: str) -> str:
    """The page with the text between its marks. Raises NoPlace."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise NoPlace(f"no {BEGIN} … {END} in the page")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int) -> str:
    """A Markdown table, its columns right-aligned from the given one on."""
    rule = ["---:" if column >= numbers_from else "---" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int) -> str:
    return f"### {title}\n\n{table(head, rows, numbers_from)}" if rows else ""


def _about(results: Results) -> str:
    quiet = all(spin <= QUIET for spin in results.spins)
    before, after = (f"{spin:.2f}" for spin in results.spins)
    word = "quiet" if quiet else "**busy with other work**: only the ratios say something, and those roughly"
    return "\n".join(
        (
            "- Machine: " + ", ".join(f"{key} {value}" for key, value in results.machine.items()),
            "- Versions: " + ", ".join(f"{key} {value}" for key, value in results.versions.items()),
            f"- Rounds: {results.rounds}",
            f"- Spin test: {before} before, {after} after; the machine was {word}.",
        )
    )


def _bars(judged: Sequence[Judged]) -> str:
    head = ("work", "tree", "measured", "bar", "met", "stretch", "met")
    rows = [
        (
            item.bar.work,
            item.subject,
            f"{_number(item.value)} {item.bar.unit}",
            _limit(item.bar.bar, item.bar.unit),
            MARKS[item.meets_bar],
            _limit(item.bar.stretch, item.bar.unit),
            MARKS[item.meets_stretch],
        )
        for item in judged
    ]
    return _section("Bars", head, rows, 2)


def _trees(subjects: Sequence[Subject]) -> str:
    head = ("tree", "kind", "files", "MB", "in scope", "with a keyword", "findings")
    rows = [
        (
            item.name,
            item.kind,
            f"{item.files:,}",
            f"{(item.size or 0) / 1e6:.1f}",
            f"{item.in_scope:,}",
            f"{item.with_keyword:,}",
            f"{item.findings:,}",
        )
        for item in subjects
        if item.files is not None
    ]
    return _section("Trees", head, rows, 2)


def _times(subjects: Sequence[Subject]) -> str:
    head = (
        "tree or files",
        "command",
        "wall ms",
        "min",
        "max",
        "processor ms",
        "ecolint / this",
        "by processor time",
    )
    rows = [
        (
            subject.name,
            name,
            _milliseconds(median(series)),
            _milliseconds(min(walls)),
            _milliseconds(max(walls)),
            _milliseconds(median(series, cpu)),
            _number(_own_ratio(subject, name, wall)),
            _number(_own_ratio(subject, name, cpu)),
        )
        for subject in subjects
        for name, series in subject.series.items()
        if (walls := [sample.wall for sample in series if sample])
    ]
    return _section("Times", head, rows, 2)


def _own_ratio(subject: Subject, name: str, time: Callable[[Sample], float]) -> float | None:
    """Ratio of ecolint to another command, its own cached run to another cached one."""
    own = "ecolint, cached" if name.endswith(", cached") else "ecolint"
    if name == own or own not in subject.series:
        return None
    return ratio(subject.series[own], subject.series[name], time)


def _memory(subjects: Sequence[Subject]) -> str:
    rows = [
        (subject.name, name, memory)
        for subject in subjects
        for name in subject.series
        if (memory := _megabytes(subject, name))
    ]
    return _section("Peak memory", ("tree or files", "command", "MB"), rows, 2)


def _megabytes(subject: Subject, name: str) -> str:
    """All processes together; for what was not watched at least that of its largest one."""
    if name in subject.peaks:
        return f"{subject.peaks[name] / 1e6:.0f}"
    largest = [sample.largest for sample in subject.series[name] if sample]
    return f"≥ {statistics.median(largest) / 1e6:.0f}" if largest else ""


def _milliseconds(seconds: float | None) -> str:
    return "" if seconds is None else _number(seconds * 1000)


def _number(value: float | None) -> str:
    """Three significant digits, no exponent."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    digits = 1 if value >= 10 else 2 if value >= 1 else 3 if value >= 0.1 else 4
    return f"{value:.{digits}f}"


def _limit(value: float | None, unit: str) -> str:
    return "" if value is None else f"≤ {value:g} {unit}"

"""What is asked of the speed, and whether a run meets it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from benchmarks.results import Results, Subject
from benchmarks.rounds import median, ratio

Values = Iterable[tuple[str, float]]
"""Pairs of what was scanned and the value."""

FEW, MANY, FULL = "few", "many", "full"
TREES = (FEW, MANY, FULL)
SMALL, LARGE = "1k", "80k"


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit: `bar` must hold, `stretch` is what would be fine. None where nothing is asked."""

    work: str
    unit: str
    bar: float | None
    stretch: float | None
    values: Callable[[Results], Values]


@dataclass(frozen=True, slots=True)
class Judged:
    """A value beside its limits; `meets_bar` is None where nothing is asked."""

    bar: Bar
    subject: str
    value: float

    @property
    def meets_bar(self) -> bool | None:
        """Whether the bar holds."""
        return None if self.bar.bar is None else self.value <= self.bar.bar

    @property
    def meets_stretch(self) -> bool | None:
        """Whether the stretch goal holds."""
        return None if self.bar.stretch is None else self.value <= self.bar.stretch


def judge(results: Results) -> list[Judged]:
    """Every value that the run has for a bar."""
    return [Judged(bar, subject, value) for bar in BARS for subject, value in bar.values(results)]


def _against(other: str, kinds: Iterable[str], own: str = "ecolint") -> Callable[[Results], Values]:
    def values(results: Results) -> Iterator[tuple[str, float]]:
        for subject in results.subjects:
            if subject.kind in kinds and own in subject.series and other in subject.series:
                value = ratio(subject.series[own], subject.series[other])
                if value is not None:
                    yield subject.name, value

    return values


def _hook(case: str) -> Callable[[Results], Values]:
    def values(results: Results) -> Values:
        return (
            (name, value) for name, value in _against("python -c pass", ("files",))(results) if name == case
        )

    return values


def slope(smaller: Subject, larger: Subject) -> float | None:
    """Microseconds for each further file in scope between two trees; None where it cannot be said."""
    first, second = (median(item.series.get("ecolint", ())) for item in (smaller, larger))
    more = (larger.in_scope or 0) - (smaller.in_scope or 0)
    return (second - first) / more * 1e6 if first and second and more > 0 else None


def _slopes(prefix: str) -> Callable[[Results], Values]:
    def values(results: Results) -> Iterator[tuple[str, float]]:
        sizes = _sizes(results, prefix)
        if SMALL in sizes and LARGE in sizes:
            value = slope(sizes[SMALL], sizes[LARGE])
            if value is not None:
                yield f"{prefix}-{SMALL} to {prefix}-{LARGE}", value

    return values


def _bend(prefix: str) -> Callable[[Results], Values]:
    """How much steeper the last stretch is than the first: 1 is a straight line."""

    def values(results: Results) -> Iterator[tuple[str, float]]:
        sizes = _sizes(results, prefix)
        if len(sizes) == 3:
            first, middle, last = sizes.values()
            below, above = slope(first, middle), slope(middle, last)
            if below and above:
                yield prefix, above / below

    return values


def _sizes(results: Results, prefix: str) -> dict[str, Subject]:
    found = [item for item in results.subjects if item.name.startswith(f"{prefix}-") and "size" in item.kind]
    ordered = sorted(found, key=lambda item: item.files or 0)
    return {item.name.removeprefix(f"{prefix}-"): item for item in ordered}


def _peaks(results: Results) -> Iterator[tuple[str, float]]:
    for subject in results.subjects:
        if subject.name.endswith(f"-{LARGE}") and "ecolint" in subject.peaks:
            yield subject.name, subject.peaks["ecolint"] / 1e6


CACHED = "ecolint, cached"
BARS = (
    Bar("few candidates, cold, against `rg -l -F`", "×", 2.0, 1.2, _against("rg", (FEW,))),
    Bar(
        "few candidates, cold, against `ruff --no-cache --select E9`",
        "×",
        0.30,
        0.12,
        _against("ruff", (FEW,)),
    ),
    Bar("many mentions, cold, against `rg -l -F`", "×", 3.5, 2.0, _against("rg", (MANY,))),
    Bar(
        "many mentions, cold, against `ruff --no-cache --select E9`",
        "×",
        0.35,
        0.2,
        _against("ruff", (MANY,)),
    ),
    Bar(
        "full of candidates, cold, against `ruff --no-cache --select E9`",
        "×",
        2.5,
        1.2,
        _against("ruff", (FULL,)),
    ),
    Bar("any, cold, against semgrep with four rules", "×", 0.04, 0.015, _against("semgrep", TREES)),
    Bar("any, second run, against ruff's cached run", "×", 1.5, 0.6, _against("ruff, cached", TREES, CACHED)),
    Bar("one clean file, against `python -c pass`", "×", 6.0, 4.5, _hook("one clean file")),
    Bar(
        "one file with one finding, against `python -c pass`",
        "×",
        25.0,
        10.0,
        _hook("one file with one finding"),
    ),
    Bar("time for each further file in scope, few candidates", "µs", None, 8.0, _slopes("size")),
    Bar("the same, files of all the trees mixed", "µs", None, None, _slopes("mixed")),
    Bar("slope 10k to 80k over slope 1k to 10k, few candidates", "×", 1.5, None, _bend("size")),
    Bar("the same, files of all the trees mixed", "×", 1.5, None, _bend("mixed")),
    Bar("peak memory, 80k files, all processes", "MB", 150.0, 60.0, _peaks),
)

"""What a reporter is, and what it is given besides the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ecolint import __version__
from ecolint.finding import Finding, Level, Report
from ecolint.rules.base import Rule
from ecolint.settings.keys import Cost
from ecolint.source import SourceFile


def _no_source(path: str) -> SourceFile | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderContext:
    """What reporters may use besides the report.

    `read_source` gives the file of a path as reported, None where it cannot be read (again); it is asked more
    than once for each finding, so it should remember. `rules` is the whole catalogue, by code, and does not
    depend on what was found. `width` is in columns of the terminal. `quiet` leaves the summary of text out.
    `include_suppressed` and `sarif_category` concern SARIF alone. `cost` holds the volumes and prices from which
    the cost of a finding is computed. `fail_on` is the lowest level that fails the run, or `never`.
    """

    read_source: Callable[[str], SourceFile | None] = _no_source
    rules: tuple[Rule, ...] = ()
    footer: str = ""
    version: str = __version__
    color: bool = False
    hyperlinks: bool = False
    width: int = 100
    show_undecided: bool = False
    show_setups: bool = False
    statistics: bool = False
    quiet: bool = False
    include_suppressed: bool = False
    sarif_category: str | None = None
    cost: Cost | None = None
    fail_on: str = Level.WARNING.value

    def rule(self, code: str) -> Rule | None:
        """The catalogue's rule of that code, None where it has none."""
        return next((rule for rule in self.rules if rule.code == code), None)


Render = Callable[[Report, RenderContext], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Reporter:
    """One output format. `render` gives the output in pieces that are written one after the other; the last
    one ends with a line end."""

    name: str
    render: Render

    def text(self, report: Report, context: RenderContext) -> str:
        """The whole output."""
        return "".join(self.render(report, context))


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by path, place and rule."""
    return sorted(findings, key=lambda one: (one.path, one.region.span, one.rule))


def overhead_of(finding: Finding) -> float:
    """The overhead in percent that a finding is ranked by: the quoted row's, or else the low end claimed."""
    if finding.overhead is None:
        return 0.0
    figures = (finding.overhead.expected_pct, finding.overhead.low_pct)
    return next((figure for figure in figures if figure is not None), 0.0)


def by_weight(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by level, then by overhead, the heaviest first; ties in the order of place."""
    return sorted(by_place(findings), key=lambda one: (-one.level.weight, -overhead_of(one)))

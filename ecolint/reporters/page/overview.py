"""What the run amounts to, and by what its findings can be filtered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ecolint.finding import Applicability, Finding, Level, Report
from ecolint.records import dataclass
from ecolint.reporters.base import RenderContext, by_weight
from ecolint.reporters.costs import total_lines
from ecolint.reporters.quotes import percent, span_of
from ecolint.reporters.summary import left_out
from ecolint.reporters.terminal import counted
from ecolint.rules.base import Rule

MOST_FOLDERS = 200


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule that was broken: how often, and what the rows that its findings quote span."""

    code: str
    name: str
    rule: Rule | None
    number: int
    energy: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of the page. `failing` tells what makes the run fail; choices are values with their counts."""

    levels: tuple[tuple[Level, int], ...]
    files: str
    failing: str
    offers: tuple[str, ...]
    left_out: tuple[str, ...]
    gravest: Finding | None
    rules: tuple[RuleCount, ...]
    frameworks: tuple[tuple[str, int], ...]
    folders: tuple[tuple[str, int], ...]
    costs: tuple[str, ...]


def overview(report: Report, context: RenderContext) -> Overview:
    """The head of a report's page."""
    findings = report.findings
    frameworks = Counter(one.setup.framework for one in findings if one.setup is not None)
    return Overview(
        levels=tuple((level, report.count(level)) for level in Level),
        files=f"{counted(report.files_scanned, 'file')} scanned, {report.files_parsed} parsed",
        failing=_failing(report, context.fail_on),
        offers=tuple(_offers(findings)),
        left_out=tuple(left_out(report)),
        gravest=next(iter(by_weight(findings)), None),
        rules=tuple(_rules(findings, context)),
        frameworks=tuple(sorted(frameworks.items())),
        folders=folders(findings),
        costs=tuple(total_lines(findings, context)),
    )


def _failing(report: Report, fail_on: str) -> str:
    if fail_on == "never":
        return "No finding fails this run."
    bound = Level(fail_on)
    number = sum(report.count(level) for level in Level if level.weight >= bound.weight)
    if not number:
        return f"Nothing fails this run: no finding at the level {bound.value} or above."
    fails = "fails" if number == 1 else "fail"
    return f"{counted(number, 'finding')} {fails} this run, at the level {bound.value} or above."


def _offers(findings: Sequence[Finding]) -> list[str]:
    fixes = Counter(one.fix.applicability for one in findings if one.fix is not None and one.fix.edits)
    options = ((Applicability.SAFE, "--fix"), (Applicability.UNSAFE, "--fix --unsafe-fixes"))
    return [f"{fixes[kind]} fixable with {option}" for kind, option in options if fixes[kind]]


def _rules(findings: Sequence[Finding], context: RenderContext) -> list[RuleCount]:
    found = Counter((one.rule, one.name) for one in findings)
    counts = []
    for (code, name), number in sorted(found.items()):
        span = span_of([row for one in findings if one.rule == code for row in one.rows])
        energy = ""
        if span is not None:
            energy = percent(span[0]) if span[0] == span[1] else f"{percent(span[0])} to {percent(span[1])}"
        counts.append(RuleCount(code, name, context.rule(code), number, energy))
    return counts


def folders(findings: Sequence[Finding]) -> tuple[tuple[str, int], ...]:
    """Every folder with findings in or below it, as long as the list is one that people read."""
    counts: Counter[str] = Counter()
    for finding in findings:
        parts = finding.path.split("/")[:-1]
        counts.update("/".join(parts[: depth + 1]) for depth in range(len(parts)) if parts[depth])
    depth = max((name.count("/") for name in counts), default=0)
    while len(counts) > MOST_FOLDERS and depth:
        depth -= 1
        counts = Counter({name: number for name, number in counts.items() if name.count("/") <= depth})
    return tuple(sorted(counts.items()))

"""Annotations on pull requests: workflow commands that GitHub's runner reads from the log.

A step shows ten annotations a level. The heaviest findings get them; the rest are listed as plain lines under
a notice that says how many there are. Columns are given only for findings within one line, as GitHub wants it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecolint.finding import Finding, Level, Report
from ecolint.reporters.base import RenderContext, Reporter, by_weight
from ecolint.reporters.brief import sentences
from ecolint.reporters.escaping import no_command, visible, visible_path
from ecolint.reporters.summary import scanned, totals

COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
LIMIT = 10
"""Annotations that one step may show of each level."""
DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
PROPERTY = DATA | {":": "%3A", ",": "%2C"}


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """Commands for the heaviest findings, then the others, then the summary."""
    shown, others = _divided(by_weight(report.findings))
    for finding in shown:
        yield command(finding) + "\n"
    if others:
        told = (
            f"{len(others)} more ecolint findings are listed in the log; a step shows {LIMIT} of each level."
        )
        yield f"::notice title=ecolint::{_data(told)}\n"
        for finding in others:
            yield no_command(f"- {_place(finding)}: {_code(finding)} {visible(finding.message)}") + "\n"
    yield f"{totals(report)}; {scanned(report)}\n"
    if context.footer:
        yield f"{context.footer}\n"


def command(finding: Finding) -> str:
    """One workflow command on one line."""
    region = finding.region
    properties = {"file": finding.path, "line": str(region.line), "endLine": str(region.end_line)}
    if region.end_line == region.line:
        properties |= {"col": str(region.column), "endColumn": str(region.end_column)}
    properties["title"] = f"{finding.rule} {finding.name}"
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = _data("\n".join(sentences(finding)))
    return f"::{COMMANDS[finding.level]} {listed}::{text}"


def _divided(ordered: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Findings that get an annotation, and the others. The notice about those takes the place of one note."""
    count = Counter(finding.level for finding in ordered)
    room = dict.fromkeys(Level, LIMIT)
    if any(number > LIMIT for number in count.values()):
        room[Level.NOTE] -= 1
    shown: list[Finding] = []
    others: list[Finding] = []
    for finding in ordered:
        (shown if room[finding.level] > 0 else others).append(finding)
        room[finding.level] -= 1
    return shown, others


def _place(finding: Finding) -> str:
    return f"{visible_path(finding.path)}:{finding.region.line}:{finding.region.column}"


def _code(finding: Finding) -> str:
    return f"{finding.rule}[{finding.level.value}]"


def _data(text: str) -> str:
    return "".join(DATA.get(character, character) for character in text)


def _property(text: str) -> str:
    escaped = "".join(PROPERTY.get(character, character) for character in text)
    return "".join(character if character.isprintable() else visible(character) for character in escaped)


GITHUB = Reporter("github", render)

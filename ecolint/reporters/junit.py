"""JUnit XML: a suite a file, a case a finding.

Errors and warnings are failures. Notes never fail a run, so they are skipped cases that carry their message.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from ecolint.finding import Finding, Level, Report
from ecolint.reporters.base import RenderContext, Reporter, by_place
from ecolint.reporters.escaping import visible
from ecolint.reporters.text import TEXT

WIDTH = 100


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """The document in ASCII, suite by suite; without findings one suite with one passed case."""
    for piece in _document(report, context):
        yield piece.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _document(report: Report, context: RenderContext) -> Iterator[str]:
    findings = by_place(report.findings)
    skipped = report.count(Level.NOTE)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f'<testsuites name="ecolint" tests="{max(1, len(findings))}" failures="{len(findings) - skipped}"'
        f' errors="0" skipped="{skipped}" time="{report.seconds:.3f}">\n'
    )
    for path, group in groupby(findings, key=lambda one: one.path):
        yield from _suite(path, list(group), context)
    if not findings:
        yield '  <testsuite name="ecolint" tests="1" failures="0" errors="0" skipped="0">\n'
        yield from _properties(context)
        yield '    <testcase classname="ecolint" name="no findings"/>\n  </testsuite>\n'
    yield "</testsuites>\n"


def _suite(path: str, findings: list[Finding], context: RenderContext) -> Iterator[str]:
    skipped = sum(1 for one in findings if one.level is Level.NOTE)
    yield (
        f'  <testsuite name={_attribute(path)} tests="{len(findings)}" failures="{len(findings) - skipped}"'
        f' errors="0" skipped="{skipped}">\n'
    )
    yield from _properties(context)
    for finding in findings:
        yield from _case(finding, context)
    yield "  </testsuite>\n"


def _properties(context: RenderContext) -> Iterator[str]:
    """The footer; the format has a place for it in each suite only."""
    if context.footer:
        yield "    <properties>\n"
        yield f'      <property name="evidence" value={_attribute(context.footer)}/>\n'
        yield "    </properties>\n"


def _case(finding: Finding, context: RenderContext) -> Iterator[str]:
    region = finding.region
    name = f"{finding.rule} {finding.name} {region.line}:{region.column}"
    yield (
        f"    <testcase classname={_attribute(finding.path)} name={_attribute(name)}"
        f' file={_attribute(finding.path)} line="{region.line}">\n'
    )
    message = _attribute(finding.message)
    if finding.level is Level.NOTE:
        yield f"      <skipped message={message}/>\n"
    else:
        kind = _attribute(f"{finding.level.value} {finding.rule}")
        yield f"      <failure type={kind} message={message}>{_body(finding, context)}</failure>\n"
    yield "    </testcase>\n"


def _body(finding: Finding, context: RenderContext) -> str:
    alone = Report((finding,), (), (), (), 1, 1, 0, 0.0)
    plain = replace(context, color=False, hyperlinks=False, width=WIDTH)
    return escape(next(iter(TEXT.render(alone, plain))).strip())


def _attribute(text: str) -> str:
    return quoteattr(visible(text))


JUNIT = Reporter("junit", render)

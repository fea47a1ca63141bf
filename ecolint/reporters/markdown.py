"""Markdown for pull-request comments and job summaries.

Text from the repository can neither leave its table cell nor become a link, an image, a tag or a mention: the
signs that could do so stand as character references. A comment begins with a hidden mark, so that the next
run can find and replace it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.finding import Finding, Report
from ecolint.reporters.base import RenderContext, Reporter, by_weight
from ecolint.reporters.brief import FIX_WORDS
from ecolint.reporters.costs import cost_words, total_lines
from ecolint.reporters.escaping import visible, visible_lines
from ecolint.reporters.facts import facts
from ecolint.reporters.quotes import percent
from ecolint.reporters.summary import left_out, scanned, totals

MARK = "<!-- ecolint-report -->"
COMMENT_LIMIT = 65_536
"""Characters that GitHub takes in one comment."""
SUMMARY_LIMIT = 1_000_000
"""Bytes, a little below what GitHub takes in one job summary."""
RESERVE = 400
"""Characters kept free for the line that says what was left out, and for the footer."""
SPAN = re.compile(r"`([^`]+)`")
MARKUP = re.compile(r"[&<>`*_\[\]#|~@:\\$]|(?<=www)\.")


def literal(text: str) -> str:
    """Text that Markdown shows as it is, on one line, in a table as elsewhere."""
    return MARKUP.sub(lambda match: f"&#{ord(match[0])};", visible(text))


def code(text: str) -> str:
    """Text in code type; GitHub looks for no mentions or references in it."""
    return f"<code>{literal(text)}</code>"


def _prose(text: str) -> str:
    """A message: what stands between backticks in code type, the rest without mentions and references."""
    parts = SPAN.split(visible(text))
    return "".join(code(part) if number % 2 else _quiet(literal(part)) for number, part in enumerate(parts))


def _quiet(text: str) -> str:
    return re.sub(r"&#(?:64|35);(?=\w)", r"\g<0>&#8203;", text)


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """A comment of at most `COMMENT_LIMIT` characters."""
    yield f"{MARK}\n"
    yield body(report, context, COMMENT_LIMIT - len(MARK) - 1)


def job_summary(report: Report, context: RenderContext) -> str:
    """The text to append to the file that `GITHUB_STEP_SUMMARY` names."""
    return body(report, context, SUMMARY_LIMIT)


def body(report: Report, context: RenderContext, limit: int) -> str:
    """Heading, table, details and footer in at most `limit` bytes; the lightest findings are left out first."""
    head = [f"## ecolint: {totals(report).lower()}", ""]
    costs = [f"- {_prose(line)}" for line in total_lines(report.findings, context)]
    foot = [
        "",
        *([*costs, ""] if costs else []),
        ", ".join([*left_out(report), scanned(report)]) + ".",
        "",
        f"<sub>{literal(context.footer)}</sub>",
        "",
    ]
    room = limit - _size(head) - _size(foot) - RESERVE
    ordered = by_weight(report.findings)
    rows: list[str] = []
    details: list[str] = []
    for finding in ordered:
        row, detail = _row(finding), _detail(finding, cost_words(finding, context))
        room -= _size([row])
        if room < 0:
            break
        rows.append(row)
        if detail and _size([detail]) <= room:
            room -= _size([detail])
            details.append(detail)
    if rows:
        head += ["| Level | Where | What | Energy | Confidence |", "|---|---|---|---|---|", *rows, ""]
    if len(rows) < len(ordered):
        head += [f"{len(ordered) - len(rows)} more findings are not shown here.", ""]
    return "\n".join([*head, *details, *foot])


def _size(lines: list[str]) -> int:
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)


def _where(finding: Finding) -> str:
    region = finding.region
    cell = f" (cell {region.cell + 1}, line {region.cell_line or 1})" if region.cell is not None else ""
    return f"{code(f'{finding.path}:{region.line}')}{cell}"


def _row(finding: Finding) -> str:
    overhead = finding.overhead
    energy = ""
    if overhead is not None:
        expected = overhead.expected_pct
        source = "computed" if overhead.computed else "published"
        energy = percent(expected) if expected is not None else f"{_prose(overhead.claim)} {source}"
    stars = finding.confidence.glyphs if finding.confidence is not None else ""
    what = f"{finding.rule} {literal(finding.name)}: {_prose(finding.message)}"
    return f"| {finding.level.value} | {_where(finding)} | {what} | {energy} | {stars} |"


def _detail(finding: Finding, spent: str) -> str:
    """What the table has no room for, folded away; empty where there is nothing more to say."""
    lines = [f"{_prose(text)}\n" for text in finding.details]
    lines += [f"- {_fact(label, text)}" for label, text in facts(finding)]
    if spent:
        lines.append(f"- **Cost**: {_prose(spent)}")
    fix = finding.fix
    if fix is not None:
        lines.append(f"- **{FIX_WORDS[fix.applicability]}**: {_prose(fix.title)}")
        if fix.price:
            lines.append(f"- **Risk**: {_prose(fix.price)}")
        if fix.snippet:
            lines += ["", fenced(fix.snippet)]
    if not lines:
        return ""
    summary = f"<details><summary>{finding.rule} {_where(finding)}</summary>"
    return "\n".join([summary, "", *lines, "", "</details>", ""])


def _fact(label: str, text: str) -> str:
    return f"**{label}**: {_prose(text)}" if label else _prose(text)


def fenced(text: str) -> str:
    """Text as a code block that it cannot end."""
    lines = visible_lines(text)
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *lines, fence])


MARKDOWN = Reporter("markdown", render)

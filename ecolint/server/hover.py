"""The evidence of a finding, in Markdown as editors show it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.evidence import FOOTER
from ecolint.finding import Finding, Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.brief import FIX_WORDS
from ecolint.reporters.costs import cost_words
from ecolint.reporters.escaping import visible
from ecolint.reporters.facts import facts
from ecolint.reporters.markdown import SPAN, fenced
from ecolint.reporters.setups import setup_words, view
from ecolint.reporters.text import TEXT
from ecolint.rules.registry import find
from ecolint.settings.keys import Cost

MARKUP = re.compile(r"[\\`*<\[\]]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)|~(?=\S)|(?<=\S)~")
"""Signs that could make markup of a text on one line, behind other words; an underscore within a word cannot."""
PLAIN_WIDTH = 80


def prose(text: str) -> str:
    """Text that Markdown shows as it is, on one line; what stands between backticks in code type."""
    parts = SPAN.split(visible(text))
    return "".join(
        f"`{part}`" if number % 2 else MARKUP.sub(r"\\\g<0>", part) for number, part in enumerate(parts)
    )


def markdown(finding: Finding, cost: Cost | None = None) -> str:
    """Everything that is to be said of a finding."""
    return "\n".join(_blocks(finding, cost))


def plain(finding: Finding, cost: Cost | None = None) -> str:
    """The same as the text report says it, for clients that show no Markdown."""
    report = Report((finding,), (), (), (), 1, 1, 0, 0.0)
    context = RenderContext(footer=FOOTER, width=PLAIN_WIDTH, quiet=True, cost=cost)
    return TEXT.text(report, context)


def _blocks(finding: Finding, cost: Cost | None) -> Iterator[str]:
    yield f"{_title(finding)}\n\n{prose(finding.message)}\n"
    for detail in finding.details:
        yield f"{prose(detail)}\n"
    if finding.setup is not None:
        yield _item("Setup", " · ".join(setup_words(view(finding.setup))))
    for label, text in facts(finding):
        yield _item(label, text)
    if spent := cost_words(finding, RenderContext(cost=cost)):
        yield _item("Cost", spent)
    fix = finding.fix
    if fix is not None:
        yield f"\n**{FIX_WORDS[fix.applicability]}**: {prose(fix.title)}\n"
        if fix.snippet:
            yield f"{fenced(fix.snippet)}\n"
        if fix.price:
            yield f"**Risk**: {prose(fix.price)}\n"
    if finding.rows:
        yield f"\n---\n\n{prose(FOOTER)}"


def _title(finding: Finding) -> str:
    rule = find(finding.rule)
    code = f"[{finding.rule}]({rule.link})" if rule is not None else finding.rule
    stars = f" {finding.confidence.glyphs}" if finding.confidence is not None else ""
    return f"**{code}** {prose(finding.name)} · {finding.level.value}{stars}"


def _item(label: str, text: str) -> str:
    return f"- **{label}**: {prose(text)}" if label else f"- {prose(text)}"

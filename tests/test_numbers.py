"""Every percentage in anything that is printed traces to a row or to a computation over rows."""

from __future__ import annotations

import re

import pytest

from ecolint import evidence
from ecolint.finding import Finding
from ecolint.rules.registry import rules
from tests.expectations import FIXTURES, fixtures, read
from tests.test_fixtures import report_of

PERCENT = re.compile(r"(?<![\w.])[+\-−–]?\d+(?:\.\d+)?(?=\s*%)")
RANGE = re.compile(r"([+\-−]?\d+(?:\.\d+)?)\s*(?:to|~|–|-|…)\s*([+\-−]?\d+(?:\.\d+)?)\s*%")


def percentages(text: str) -> set[str]:
    """Every percentage in a text, with its sign as written; both ends of a range."""
    found = set(PERCENT.findall(text))
    for low, high in RANGE.findall(text):
        found |= {low, high}
    return found


def unknown(text: str) -> list[str]:
    return sorted(
        number
        for number in percentages(text)
        if not evidence.is_known_figure(f"{number.replace('−', '-')} %")
    )


def texts(finding: Finding) -> list[str]:
    """Everything that a finding prints in words."""
    fix = finding.fix
    confidence = finding.confidence
    return [
        finding.message,
        *finding.details,
        *finding.boundaries,
        *(confidence.downgrades if confidence else ()),
        *((fix.price, fix.title) if fix else ()),
        *((finding.overhead.claim,) if finding.overhead else ()),
    ]


@pytest.mark.parametrize("path", fixtures(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_figures_of_findings(path) -> None:
    report, _ = report_of(read(path))
    for finding in report.findings:
        noted = percentages(" ".join(row.note for row in finding.rows))
        for text in texts(finding):
            invented = set(unknown(text)) - noted
            assert not invented, f"{finding.rule}: no row gives {invented} in: {text}"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_figures_of_documentation(rule) -> None:
    for heading, text in rule.sections.items():
        assert not unknown(text), f"{heading}: no row gives {unknown(text)}"


def test_an_invented_figure_is_noticed() -> None:
    assert unknown("costs +123.4 % energy") == ["+123.4"]
    assert unknown("costs +17 ~ +147% energy") == []

"""Findings counted by rule."""

from __future__ import annotations

from collections.abc import Iterable

from ecolint.finding import Finding
from ecolint.records import dataclass


@dataclass(frozen=True, slots=True)
class Count:
    """How often a rule was reported; least and largest overhead in percent that is expected, None where none is."""

    rule: str
    name: str
    findings: int
    low_pct: float | None
    high_pct: float | None


def counts(findings: Iterable[Finding]) -> list[Count]:
    """A count for each rule, the most frequent first."""
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        by_rule.setdefault((one.rule, one.name), []).append(one)
    ordered = sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_count(rule, name, found) for (rule, name), found in ordered]


def _count(rule: str, name: str, found: list[Finding]) -> Count:
    expected = [
        one.overhead.expected_pct
        for one in found
        if one.overhead is not None and one.overhead.expected_pct is not None
    ]
    return Count(rule, name, len(found), min(expected, default=None), max(expected, default=None))

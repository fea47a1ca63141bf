"""GitLab's Code Quality report: an array of issues with stable fingerprints."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from ecolint.finding import Finding, Level, Report
from ecolint.reporters.base import RenderContext, Reporter, by_place
from ecolint.reporters.escaping import visible
from ecolint.reporters.json_report import Json, dumps

SEVERITY = {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """The whole array."""
    seen: Counter[str] = Counter()
    issues = []
    for finding in by_place(report.findings):
        issues.append(_issue(finding, seen[finding.fingerprint]))
        seen[finding.fingerprint] += 1
    yield dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, occurrence: int) -> Json:
    return {
        "description": _description(finding),
        "check_name": f"{finding.rule} {finding.name}",
        "fingerprint": _fingerprint(finding.fingerprint, occurrence),
        "severity": SEVERITY[finding.level],
        "location": {
            "path": finding.path.removeprefix("./"),
            "lines": {"begin": finding.region.line, "end": finding.region.end_line},
        },
    }


def _description(finding: Finding) -> str:
    text = visible(finding.message)
    return f"{text} ({finding.confidence.glyphs})" if finding.confidence is not None else text


def _fingerprint(own: str, occurrence: int) -> str:
    """GitLab merges issues with equal fingerprints, so a repeated one is told apart."""
    return own if occurrence == 0 else hashlib.sha256(f"{own} {occurrence}".encode()).hexdigest()[:32]


GITLAB = Reporter("gitlab", render)

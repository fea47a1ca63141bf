"""Findings as the client shows them at their place."""

from __future__ import annotations

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticSeverity,
    DiagnosticTag,
    Position,
    Range,
)

from ecolint.finding import Level
from ecolint.reporters.brief import judgement
from ecolint.rules.registry import find
from ecolint.server.disk import Defect
from ecolint.server.linting import Placed

SOURCE = "ecolint"
SEVERITIES = {
    Level.ERROR: DiagnosticSeverity.Error,
    Level.WARNING: DiagnosticSeverity.Warning,
    Level.NOTE: DiagnosticSeverity.Information,
}
WITHOUT_EFFECT = frozenset(("ECO202", "ECO901"))
"""Rules about text that does nothing; clients show it faded."""
FINGERPRINT = "fingerprint"


def diagnostic(placed: Placed) -> Diagnostic:
    """A finding: what is wrong, its claim or measured figure and its stars. `data` tells code actions which it is."""
    finding = placed.finding
    rule = find(finding.rule)
    return Diagnostic(
        range=placed.range,
        message=" ".join(judgement(finding)),
        severity=SEVERITIES[finding.level],
        code=finding.rule,
        code_description=CodeDescription(rule.link) if rule is not None else None,
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if finding.rule in WITHOUT_EFFECT else None,
        data={FINGERPRINT: finding.fingerprint},
    )


def defect_diagnostic(defect: Defect) -> Diagnostic:
    """What is wrong with a settings file, on its line."""
    line = (defect.line or 1) - 1
    return Diagnostic(
        range=Range(Position(line, 0), Position(line + 1, 0)),
        message=defect.reason,
        severity=DiagnosticSeverity.Error,
        source=SOURCE,
    )

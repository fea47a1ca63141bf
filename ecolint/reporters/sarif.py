"""SARIF 2.1.0, as GitHub code scanning and other viewers read it.

Paths are relative and percent-encoded, regions are lines and columns in code points, and the fingerprint is
the one that GitHub's upload action would compute. Suppressed findings are left out unless asked for, because
code scanning shows them as open. Nothing here depends on the machine or the time of the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ecolint import HOMEPAGE
from ecolint.finding import Finding, Report
from ecolint.reporters.base import RenderContext, Reporter, by_place, by_weight
from ecolint.reporters.brief import sentence, sentences
from ecolint.reporters.escaping import visible
from ecolint.reporters.json_report import dumps
from ecolint.reporters.rule_help import (
    PRECISION,
    PROBLEM_SEVERITY,
    full_description,
    help_markdown,
    help_text,
    short_description,
)
from ecolint.reporters.sarif_places import Places
from ecolint.rules.base import Basis, Rule

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
TAGS = ["energy", "gpu", "llm-inference"]
MOST_RESULTS = 25_000
"""GitHub rejects a run with more."""
SHOWN_RESULTS = 5_000
"""GitHub keeps the first ones by severity and shows no others."""
UNREADABLE = "ECO902"
SEMVER = re.compile(r"\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
Json = dict[str, Any]


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """One log with one run."""
    yield dumps(log(report, context), indent=2) + "\n"


def log(report: Report, context: RenderContext) -> Json:
    """The log as plain values."""
    rules = _catalogue(report, context)
    index = {rule.code: number for number, rule in enumerate(rules)}
    places = Places(context.read_source)
    reported: list[tuple[Finding, str | None]] = [(one, None) for one in by_weight(report.findings)]
    if context.include_suppressed:
        silenced = sorted(report.suppressed, key=lambda pair: (pair[0].path, pair[0].region.span))
        reported += [(finding, reason or "") for finding, reason in silenced]
    driver: Json = {
        "name": "ecolint",
        "informationUri": HOMEPAGE,
        "version": context.version,
        "rules": [_descriptor(rule) for rule in rules],
    }
    if SEMVER.fullmatch(context.version):
        driver["semanticVersion"] = context.version
    run: Json = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    *_unread(report, places, index),
                    *_left_out(len(reported)),
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "%SRCROOT%": {"description": {"text": "The directory that ecolint was started in."}}
        },
        "results": [
            _result(finding, reason, context, places, index) for finding, reason in reported[:MOST_RESULTS]
        ],
    }
    if context.sarif_category:
        run["automationDetails"] = {"id": context.sarif_category.rstrip("/") + "/"}
    if context.footer:
        run["properties"] = {"evidence": context.footer}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _catalogue(report: Report, context: RenderContext) -> tuple[Rule, ...]:
    """Every rule by code; those of findings too, should the catalogue not know them."""
    known = {rule.code: rule for rule in context.rules}
    for finding in (*report.findings, *(one for one, _ in report.suppressed)):
        if finding.rule not in known:
            known[finding.rule] = Rule(finding.rule, finding.name, finding.level, Basis.SCAN)
    return tuple(known[code] for code in sorted(known))


def _descriptor(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": short_description(rule)},
        "fullDescription": {"text": full_description(rule)},
        "help": {"text": help_text(rule), "markdown": help_markdown(rule)},
        "helpUri": rule.link,
        "defaultConfiguration": {"level": rule.level.value, "enabled": rule.default},
        "properties": {
            "tags": TAGS,
            "precision": PRECISION[rule.basis],
            "problem.severity": PROBLEM_SEVERITY[rule.level],
            "basis": rule.basis.value,
        },
    }


def _result(
    finding: Finding, reason: str | None, context: RenderContext, places: Places, index: dict[str, int]
) -> Json:
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": finding.level.value,
        "message": {"text": message(finding)},
        "locations": [places.location(finding.path, finding.region)],
        "partialFingerprints": places.fingerprints(finding),
        "properties": _properties(finding),
    }
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [places.fix(finding.path, finding.fix)]
    if context.include_suppressed:
        result["suppressions"] = [] if reason is None else [_suppression(reason)]
    return result


def _suppression(reason: str) -> Json:
    found: Json = {"kind": "inSource"}
    if reason:
        found["justification"] = visible(reason)
    return found


def message(finding: Finding) -> str:
    """What is wrong first, then figures, confidence and remedy: code scanning shows little else."""
    return " ".join(sentences(finding)).replace("](", "] (")


def _properties(finding: Finding) -> Json:
    found: Json = {"name": finding.name}
    if finding.confidence is not None:
        found["confidence"] = {
            "stars": finding.confidence.stars,
            "label": finding.confidence.label,
            "downgrades": list(finding.confidence.downgrades),
        }
    if finding.overhead is not None:
        found["overhead"] = {
            "claim": finding.overhead.claim,
            "lowPct": finding.overhead.low_pct,
            "highPct": finding.overhead.high_pct,
            "expectedPct": finding.overhead.expected_pct,
            "relativeTo": finding.overhead.relative_to,
        }
    if finding.rows:
        found["evidence"] = [row.id for row in finding.rows]
    if finding.boundaries:
        found["boundaries"] = [visible(text) for text in finding.boundaries]
    if finding.region.cell is not None:
        found |= {"cell": finding.region.cell, "cellLine": finding.region.cell_line or 1}
    return found


def _unread(report: Report, places: Places, index: dict[str, int]) -> Iterator[Json]:
    for finding in by_place(report.findings):
        if finding.rule == UNREADABLE:
            yield {
                "level": "warning",
                "message": {"text": sentence(finding.message)},
                "locations": [places.location(finding.path, finding.region, excerpts=False)],
                "associatedRule": {"id": finding.rule, "index": index[finding.rule]},
            }


def _left_out(number: int) -> Iterator[Json]:
    told = ""
    if number > MOST_RESULTS:
        told = f"{number - MOST_RESULTS} of {number} results were left out; a run may hold {MOST_RESULTS}."
    elif number > SHOWN_RESULTS:
        told = f"There are {number} results; code scanning shows the first {SHOWN_RESULTS}."
    if told:
        yield {"level": "warning", "message": {"text": told}}


SARIF = Reporter("sarif", render)

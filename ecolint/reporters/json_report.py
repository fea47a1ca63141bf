"""The report for programs: one JSON document, or one JSON value a line.

The shape is a contract, described by `ecolint/schemas/report.schema.json`; keys may be added within one
`SCHEMA_VERSION`, never renamed or removed. Output is plain ASCII: it survives every terminal and pipe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ecolint.finding import Finding, Fix, FoundSetup, Level, Region, Report, Undecided
from ecolint.inference import InferenceSetup
from ecolint.reporters.base import RenderContext, Reporter, by_place
from ecolint.reporters.costs import cost_object, total_object
from ecolint.reporters.escaping import plain_value
from ecolint.reporters.quotes import Quote, quote
from ecolint.reporters.setups import view
from ecolint.reporters.statistics import Count, counts
from ecolint.source import SourceFile, Span

SCHEMA_VERSION = 1
Json = dict[str, Any]


def dumps(value: Any, indent: int | None = None) -> str:
    """Strict JSON in ASCII; lone surrogates are replaced, infinities become null."""
    return json.dumps(plain_value(value), indent=indent, ensure_ascii=True, allow_nan=False)


def finding_object(finding: Finding) -> Json:
    """One finding as the contract has it."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "level": finding.level.value,
        **_place(finding.path, finding.region),
        "message": finding.message,
        "details": list(finding.details),
        "setup": setup_object(finding.setup) if finding.setup is not None else None,
        "overhead": _overhead(finding),
        "evidence": [evidence_object(quote(row)) for row in finding.rows],
        "confidence": _confidence(finding),
        "fix": _fix(finding.fix) if finding.fix is not None else None,
        "boundaries": list(finding.boundaries),
        "questions": list(finding.questions),
        "source_note": finding.source_note or None,
        "fingerprint": finding.fingerprint,
    }


def setup_object(setup: InferenceSetup) -> Json:
    """A setup reduced to what decides its energy."""
    seen = view(setup)
    return {
        "framework": seen.framework,
        "model": seen.model,
        "params_b": seen.params_b,
        "precision": seen.precision,
        "int8_threshold": seen.int8_threshold,
        "gpu": seen.gpu,
        "architecture": seen.architecture,
        "batch_size": seen.batch_size,
        "context": seen.context,
        "assumed": list(seen.assumed),
    }


def evidence_object(one: Quote) -> Json:
    """A measured row with its baseline; null where the source gives no value."""
    row, baseline = one.row, one.baseline
    return {
        "row": row.id,
        "gpu": row.gpu,
        "model": row.model,
        "precision": row.precision,
        "batch_size": row.batch_size,
        "baseline_row": baseline.id if baseline else None,
        "baseline_j_per_1k_tok": baseline.energy_j_per_1k_tok if baseline else None,
        "measured_j_per_1k_tok": row.energy_j_per_1k_tok,
        "baseline_j_per_request": baseline.energy_j_per_request if baseline else None,
        "measured_j_per_request": row.energy_j_per_request,
        "delta_pct": row.delta_energy_pct,
        "delta_gross_pct": row.delta_gross_pct,
        "runs": row.n_runs,
        "date": row.date or None,
        "software": row.software or None,
        "quality": row.quality,
        "note": row.note or None,
        "source": one.link,
    }


def _place(path: str, region: Region) -> Json:
    place: Json = {
        "path": path,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }
    if region.cell is not None:
        place |= {"cell": region.cell, "cell_line": region.cell_line or 1}
    return place


def _overhead(finding: Finding) -> Json | None:
    overhead = finding.overhead
    if overhead is None:
        return None
    return {
        "claim": overhead.claim,
        "low_pct": overhead.low_pct,
        "high_pct": overhead.high_pct,
        "expected_pct": overhead.expected_pct,
        "relative_to": overhead.relative_to,
    }


def _confidence(finding: Finding) -> Json | None:
    confidence = finding.confidence
    if confidence is None:
        return None
    return {
        "stars": confidence.stars,
        "label": confidence.label,
        "downgrades": list(confidence.downgrades),
    }


def _fix(fix: Fix) -> Json:
    return {
        "framework": fix.framework,
        "title": fix.title,
        "snippet": fix.snippet,
        "applicability": fix.applicability.value,
        "price": fix.price or None,
        "edits": [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits],
    }


def _undecided(one: Undecided) -> Json:
    return {"rule": one.rule, "name": one.name, **_place(one.path, one.region), "reason": one.reason}


def _summary(report: Report) -> Json:
    return {
        "files_scanned": report.files_scanned,
        "files_parsed": report.files_parsed,
        "findings": {level.value: report.count(level) for level in Level},
        "suppressed": len(report.suppressed),
        "hidden": report.hidden,
        "in_baseline": report.in_baseline,
        "unchanged": report.unchanged,
        "undecided": len(report.undecided),
        "seconds": round(report.seconds, 3),
    }


def _statistic(one: Count) -> Json:
    return {
        "rule": one.rule,
        "name": one.name,
        "findings": one.findings,
        "low_pct": one.low_pct,
        "high_pct": one.high_pct,
    }


def _found_setup(found: FoundSetup, source: SourceFile | None) -> Json:
    known = {}
    for name, value in found.setup.located():
        if not value.is_set:
            continue
        known[name] = {
            "value": _scalar(value.value),
            "known": value.known.value,
            "origin": value.origin or None,
            "when": value.when,
            "span": _span(value.span, source),
        }
    return {
        **_place(found.path, found.region),
        "setup": setup_object(found.setup),
        "context_reason": found.setup.context.reason or None,
        "when": found.setup.when,
        "fields": known,
    }


def _span(span: Span | None, source: SourceFile | None) -> Json | None:
    if span is None:
        return None
    place = source.position(span.start) if source is not None else None
    return {
        "start": span.start,
        "end": span.end,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _scalar(value: Any) -> Any:
    value = getattr(value, "value", value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def report_object(report: Report, context: RenderContext) -> Json:
    """The whole document."""
    document: Json = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "ecolint", "version": context.version},
        "findings": [
            {**finding_object(one), **cost_object(one, context)} for one in by_place(report.findings)
        ],
        "undecided": [
            _undecided(one)
            for one in sorted(report.undecided, key=lambda item: (item.path, item.region.span, item.rule))
        ],
        "summary": _summary(report),
        **total_object(report.findings, context),
    }
    if context.show_setups:
        ordered = sorted(report.setups, key=lambda item: (item.path, item.region.span))
        document["setups"] = [_found_setup(one, context.read_source(one.path)) for one in ordered]
    if context.statistics:
        document["statistics"] = [_statistic(one) for one in counts(report.findings)]
    document["evidence_footer"] = context.footer
    return document


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """One document, indented."""
    yield dumps(report_object(report, context), indent=2) + "\n"


def render_lines(report: Report, context: RenderContext) -> Iterator[str]:
    """A line for each finding, told by its key `rule`; the last line has the key `summary`."""
    document = report_object(report, context)
    for finding in document.pop("findings"):
        yield dumps(finding) + "\n"
    yield dumps(document) + "\n"


JSON = Reporter("json", render)
JSON_LINES = Reporter("jsonl", render_lines)

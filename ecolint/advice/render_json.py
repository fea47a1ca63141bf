"""An answer as one JSON document; its shape is `ecolint/schemas/advice.schema.json`."""

from __future__ import annotations

from typing import Any

from ecolint import __version__
from ecolint.advice.answer import Answer, Choice, Quoted, Side, Table
from ecolint.advice.computation import Computation
from ecolint.advice.mapping import title_of
from ecolint.advice.quoting import dataset_of
from ecolint.advice.situation import Situation, card_name
from ecolint.cost import Saving
from ecolint.evidence import Confidence
from ecolint.reporters.json_report import dumps, evidence_object
from ecolint.reporters.quotes import quote

SCHEMA_VERSION = 1
Json = dict[str, Any]


def render(answer: Answer) -> str:
    """The document, indented; ends with a line end."""
    return dumps(document(answer), indent=2) + "\n"


def document(answer: Answer) -> Json:
    """The answer as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "ecolint", "version": __version__},
        "protocol": answer.protocol,
        "setup": _setup(answer.situation),
        "lookup": _quoted(answer.lookup),
        "conclusion": answer.conclusion,
        "baseline": _side(answer.baseline),
        "recommended": _side(answer.recommended),
        "next_best": answer.next_best or None,
        "evidence": [_quoted(one) for one in answer.evidence],
        "confidence": _confidence(answer.confidence),
        "config": _config(answer),
        "table": _table(answer.table),
        "causes": [
            {
                "name": one.name,
                "mechanism": one.mechanism,
                "support": one.support,
                "confirm": one.confirm,
                "rows": [row.row.id for row in one.rows],
            }
            for one in answer.causes
        ],
        "options": [_choice(number, one) for number, one in enumerate(answer.choices, 1)],
        "excluded": [{"title": one.title, "reason": one.reason} for one in answer.left],
        "further": list(answer.further),
        "cost": _cost(answer.saving, answer.cost_notes),
        "assumptions": list(answer.assumptions),
        "risks": list(answer.risks),
        "boundaries": list(answer.boundaries),
        "questions": list(answer.questions),
        "supplementary": list(answer.supplementary),
        "computations": [_computation(one) for one in answer.computations],
        "evidence_footer": answer.footer,
    }


def _setup(situation: Situation) -> Json:
    ask = situation.ask
    return {
        "gpu": card_name(situation.gpu) if situation.gpu else ask.gpu_text or None,
        "architecture": situation.architecture,
        "stand_in_gpu": card_name(situation.platform) if situation.platform else None,
        "gpu_count": ask.gpu_count,
        "vram_gb": situation.vram_gb,
        "model": ask.model,
        "params_b": situation.params_b,
        "precision": situation.precision.value,
        "batch_size": situation.batch_size,
        "framework": situation.framework,
        "framework_title": title_of(situation.framework),
        "objective": situation.objective.value,
        "versions": {name: pinned.version for name, pinned in sorted(ask.stack.items())},
        "source": ask.source or None,
    }


def _quoted(one: Quoted | None) -> Json | None:
    if one is None:
        return None
    values = evidence_object(quote(one.row))
    return {
        **values,
        "throughput_tok_s": one.row.throughput_tok_s,
        "power_w": one.row.power_w,
        "delta_ppl_pct": one.row.delta_ppl_pct,
        "dataset": dataset_of(one.row),
        "band": one.band or None,
        "tag": one.tag or None,
    }


def _side(side: Side | None) -> Json | None:
    if side is None:
        return None
    return {
        "title": side.title,
        "value": side.value,
        "unit": side.unit or None,
        "change_pct": side.change_pct,
        "row": side.quoted.row.id if side.quoted else None,
        "band": (side.quoted.band or None) if side.quoted else None,
        "tag": (side.quoted.tag or None) if side.quoted else None,
    }


def _confidence(confidence: Confidence) -> Json:
    return {
        "stars": confidence.stars,
        "label": confidence.label,
        "downgrades": list(confidence.downgrades),
    }


def _config(answer: Answer) -> Json | None:
    config = answer.config
    if config is None:
        return None
    return {
        "framework": config.framework,
        "title": config.title,
        "snippet": config.snippet or None,
        "note": config.note or None,
    }


def _table(table: Table | None) -> Json | None:
    if table is None:
        return None
    return {
        "columns": list(table.columns),
        "lines": [
            {
                "dimension": name,
                "cells": [
                    {"text": cell.text or None, "row": cell.row or None, "reason": cell.reason or None}
                    for cell in cells
                ],
            }
            for name, cells in table.lines
        ],
        "winners": [{"dimension": dimension, "column": column} for dimension, column in table.winners],
        "footnotes": list(table.footnotes),
    }


def _choice(number: int, one: Choice) -> Json:
    option = one.option
    changes = option.all_changes
    return {
        "rank": number,
        "precision": option.precision.value,
        "title": option.title,
        "confidence": _confidence(option.confidence),
        "row": option.row.id if option.row else None,
        "near": option.is_near,
        "low_pct": min(changes, default=None),
        "high_pct": max(changes, default=None),
        "throughput_tok_s": one.speed.throughput_tok_s if one.speed else None,
        "throughput_row": one.speed.id if one.speed else None,
        "ms_per_request": one.request_ms.value if one.request_ms else None,
        "ms_per_token": one.token_ms.value if one.token_ms else None,
        "memory_gb": option.memory.needed_gb if option.memory else None,
        "fits": option.fits,
        "perplexity_pct": one.perplexity.delta_ppl_pct if one.perplexity else None,
        "perplexity_row": one.perplexity.id if one.perplexity else None,
    }


def _computation(one: Computation) -> Json:
    return {"name": one.name, "formula": one.formula, "value": one.value, "unit": one.unit}


def _cost(saving: Saving | None, notes: tuple[str, ...]) -> Json | None:
    if saving is None and not notes:
        return None
    return {"saving": saving.as_json() if saving else None, "notes": list(notes)}

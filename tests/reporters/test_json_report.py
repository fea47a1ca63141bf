"""JSON against its schema, and the contract field by field."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecolint.finding import Report
from ecolint.inference import InferenceSetup, Known, Located
from ecolint.reporters.registry import reporter
from ecolint.source import Span

from . import factory

SCHEMA = json.loads((files("ecolint") / "schemas" / "report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def written(report: Report, **options: object) -> Any:
    return json.loads(reporter("json").text(report, factory.context(**options)))


def faults(document: Any) -> list[str]:
    return [f"{fault.json_path}: {fault.message}" for fault in VALIDATOR.iter_errors(document)]


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every object schema in a schema."""
    found: list[dict[str, Any]] = []
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            found.append(schema)
        for value in schema.values():
            found += objects(value)
    elif isinstance(schema, list):
        for value in schema:
            found += objects(value)
    return found


def test_schema_is_a_schema_and_lets_nothing_unknown_pass() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert len(objects(SCHEMA)) > 10
    assert all(one.get("additionalProperties") is not None for one in objects(SCHEMA))
    assert not any(one["additionalProperties"] is True for one in objects(SCHEMA))


def test_statistics_count_by_rule() -> None:
    document = written(factory.REPORT, statistics=True)
    assert faults(document) == []
    found = {one["rule"]: one for one in document["statistics"]}
    assert sum(one["findings"] for one in found.values()) == len(document["findings"])
    for rule, one in found.items():
        figures = [item["overhead"] for item in document["findings"] if item["rule"] == rule]
        expected = [
            figure["expected_pct"] for figure in figures if figure and figure["expected_pct"] is not None
        ]
        assert (one["low_pct"], one["high_pct"]) == (min(expected, default=None), max(expected, default=None))
    assert "statistics" not in written(factory.REPORT)


@pytest.mark.parametrize("show_setups", [False, True])
@pytest.mark.parametrize("report", [factory.REPORT, factory.HOSTILE_REPORT, factory.EMPTY])
def test_documents_fit_the_schema(report: Report, show_setups: bool) -> None:
    document = written(report, show_setups=show_setups)
    assert faults(document) == []
    assert ("setups" in document) is show_setups


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.pop("fingerprint"),
        lambda one: one.update(extra=1),
        lambda one: one.update(level="fatal"),
        lambda one: one.update(line=0),
        lambda one: one.update(cell=1),
        lambda one: one["setup"].update(extra=1),
        lambda one: one["evidence"][0].pop("delta_pct"),
        lambda one: one["confidence"].update(stars=4),
        lambda one: one["fix"]["edits"][0].update(start=-1),
    ],
)
def test_schema_finds_faults(spoil: Any) -> None:
    document = written(factory.report(factory.INT8))
    spoil(document["findings"][0])
    assert faults(document)


def test_lines_are_findings_and_then_the_rest() -> None:
    lines = [
        json.loads(line) for line in reporter("jsonl").text(factory.REPORT, factory.context()).splitlines()
    ]
    document = written(factory.REPORT)
    assert lines[:-1] == document.pop("findings")
    assert lines[-1] == document
    finding = Draft202012Validator({"$ref": "#/$defs/finding", "$defs": SCHEMA["$defs"]})
    assert all(finding.is_valid(line) for line in lines[:-1])
    assert not finding.is_valid(lines[-1])


def test_contract_of_a_finding() -> None:
    found = written(factory.report(factory.INT8))["findings"][0]
    assert found["setup"] == {
        "framework": "transformers",
        "model": "mistralai/Mistral-7B-Instruct-v0.3",
        "params_b": 7.25,
        "precision": "int8",
        "int8_threshold": None,
        "gpu": "RTX 4090D",
        "architecture": "ada",
        "batch_size": 1,
        "context": "inference",
        "assumed": ["batch_size"],
    }
    assert found["overhead"] == {
        "claim": "+17 ~ +147%",
        "low_pct": 17.0,
        "high_pct": 147.0,
        "expected_pct": 30.7,
        "relative_to": "fp16",
    }
    evidence = found["evidence"][0]
    assert evidence["row"] == "4090d-feb12-mistral-7b-int8-default"
    assert (evidence["baseline_j_per_1k_tok"], evidence["measured_j_per_1k_tok"]) == (5661.0, 7401.0)
    assert evidence["delta_pct"] == 30.7
    assert found["confidence"]["stars"] == 2
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) == (10, 48, 10, 65)
    data = factory.APP.encode()
    edit = found["fix"]["edits"][0]
    changed = data[: edit["start"]] + edit["text"].encode() + data[edit["end"] :]
    assert b"load_in_8bit=True, llm_int8_threshold=0.0)" in changed


def test_notebooks_carry_cell_and_line_and_others_do_not() -> None:
    notebook, script = written(factory.report(factory.NF4, factory.INT8))["findings"]
    assert (notebook["cell"], notebook["cell_line"], notebook["line"]) == (1, 2, 15)
    assert "cell" not in script
    assert "cell_line" not in script


def test_setups_tell_each_known_field_and_where_it_stands() -> None:
    found = written(factory.REPORT, show_setups=True)["setups"][0]
    assert set(found["fields"]) == {"model", "precision", "load_in_8bit", "gpu"}
    assert found["fields"]["model"]["known"] == "derived"
    assert found["fields"]["model"]["origin"] == "constant NAME"
    assert found["fields"]["load_in_8bit"]["value"] is True
    span = found["fields"]["load_in_8bit"]["span"]
    assert (span["line"], span["column"]) == (10, 48)
    assert factory.APP.encode()[span["start"] : span["end"]] == b"load_in_8bit=True"


def test_setups_without_the_file_have_offsets_only() -> None:
    found = written(factory.REPORT, show_setups=True, read_source=lambda path: None)
    assert found["setups"][0]["fields"]["precision"]["span"]["line"] is None
    assert faults(found) == []


@settings(deadline=None)
@given(
    threshold=st.floats(),
    value=st.one_of(st.none(), st.floats(), st.text(), st.tuples(st.integers()), st.binary(max_size=3)),
)
def test_any_value_fits_the_schema(threshold: float, value: object) -> None:
    setup = InferenceSetup(
        "vllm",
        Span(0, 1),
        int8_threshold=Located(threshold, Known.STATED),
        kv_cache_dtype=Located(value, Known.STATED),  # type: ignore[arg-type]
    )
    found = replace(factory.REPORT.setups[0], setup=setup)
    report = factory.report(replace(factory.INT8, setup=setup), setups=(found,))
    assert faults(written(report, show_setups=True)) == []

"""Every format over all findings of all fixtures, checked by the formats' own validators."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ecolint.finding import Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.registry import reporter
from ecolint.rules.registry import rules
from ecolint.source import SourceFile
from tests.expectations import FIXTURES, fixtures, read
from tests.reporters.test_html_report import Page
from tests.reporters.test_json_report import SCHEMA
from tests.reporters.test_sarif_report import multitool, multitool_faults, schema_faults
from tests.test_fixtures import report_of

__all__ = ["multitool"]


@pytest.fixture(scope="module")
def report() -> Report:
    """The findings of all fixtures as one report, each under its path below the fixtures."""
    from dataclasses import replace

    found = []
    for path in fixtures():
        fixture = read(path)
        one, _ = report_of(fixture)
        found.append(
            (
                tuple(replace(item, path=fixture.name) for item in one.findings),
                tuple(replace(item, path=fixture.name) for item in one.undecided),
                tuple(replace(item, path=fixture.name) for item in one.setups),
            )
        )
    findings, undecided, setups = (
        tuple(item for part in parts for item in part) for parts in zip(*found, strict=True)
    )
    return Report(findings, undecided, (), setups, len(found), len(found), 0, 0.5)


@pytest.fixture(scope="module")
def context() -> RenderContext:
    def read_source(path: str) -> SourceFile:
        return SourceFile(path, (FIXTURES / path).read_bytes())

    return RenderContext(
        read_source=read_source, rules=rules(), footer="footer", show_setups=True, show_undecided=True
    )


def test_json(report: Report, context: RenderContext) -> None:
    document = json.loads(reporter("json").text(report, context))
    assert [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(document)] == []
    assert len(document["findings"]) == len(report.findings) > 100


@pytest.mark.sarif
def test_sarif(report: Report, context: RenderContext, multitool: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.sarif"
    path.write_text(reporter("sarif").text(report, context), "utf-8")
    assert schema_faults(multitool, path) == []
    assert multitool_faults(multitool, path) == []


def test_junit(report: Report, context: RenderContext) -> None:
    ElementTree.fromstring(reporter("junit").text(report, context))


def test_html(report: Report, context: RenderContext) -> None:
    page = Page(reporter("html").text(report, context))
    assert len([one for one in page.all("article") if "finding" in one["class"]]) == len(report.findings)
    assert {one["data-path"] for one in page.all("details") if "data-path" in one} == {
        finding.path for finding in report.findings
    }


@pytest.mark.parametrize("name", ["text", "concise", "github", "gitlab", "markdown", "jsonl"])
def test_others_speak_of_every_file(name: str, report: Report, context: RenderContext) -> None:
    text = reporter(name).text(report, context)
    assert text.endswith("\n")
    if name in ("text", "concise", "jsonl", "gitlab"):
        for path in {finding.path for finding in report.findings}:
            assert path in text

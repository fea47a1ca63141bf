"""Every format against a file that was read by a person.

`ECOLINT_UPDATE_GOLDEN=1 pytest tests/reporters` writes the files anew; look at the difference before committing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecolint.finding import Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.registry import reporter, reporters

from . import factory

GOLDEN = Path(__file__).with_name("golden")
EVERYTHING = {"show_undecided": True, "show_setups": True, "statistics": True}
CASES: dict[str, tuple[str, Report, dict[str, object]]] = {
    "text-60.txt": ("text", factory.REPORT, {"width": 60}),
    "text-100.txt": ("text", factory.REPORT, {"width": 100, **EVERYTHING}),
    "text-160.txt": ("text", factory.REPORT, {"width": 160}),
    "text-color.txt": ("text", factory.REPORT, {"color": True, "hyperlinks": True}),
    "text-hostile.txt": ("text", factory.HOSTILE_REPORT, {}),
    "text-empty.txt": ("text", factory.EMPTY, {}),
    "concise.txt": ("concise", factory.REPORT, {}),
    "report.json": ("json", factory.REPORT, {}),
    "report-setups.json": ("json", factory.REPORT, {"show_setups": True}),
    "report.jsonl": ("jsonl", factory.REPORT, {}),
    "report.sarif": ("sarif", factory.REPORT, {}),
    "hostile.sarif": ("sarif", factory.HOSTILE_REPORT, {}),
    "github.txt": ("github", factory.REPORT, {}),
    "github-hostile.txt": ("github", factory.HOSTILE_REPORT, {}),
    "gitlab.json": ("gitlab", factory.REPORT, {}),
    "junit.xml": ("junit", factory.REPORT, {}),
    "junit-empty.xml": ("junit", factory.EMPTY, {}),
    "comment.md": ("markdown", factory.REPORT, {}),
    "comment-hostile.md": ("markdown", factory.HOSTILE_REPORT, {}),
    "comment-empty.md": ("markdown", factory.EMPTY, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_report_is_the_golden_one(name: str) -> None:
    format_name, report, options = CASES[name]
    written = reporter(format_name).text(report, factory.context(**options))
    path = GOLDEN / name
    if os.environ.get("ECOLINT_UPDATE_GOLDEN"):
        path.write_bytes(written.encode())
    assert written == path.read_bytes().decode()


def test_every_golden_file_belongs_to_a_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", sorted(reporters()))
def test_output_ends_with_one_line_end(name: str) -> None:
    written = reporter(name).text(factory.REPORT, factory.context())
    assert written.endswith("\n")
    assert not written.endswith("\n\n")


@pytest.mark.parametrize("name", sorted(reporters()))
def test_order_of_findings_in_the_report_does_not_matter(name: str) -> None:
    backwards = factory.report(*reversed(factory.REPORT.findings))
    context = factory.context()
    assert reporter(name).text(backwards, context) == reporter(name).text(factory.REPORT, context)


@pytest.mark.parametrize("name", sorted(reporters()))
def test_formats_do_without_sources_rules_and_footer(name: str) -> None:
    assert "ECO001" in reporter(name).text(factory.REPORT, RenderContext())

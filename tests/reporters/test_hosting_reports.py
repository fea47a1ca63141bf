"""What hosting services and CI servers take: limits, levels, fingerprints."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ecolint.finding import Finding, Level, Overhead, Region, Report
from ecolint.reporters import markdown
from ecolint.reporters.registry import reporter, reporters
from ecolint.source import Span

from . import factory


def many(number: int, level: Level, first_overhead: float = 0.0) -> list[Finding]:
    """Findings of one level, each heavier than the one before it."""
    return [
        replace(
            factory.CONVENTION,
            level=level,
            path=f"file{index:05}.py",
            message=f"Message {index}.",
            overhead=Overhead("", None, None, first_overhead + index),
            fingerprint=f"{level.value}{index}",
        )
        for index in range(number)
    ]


def github(report: Report) -> list[str]:
    return reporter("github").text(report, factory.context()).splitlines()


def test_ten_annotations_a_level_and_the_rest_as_lines() -> None:
    found = [*many(12, Level.WARNING), *many(3, Level.ERROR)]
    lines = github(factory.report(*found))
    assert [line.startswith("::error ") for line in lines[:3]] == [True] * 3
    warnings = [line for line in lines if line.startswith("::warning ")]
    assert len(warnings) == 10
    assert "file=file00011.py," in warnings[0]
    assert [line for line in lines if line.startswith("::notice ")] == [
        "::notice title=ecolint::2 more ecolint findings are listed in the log; a step shows 10 of each level."
    ]
    assert [line for line in lines if line.startswith("- ")] == [
        "- file00001.py:10:68: ECO102[warning] Message 1.",
        "- file00000.py:10:68: ECO102[warning] Message 0.",
    ]


def test_the_notice_counts_among_the_notes() -> None:
    lines = github(factory.report(*many(11, Level.NOTE)))
    assert sum(line.startswith("::notice ") for line in lines) == 10
    assert sum(line.startswith("::notice ") for line in github(factory.report(*many(10, Level.NOTE)))) == 10


def test_findings_over_several_lines_have_no_columns() -> None:
    long = replace(factory.INT8, region=Region(Span(0, 9), 3, 5, 6, 2))
    (line,) = [line for line in github(factory.report(long)) if line.startswith("::")]
    assert "line=3,endLine=6,title=" in line
    assert "col" not in line.partition("::LLM")[0]


def test_code_quality_has_what_gitlab_reads_and_unlike_fingerprints() -> None:
    same = factory.report(factory.INT8, replace(factory.INT8, path="a.py"), factory.NF4)
    issues = json.loads(reporter("gitlab").text(same, factory.context()))
    for issue in issues:
        assert issue.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1
    assert len({issue["fingerprint"] for issue in issues}) == 3
    assert factory.INT8.fingerprint in {issue["fingerprint"] for issue in issues}


def test_code_quality_of_nothing_is_an_empty_array() -> None:
    assert json.loads(reporter("gitlab").text(factory.EMPTY, factory.context())) == []


def test_junit_fails_for_what_fails_a_run() -> None:
    tree = ElementTree.fromstring(reporter("junit").text(factory.REPORT, factory.context()))
    assert (tree.get("tests"), tree.get("failures"), tree.get("skipped")) == ("5", "3", "2")
    for suite in tree:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
    assert "load_in_8bit=True" in "".join(tree.itertext())


@pytest.mark.parametrize("report", [factory.REPORT, factory.EMPTY])
def test_the_footer_is_a_property_of_each_suite_and_of_the_sarif_run(report: Report) -> None:
    for footer in (factory.FOOTER, ""):
        context = factory.context(footer=footer)
        tree = ElementTree.fromstring(reporter("junit").text(report, context))
        for suite in tree:
            found = [one.get("value") for one in suite.findall("properties/property[@name='evidence']")]
            assert found == ([footer] if footer else [])
        (run,) = json.loads(reporter("sarif").text(report, context))["runs"]
        assert run.get("properties", {}).get("evidence", "") == footer


def test_junit_is_ascii() -> None:
    assert reporter("junit").text(factory.REPORT, factory.context()).isascii()


def test_comments_begin_with_the_mark_and_summaries_do_not() -> None:
    comment = reporter("markdown").text(factory.REPORT, factory.context())
    summary = markdown.job_summary(factory.REPORT, factory.context())
    assert comment == f"<!-- ecolint-report -->\n{summary}"


@pytest.mark.parametrize("number", [40, 400, 2000])
def test_comments_keep_to_githubs_limit(number: int) -> None:
    found = many(number, Level.WARNING) + [
        replace(factory.INT8, path=f"heavy/{index}.py", level=Level.ERROR) for index in range(5)
    ]
    comment = reporter("markdown").text(factory.report(*found), factory.context())
    assert len(comment) <= 65_536
    assert len(comment.encode()) <= 65_536
    rows = [line for line in comment.splitlines() if line.startswith("| ") and "Level" not in line]
    assert all("heavy/" in row for row in rows[:5])
    assert comment.count("<details>") == comment.count("</details>") >= 5
    left = number + 5 - len(rows)
    assert (f"{left} more findings are not shown here." in comment) is (left > 0)
    assert comment.rstrip().endswith("</sub>")


def test_a_summary_holds_more_than_a_comment() -> None:
    report = factory.report(*many(2000, Level.WARNING))
    summary = markdown.job_summary(report, factory.context())
    assert "not shown here" not in summary
    assert len(summary.encode()) <= 1_000_000


def test_all_promised_formats_are_there() -> None:
    promised = {"text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown"}
    assert promised <= reporters().keys()

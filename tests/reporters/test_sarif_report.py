"""SARIF: what GitHub asks for, what validators miss, and the validators themselves."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from jsonschema import Draft202012Validator

from ecolint.finding import Level, Report
from ecolint.fingerprints import primary_location_line_hashes
from ecolint.reporters import sarif
from ecolint.reporters.registry import reporter
from ecolint.reporters.sarif_places import uri
from ecolint.source import SourceFile

from . import factory

REPORTS = {"usual": factory.REPORT, "hostile": factory.HOSTILE_REPORT, "empty": factory.EMPTY}
TOOL_FOLDER = Path(tempfile.gettempdir()) / "ecolint-sarif-multitool"
PACKAGE = "node_modules/@microsoft/sarif-multitool-linux"


def run_of(report: Report, **options: object) -> Any:
    return json.loads(reporter("sarif").text(report, factory.context(**options)))["runs"][0]


def results(report: Report, **options: object) -> Any:
    return run_of(report, **options)["results"]


@pytest.mark.parametrize("name", REPORTS)
def test_run_has_what_code_scanning_asks_for(name: str) -> None:
    document = json.loads(reporter("sarif").text(REPORTS[name], factory.context()))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("ecolint", "1.2.3", "1.2.3")
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"].keys() == {"%SRCROOT%"}
    assert run["originalUriBaseIds"]["%SRCROOT%"].keys() == {"description"}
    assert [call["executionSuccessful"] for call in run["invocations"]] == [True]
    assert isinstance(run["results"], list)
    assert "automationDetails" not in run


@pytest.mark.parametrize("name", REPORTS)
def test_rules_are_the_whole_catalogue_and_do_not_depend_on_findings(name: str) -> None:
    rules = run_of(REPORTS[name])["tool"]["driver"]["rules"]
    assert rules == run_of(factory.EMPTY)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in factory.RULES]


def test_rules_of_ecolint_fit_what_github_reads() -> None:
    from ecolint.rules.registry import rules as catalogue

    rules = run_of(factory.EMPTY, rules=catalogue())["tool"]["driver"]["rules"]
    assert len(rules) == len(catalogue())
    for rule in (*rules, *run_of(factory.EMPTY)["tool"]["driver"]["rules"]):
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
        assert 0 < len(rule["fullDescription"]["text"]) <= 1024
        assert len(rule["name"]) <= 255
        assert rule["help"]["text"]
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} {rule['name']}\n")
        assert rule["helpUri"].startswith("https://")
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
        properties = rule["properties"]
        assert 0 < len(properties["tags"]) <= 20
        assert "security" not in properties["tags"]
        assert "security-severity" not in properties
        assert properties["precision"] in {"very-high", "high", "medium", "low"}
        assert properties["problem.severity"] in {"error", "warning", "recommendation"}


def test_help_shows_measured_rows_stars_and_both_examples() -> None:
    help_of = run_of(factory.EMPTY)["tool"]["driver"]["rules"][0]["help"]["markdown"]
    assert "| GPU | Model | Batch | FP16 | Measured | Energy | Source |" in help_of
    assert "5661 J/1k tokens | 7401 J/1k tokens | +30.7%" in help_of
    assert "★★★" in help_of
    assert "## Example" in help_of
    assert "## Use instead" in help_of


@pytest.mark.parametrize("name", REPORTS)
def test_results_point_into_the_catalogue_and_the_tree(name: str) -> None:
    run = run_of(REPORTS[name])
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        address = place["artifactLocation"]["uri"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", address)
        assert not address.startswith(("/", "./", "../"))
        assert os.fsdecode(unquote_to_bytes(address)) in factory.FILES
        region = place["region"]
        assert min(region[key] for key in ("startLine", "startColumn", "endLine", "endColumn")) >= 1
        assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])
        assert "suppressions" not in result
        assert result["message"]["text"]
        assert "\n" not in result["message"]["text"]
        assert "](" not in result["message"]["text"]


@pytest.mark.parametrize("name", ["usual", "hostile"])
def test_fingerprints_are_those_of_the_upload_action(name: str) -> None:
    for result in results(REPORTS[name]):
        place = result["locations"][0]["physicalLocation"]
        source = factory.FILES[os.fsdecode(unquote_to_bytes(place["artifactLocation"]["uri"]))]
        hashes = primary_location_line_hashes(source.data)
        prints = result["partialFingerprints"]
        assert prints["primaryLocationLineHash"] == hashes[place["region"]["startLine"] - 1]
        assert re.fullmatch(r"[0-9a-f]{32}", prints["ecolint/v1"])


def test_snippets_are_the_text_of_the_file_in_its_lines() -> None:
    for result in results(factory.REPORT):
        place = result["locations"][0]["physicalLocation"]
        region, around = place["region"], place["contextRegion"]
        assert region["snippet"]["text"] in around["snippet"]["text"]
        assert around["startLine"] <= region["startLine"] <= region["endLine"] <= around["endLine"]
        assert around["startLine"] >= region["startLine"] - 1
        assert around["endLine"] <= region["endLine"] + 1
    notebook = next(one for one in results(factory.REPORT) if one["ruleId"] == "ECO002")
    assert notebook["locations"][0]["physicalLocation"]["region"]["startLine"] == 15
    assert "Notebook cell 2, line 2." in notebook["message"]["text"]


def test_a_region_that_is_its_whole_file_has_no_context() -> None:
    source = SourceFile("a.py", b"load_in_8bit=True")
    region = replace(factory.INT8.region, line=1, column=1, end_line=1, end_column=18)
    found = replace(factory.INT8, path="a.py", region=region)
    (result,) = results(factory.report(found), read_source={"a.py": source}.get)
    assert "contextRegion" not in result["locations"][0]["physicalLocation"]


def test_fixes_change_the_file_as_the_edits_do() -> None:
    fixed = next(one for one in results(factory.REPORT) if one["ruleId"] == "ECO001")
    (change,) = fixed["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert change["artifactLocation"] == fixed["locations"][0]["physicalLocation"]["artifactLocation"]
    assert replacement["insertedContent"]["text"] == ", llm_int8_threshold=0.0"
    assert replacement["deletedRegion"] == {
        "startLine": 10,
        "startColumn": 65,
        "endLine": 10,
        "endColumn": 65,
    }
    assert "unsafe" in fixed["fixes"][0]["description"]["text"]
    assert all("fixes" not in one for one in results(factory.REPORT) if one["ruleId"] != "ECO001")


def test_results_are_in_order_of_level_then_overhead() -> None:
    heavy = replace(factory.FP8, overhead=replace(factory.INT8.overhead, expected_pct=700.0))  # type: ignore[type-var]
    error = replace(factory.CONVENTION, level=Level.ERROR)
    found = results(factory.report(factory.CONVENTION, factory.FP8, factory.INT8, heavy, error))
    assert [one["ruleId"] for one in found] == ["ECO102", "ECO001", "ECO003", "ECO003", "ECO102"]
    assert found[2]["properties"]["overhead"]["expectedPct"] == 700.0


def test_unreadable_files_are_notifications_too() -> None:
    run = run_of(factory.REPORT)
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["level"] == "warning"
    assert notification["associatedRule"]["id"] == "ECO902"
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "serve/app.py"


def test_suppressed_findings_stay_out_unless_asked_for() -> None:
    assert len(results(factory.REPORT)) == len(factory.REPORT.findings)
    told = results(factory.REPORT, include_suppressed=True)
    assert [one["suppressions"] for one in told[:-1]] == [[]] * len(factory.REPORT.findings)
    assert told[-1]["suppressions"] == [{"kind": "inSource", "justification": "no room for FP16"}]


def test_a_category_names_the_analysis() -> None:
    assert run_of(factory.EMPTY, sarif_category="nightly")["automationDetails"] == {"id": "nightly/"}


def test_versions_that_are_no_semantic_ones_are_plain_versions() -> None:
    driver = run_of(factory.EMPTY, version="0.1.dev3+g12")["tool"]["driver"]
    assert driver["version"] == "0.1.dev3+g12"
    assert "semanticVersion" not in driver


def test_what_is_beyond_the_limit_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 2)
    run = run_of(factory.report(factory.INT8, factory.NF4, factory.FP8, factory.CONVENTION))
    assert [one["level"] for one in run["results"]] == ["warning", "warning", "note"]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "1 of 4 results were left out; a run may hold 3."
    run = run_of(factory.report(factory.INT8, factory.NF4, factory.FP8))
    assert len(run["results"]) == 3
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "There are 3 results; code scanning shows the first 2."


def test_an_unread_file_has_no_line_hash_and_byte_offsets() -> None:
    (result,) = results(factory.report(factory.INT8), read_source=lambda path: None)
    assert result["partialFingerprints"].keys() == {"ecolint/v1"}
    deleted = result["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"]
    assert deleted == {"byteOffset": factory.INT8.region.span.end, "byteLength": 0}


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a b/é.py", "a%20b/%C3%A9.py"),
        ("dir:1/a#b?.py", "dir%3A1/a%23b%3F.py"),
        ("./a.py", "a.py"),
        ("\udcff.py", "%FF.py"),
        ("\ud800.py", "%3F.py"),
        ("/srv/a b.py", "file:///srv/a%20b.py"),
        ("C:/code/a b.py", "file:///C:/code/a%20b.py"),
    ],
)
def test_uris(path: str, address: str) -> None:
    assert uri(path) == address


@pytest.fixture(scope="module")
def multitool() -> Path:
    """Folder of Microsoft's validator, installed from npm once per machine."""
    npm = shutil.which("npm")
    folder = TOOL_FOLDER / PACKAGE
    if not (folder / "Sarif.Multitool").exists():
        if npm is None:
            pytest.skip("npm is not installed, so the SARIF Multitool cannot be had")
        TOOL_FOLDER.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(TOOL_FOLDER)]
        try:
            done = subprocess.run(
                [*command, "@microsoft/sarif-multitool"], capture_output=True, timeout=180, check=False
            )
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not answer in time, so the SARIF Multitool cannot be had")
        if done.returncode or not (folder / "Sarif.Multitool").exists():
            pytest.skip("the SARIF Multitool for this system cannot be installed from npm")
    (folder / "Sarif.Multitool").chmod(0o755)
    return folder


@pytest.mark.sarif
@pytest.mark.parametrize("suppressed", [False, True])
@pytest.mark.parametrize("name", REPORTS)
def test_validators_find_no_fault(multitool: Path, tmp_path: Path, name: str, suppressed: bool) -> None:
    from ecolint.rules.registry import rules

    context = factory.context(rules=rules(), include_suppressed=suppressed)
    path = tmp_path / "out.sarif"
    path.write_text(reporter("sarif").text(REPORTS[name], context), "utf-8")
    assert schema_faults(multitool, path) == []
    assert multitool_faults(multitool, path) == []


@pytest.mark.sarif
def test_validators_are_awake(multitool: Path, tmp_path: Path) -> None:
    document = json.loads(reporter("sarif").text(factory.REPORT, factory.context()))
    path = tmp_path / "out.sarif"
    document["runs"][0]["results"][0]["level"] = "nope"
    path.write_text(json.dumps(document), "utf-8")
    assert schema_faults(multitool, path)
    document["runs"][0]["results"][0]["level"] = "warning"
    document["runs"][0]["results"][0]["ruleIndex"] = 99
    path.write_text(json.dumps(document), "utf-8")
    assert multitool_faults(multitool, path)


def schema_faults(multitool: Path, path: Path) -> list[str]:
    schema = json.loads((multitool / "sarif-2.1.0.json").read_text("utf-8-sig"))
    validator = Draft202012Validator(schema)
    return [fault.message for fault in validator.iter_errors(json.loads(path.read_text("utf-8")))]


def multitool_faults(multitool: Path, path: Path) -> list[str]:
    """Errors and warnings; the tool's exit status says nothing of them."""
    command = [str(multitool / "Sarif.Multitool"), "validate", str(path), "--rule-kind", "Sarif;Ghas"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Analysis completed" in done.stdout, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if re.search(r" (?:error|warning) [A-Z]+\d+", line)]

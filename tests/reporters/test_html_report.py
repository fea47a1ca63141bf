"""The HTML page: one file that needs nothing, runs only itself, and says what the other reports say."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from ecolint import evidence
from ecolint.finding import Finding, Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.page.findings import files
from ecolint.reporters.registry import reporter
from ecolint.settings.keys import Cost
from tests.test_numbers import percentages

from . import factory
from .test_hostile_strings import ANYTHING, hostile

VOID = {"meta", "link", "br", "input"}
ALLOWED = {
    *("html", "head", "meta", "title", "link", "style", "script", "body", "header", "main", "footer", "nav"),
    *(
        "section",
        "article",
        "div",
        "span",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "a",
        "b",
        "br",
        "ul",
        "li",
        "dl",
        "dt",
    ),
    *("dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption", "pre"),
    *("code", "mark", "label", "input", "select", "option", "fieldset", "legend", "button"),
    *("svg", "text", "line", "rect", "circle", "polygon"),
}
EVERYTHING = {"show_undecided": True, "show_setups": True}


class Page(HTMLParser):
    """A page taken apart. Raises AssertionError where elements are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.raw: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attributes given twice in {tag}"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside in self.raw:
            self.raw[inside].append(data)
        elif "svg" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def written(report: Report, **values: object) -> str:
    return reporter("html").text(report, factory.context(**values))


def page(report: Report, **values: object) -> Page:
    return Page(written(report, **values))


REPORTS = {"usual": factory.REPORT, "hostile": factory.HOSTILE_REPORT, "empty": factory.EMPTY}


@pytest.mark.parametrize("name", REPORTS)
def test_the_policy_admits_exactly_the_page_s_own_style_and_script(name: str) -> None:
    seen = page(REPORTS[name], **EVERYTHING)
    policy = next(one["content"] for one in seen.all("meta") if one.get("http-equiv"))
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy
    assert rules["img-src"] == "data:"
    for kind in ("style", "script"):
        hashes = {
            f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'"
            for one in seen.raw[kind]
        }
        assert hashes <= {rules[f"{kind}-src"]}
    assert len(seen.raw["style"]) == 1
    assert len(seen.raw["script"]) == (0 if name == "empty" else 1)


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    seen = page(REPORTS[name], **EVERYTHING)
    for tag, attributes in seen.tags:
        assert tag in ALLOWED
        assert not {"src", "srcset", "action", "style", "srcdoc", "data"} & set(attributes)
        assert not [one for one in attributes if one.startswith("on")]
        assert tag == "a" or attributes.get("href", "data:,") == "data:,"
    assert not re.search(r"url\(|@import", "".join(seen.raw["style"]))
    assert not re.search(r"fetch\(|XMLHttp|import\(|innerHTML", "".join(seen.raw["script"]))


@pytest.mark.parametrize("name", REPORTS)
def test_ids_are_unique_and_links_within_the_page_lead_somewhere(name: str) -> None:
    seen = page(REPORTS[name], **EVERYTHING)
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {one["href"][1:] for one in seen.all("a") if one["href"].startswith("#")}
    labels = {one["for"] for one in seen.all("label") if "for" in one}
    told = {attributes["data-same"] for _, attributes in seen.tags if "data-same" in attributes}
    assert targets | labels | told <= set(ids)
    outside = {one["href"] for one in seen.all("a")} - {f"#{one}" for one in targets}
    assert all(one.startswith("https://") for one in outside)


@settings(max_examples=60, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
def test_words_of_a_repository_stay_words(path: str, text: str) -> None:
    report, context = hostile(path, text)
    seen = Page(reporter("html").text(report, context))
    assert {tag for tag, _ in seen.tags} <= ALLOWED
    assert len(seen.raw["script"]) == len(seen.raw["style"]) == 1
    assert all(one["href"].startswith(("#", "https://")) for one in seen.all("a"))


def test_a_finding_is_told_in_full() -> None:
    text = page(factory.REPORT).text
    for words in (
        "LLM.int8() with its default outlier threshold uses more energy than FP16.",
        "line 10",
        "load_in_8bit=True",
        "transformers · mistralai/Mistral-7B-Instruct-v0.3 (7.25B) · INT8 · batch 1 (assumed) · RTX 4090D (ada)",
        "+30.7% energy against FP16",
        "+30.7%; +52.6% on board power",
        "one step down: bitsandbytes is not pinned",
        "BitsAndBytesConfig(load_in_8bit=True, llm_int8_threshold=0.0)",
        "unsafe: may change results, memory or latency",
        "Perplexity rises",
        "Stack newer than measurement window",
        "Source: engineering convention, not measured",
        "(cell 2, line 2)",
        "1 suppressed · 1 below min-confidence · 1 undecided",
        "12 files scanned, 4 parsed.",
        evidence.FOOTER,
    ):
        assert words in text, words


def test_the_marked_text_is_the_finding_s() -> None:
    marks = re.findall(r"<mark>(.*?)</mark>", written(factory.report(factory.INT8)))
    assert marks == ["load_in_8bit=True"]
    lines = re.findall(r'data-n="(\d+)"', written(factory.report(factory.INT8)))
    assert lines == ["9", "10", "11"]


def test_first_and_last_line_have_one_neighbour() -> None:
    first = replace(factory.UNREADABLE, region=factory.region("serve/app.py", '"""Answers'))
    last = replace(factory.UNREADABLE, region=factory.region("serve/app.py", "\t)\n"))
    lines = re.findall(r'data-n="(\d+)"', written(factory.report(first, last)))
    assert lines == ["1", "2", "10", "11", "12"]


def test_every_row_that_is_quoted_stands_in_the_evidence_once_with_its_note() -> None:
    seen = page(factory.REPORT)
    rows = {row.id: row for finding in factory.REPORT.findings for row in finding.rows}
    ids = [one["id"] for one in seen.all("article") if one["class"] == "evidence-row"]
    assert ids == sorted(f"row-{one}" for one in rows)
    for row in rows.values():
        assert (row.note in seen.text) is row.needs_note


def test_what_several_findings_share_is_told_once() -> None:
    again = [replace(factory.INT8, path="serve/other.py", fingerprint=str(number)) for number in range(5)]
    text = written(factory.report(factory.INT8, *again))
    assert text.count("Perplexity rises") == 1
    assert text.count('data-same="why-f1"') == 5
    assert text.count("The same as for") == 5


def test_findings_that_differ_in_one_reason_are_both_told() -> None:
    other = replace(factory.INT8, confidence=evidence.Confidence(2), path="serve/other.py")
    assert written(factory.report(factory.INT8, other)).count("Perplexity rises") == 2


@pytest.mark.parametrize(
    ("fail_on", "words"),
    [
        ("warning", "3 findings fail this run, at the level warning or above."),
        ("note", "5 findings fail this run, at the level note or above."),
        ("error", "Nothing fails this run: no finding at the level error or above."),
        ("never", "No finding fails this run."),
    ],
)
def test_what_fails_the_run(fail_on: str, words: str) -> None:
    assert words in page(factory.REPORT, fail_on=fail_on).text


def test_undecided_and_setups_are_listed_when_asked_for() -> None:
    assert "the model's name" not in page(factory.REPORT).text
    text = page(factory.REPORT, **EVERYTHING).text
    assert "nf4-below-crossover : the model's name" in text
    assert "model = mistralai/Mistral-7B-Instruct-v0.3 (derived: constant NAME)" in text


def test_costs_are_told_where_volumes_are_set() -> None:
    assert "kWh" not in page(factory.REPORT).text
    seen = page(factory.REPORT, cost=Cost(requests_per_day=1000.0))
    assert "Waste in total:" in seen.text
    assert "kWh a month" in seen.text
    assert "USD a month" in seen.text
    assert "kg CO₂e a month" in seen.text
    assert "Assumption: a month of 30 days." in seen.text


def test_the_models_are_marked_against_the_crossovers() -> None:
    seen = page(factory.REPORT)
    assert "Where this repository's models stand" in seen.text
    assert "A mistralai/Mistral-7B-Instruct-v0.3 7.25 INT8 " in seen.text
    assert "Ada: INT8 against FP16 by model size" in seen.text
    assert "Turing: NF4" not in seen.text, "the setup names an Ada card"


def test_no_findings() -> None:
    seen = page(factory.EMPTY)
    assert "No findings." in seen.text
    assert not seen.all("input")


def test_the_same_run_has_the_same_bytes_however_long_it_took() -> None:
    assert written(factory.REPORT) == written(replace(factory.REPORT, seconds=99.0))


def test_every_percentage_outside_the_axes_has_a_source() -> None:
    report = replace(factory.REPORT, findings=(factory.INT8, factory.NF4, factory.FP8))
    invented = [
        one
        for one in percentages(page(report).text)
        if not evidence.is_known_figure(f"{one.replace('−', '-')} %")
    ]
    rows = {row.id: row for finding in report.findings for row in finding.rows}
    noted = percentages(" ".join(row.note for row in evidence.rows()))
    assert rows
    assert set(invented) <= noted


def many(number: int) -> tuple[Finding, ...]:
    return tuple(
        replace(factory.INT8, path=f"team{one % 20}/serve{one % 400}.py", fingerprint=str(one))
        for one in range(number)
    )


def test_a_page_grows_by_little_for_each_finding() -> None:
    few, lots = (len(written(factory.report(*many(number)))) for number in (400, 2_400))
    assert (lots - few) / 2_000 < 1_800


def test_files_keep_the_order_of_paths_and_lines() -> None:
    shown = list(files(factory.REPORT.findings, RenderContext()))
    assert [one.path for one in shown] == sorted({one.path for one in factory.REPORT.findings})
    for file in shown:
        lines = [one.finding.region.line for one in file.findings]
        assert lines == sorted(lines)

"""Whatever a repository holds, no report obeys it: names, messages and source lines stay text."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecolint.finding import Applicability, Edit, Finding, Fix, Region, Report
from ecolint.inference import InferenceSetup, Known, Located
from ecolint.reporters import github, markdown
from ecolint.reporters.base import RenderContext
from ecolint.reporters.escaping import plain_value, visible
from ecolint.reporters.registry import reporter, reporters
from ecolint.source import SourceFile, Span

from . import factory

NASTY = (
    "\x00\x07\x1b\x7f\x85\x9b\r\n\t\u202e\u2066\u2028\u2029\ufeff\ufffe\udcff\U000e0041"
    "|`*_<>&\"'%:,[]()#@\\$~!{}-漢é"
)
TEXT = st.lists(st.one_of(st.sampled_from(NASTY + "ab 1/."), st.characters()), max_size=40).map("".join)
ANYTHING = st.one_of(
    TEXT, st.sampled_from([factory.HOSTILE_TEXT, factory.HOSTILE_PATH, "::error::x", "##[x]y"])
)
LIVE = re.compile(r"[^\n\x20-\x7e\xa0-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def hostile(path: str, text: str) -> tuple[Report, RenderContext]:
    """A report that says `text` wherever a finding can say anything, of a file that holds it too."""
    source = SourceFile(path, (text + "\n").encode("utf-8", "surrogateescape" if _bytes(text) else "replace"))
    end = source.position(len(source.data))
    finding = replace(
        factory.HOSTILE_FINDING,
        path=path,
        region=Region(Span(0, len(source.data)), 1, 1, end.line, end.column),
        message=text,
        setup=InferenceSetup("vllm", Span(0, 1), model=Located(text, Known.DERIVED, origin=text, when=text)),
        details=(text,),
        fix=Fix("vllm", text, Applicability.UNSAFE, text, text, (Edit(0, 0, text),)),
        boundaries=(text,),
        questions=(text,),
        source_note=text,
    )
    undecided = replace(factory.UNDECIDED, path=path, reason=text)
    setup = replace(factory.REPORT.setups[0], path=path, setup=finding.setup)
    report = factory.report(
        finding, replace(finding, level=factory.FP8.level), undecided=(undecided,), setups=(setup,)
    )
    context = factory.context(
        read_source=lambda asked: source if asked == path else None,
        show_undecided=True,
        show_setups=True,
        statistics=True,
        include_suppressed=True,
    )
    return report, context


def _bytes(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("name", sorted(reporters()))
@settings(max_examples=60, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
def test_nothing_live_passes_through(name: str, path: str, text: str) -> None:
    written = reporter(name).text(*hostile(path, text))
    assert not LIVE.search(written)
    written.encode()


@pytest.mark.parametrize("name", ["text", "concise", "github"])
@settings(max_examples=60, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
@example(path="::error::x", text="::error::x\n  ::warning::y ##[error]z")
@example(path="##[error]x", text="a" * 90 + " ::error::b")
def test_the_runner_finds_no_commands_but_those_of_the_github_format(name: str, path: str, text: str) -> None:
    report, context = hostile(path, text)
    written = reporter(name).text(report, context)
    own = {github.command(finding) for finding in report.findings} if name == "github" else set()
    for line in written.split("\n"):
        if line in own:
            continue
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif", "gitlab"])
@settings(max_examples=60, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
def test_json_is_ascii_and_parses_back(name: str, path: str, text: str) -> None:
    written = reporter(name).text(*hostile(path, text))
    assert written.isascii()
    lines = written.splitlines() if name == "jsonl" else [written]
    values = [json.loads(line) for line in lines]
    if name == "json":
        assert {found["message"] for found in values[0]["findings"]} == {plain_value(text)}
        assert {found["path"] for found in values[0]["findings"]} == {plain_value(path)}


@settings(max_examples=100, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
def test_junit_is_well_formed_and_says_the_same(path: str, text: str) -> None:
    tree = ElementTree.fromstring(reporter("junit").text(*hostile(path, text)))
    assert [failure.get("message") for failure in tree.iter("failure")] == [visible(text)]
    assert [skipped.get("message") for skipped in tree.iter("skipped")] == [visible(text)]
    assert {case.get("classname") for case in tree.iter("testcase")} == {visible(path)}


def _runner(line: str) -> tuple[str, dict[str, str], str]:
    """How the runner takes a workflow command apart."""
    match = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert match is not None
    unescape = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
    properties = {}
    for part in match[2].split(","):
        name, _, value = part.partition("=")
        for code, character in unescape:
            value = value.replace(code, character)
        properties[name] = value
    return match[1], properties, match[3]


@settings(max_examples=200, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
@example(path="50%0A,line=9:%2C.py", text="100%0A")
def test_github_commands_carry_only_their_own_properties(path: str, text: str) -> None:
    report, _ = hostile(path, text)
    line = github.command(report.findings[0])
    assert "\n" not in line
    assert "\r" not in line
    kind, properties, words = _runner(line)
    assert words.replace("%0A", "\n").replace("%25", "%").startswith(visible(" ".join(text.split())))
    assert kind == "warning"
    assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
    assert properties["title"] == "ECO001 int8-default-threshold"
    if path.isprintable():
        assert properties["file"] == path


def _cells(line: str) -> list[str]:
    return line.strip().strip("|").split("|")


@settings(max_examples=200, deadline=None)
@given(path=ANYTHING, text=ANYTHING)
def test_markdown_cells_hold_and_nothing_becomes_markup(path: str, text: str) -> None:
    report, context = hostile(path, text)
    written = reporter("markdown").text(report, context)
    table = [line for line in written.split("\n") if line.startswith("| ")]
    assert len(table) == 3
    assert all(len(_cells(line)) == 5 for line in table)
    outside = re.sub(r"(?ms)^(`{3,})\n.*?^\1$", "", written)
    tags = set(re.findall(r"<[^>\n]*>?", outside))
    known = {markdown.MARK, "<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>"}
    assert tags <= known | {"<sub>", "</sub>"}
    assert not re.search(r"[\[\]`@$\\]", outside)
    assert html.unescape(markdown.literal(text)) == visible(text) or "&" in text


@pytest.mark.parametrize("ticks", range(8))
def test_a_fenced_snippet_cannot_end_its_own_fence(ticks: int) -> None:
    fix = Fix("vllm", f"a\n{'`' * ticks}\n<script>", Applicability.DISPLAY, "t")
    finding: Finding = replace(factory.CONVENTION, fix=fix)
    lines = reporter("markdown").text(factory.report(finding), factory.context()).split("\n")
    opened = next(number for number, line in enumerate(lines) if line.startswith("```"))
    closed = next(
        number
        for number, line in enumerate(lines)
        if number > opened and set(line) == {"`"} and len(line) >= len(lines[opened])
    )
    assert lines[closed - 1] == "<script>"


@given(TEXT)
def test_visible_text_is_one_printable_line_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert not LIVE.search(shown)
    assert "\n" not in shown
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b", "\\x9b"),
        ("a\u202eb", "a\\u202eb"),
        ("\udc80", "\\x80"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("\r\n\t", "\\r\\n\\t"),
        ("क्\u200dष 漢字 é", "क्\u200dष 漢字 é"),
        ("##[error]", "##\\[error]"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ufffe\ufdd0", "\\ufffe\\ufdd0"),
    ],
)
def test_what_cannot_be_seen_stands_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown

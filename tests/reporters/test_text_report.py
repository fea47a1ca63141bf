"""The parts of the text report: excerpts, line breaking, quotes, counts."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.evidence import FOOTER, row, rows
from ecolint.finding import Applicability, Finding, Fix, Level, Overhead, Region
from ecolint.reporters.escaping import display_width
from ecolint.reporters.excerpt import excerpt
from ecolint.reporters.quotes import quote, source_link
from ecolint.reporters.registry import reporter
from ecolint.reporters.terminal import joined, wrapped
from ecolint.source import SourceFile, Span

from . import factory

ANSI = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")


def region(source: SourceFile, text: str) -> Region:
    start = source.data.index(text.encode())
    end = start + len(text.encode())
    first, last = source.position(start), source.position(end)
    return Region(Span(start, end), first.line, first.column, last.line, last.column)


def carets(line: str, marked: str, width: int = 80) -> tuple[str, str]:
    """The shown line and the carets under it."""
    source = SourceFile("a.py", line.encode())
    shown = excerpt(source, region(source, marked), width)
    assert shown is not None
    return shown.text, " " * shown.offset + "^" * shown.width


@pytest.mark.parametrize(
    ("line", "marked", "text", "marks"),
    [
        ("f(x=True)", "x=True", "f(x=True)", "  ^^^^^^"),
        ("\tf(\tx=1)", "x=1", "    f(    x=1)", "          ^^^"),
        ("f('漢字', x=1)", "x=1", "f('漢字', x=1)", "          ^^^"),
        ("f(x='漢字')", "x='漢字'", "f(x='漢字')", "  ^^^^^^^^"),
        ("f(e\u0301, x=1)", "x=1", "f(e\u0301, x=1)", "     ^^^"),
        ("f('\x1b[1m', x=1)", "x=1", "f('\\x1b[1m', x=1)", "             ^^^"),
        ("\ufefff(x=1)", "x=1", "f(x=1)", "  ^^^"),
    ],
)
def test_carets_stand_under_the_span(line: str, marked: str, text: str, marks: str) -> None:
    assert carets(line, marked) == (text, marks)


def test_a_long_line_is_cut_on_both_sides_of_the_span() -> None:
    text, marks = carets("a" * 500 + " key=1 " + "b" * 500, "key=1", 40)
    assert display_width(text) == 40
    assert text.startswith("…")
    assert text.endswith("…")
    assert text[len(marks) - 5 : len(marks)] == "key=1"


def test_a_span_longer_than_the_line_allows_starts_with_the_span() -> None:
    text, marks = carets("    x = " + "y" * 300, "y" * 300, 40)
    assert text == "…" + "y" * 38 + "…"
    assert marks == " " + "^" * 38


def test_a_span_over_several_lines_shows_the_first() -> None:
    source = SourceFile("a.py", b"f(\n  x=1,\n  y=2,\n)\n")
    shown = excerpt(source, region(source, "x=1,\n  y=2"), 80)
    assert shown is not None
    assert (shown.line, shown.text, shown.offset, shown.width, shown.cut) == (2, "  x=1,", 2, 4, True)


def test_a_place_beyond_the_file_has_no_excerpt() -> None:
    region = replace(factory.INT8.region, line=99)
    assert excerpt(SourceFile("a.py", b"x\n"), region, 80) is None


@given(
    line=st.text(alphabet="ab\t 漢e\u0301\x1b\u202e", min_size=1, max_size=400).filter(str.strip),
    start=st.integers(0, 400),
    length=st.integers(0, 400),
    width=st.integers(20, 120),
)
def test_excerpts_fit_and_mark_what_they_should(line: str, start: int, length: int, width: int) -> None:
    source = SourceFile("a.py", line.encode())
    first = min(start, len(line)) + 1
    last = min(start + length, len(line)) + 1
    shown = excerpt(source, Region(Span(0, 0), 1, first, 1, last), width)
    assert shown is not None
    assert display_width(shown.text) <= width
    assert shown.offset == display_width(shown.text[: shown.start])
    assert shown.width == max(1, display_width(shown.text[shown.start : shown.end]))
    assert len(shown.text) <= 12 * width


@given(st.lists(st.sampled_from(["a", "bb", "漢字", "x" * 30, ""]), max_size=20), st.integers(5, 40))
def test_wrapping_keeps_every_word_and_the_width(words: list[str], width: int) -> None:
    text = " ".join(words)
    lines = list(wrapped(text, width))
    assert " ".join(lines) == text
    assert all(display_width(line) <= width or " " not in line for line in lines)


def test_joined_parts_break_between_parts() -> None:
    assert list(joined(["one", "two", "three four"], 10)) == ["one · two", "three four"]


@pytest.mark.parametrize("width", [60, 80, 100, 160, 200])
def test_text_keeps_to_the_width_but_for_what_is_copied(width: int) -> None:
    written = reporter("text").text(factory.REPORT, factory.context(width=width))
    for line in written.splitlines():
        copied = line.strip().startswith(
            ("BitsAndBytesConfig", "AutoModel", "notebooks/", "serve/", "deploy/")
        )
        assert copied or line == FOOTER or display_width(line) <= width, line


def test_colours_change_nothing_but_colours() -> None:
    plain = reporter("text").text(factory.REPORT, factory.context())
    painted = reporter("text").text(factory.REPORT, factory.context(color=True, hyperlinks=True))
    assert painted != plain
    assert ANSI.sub("", painted) == plain


def test_conditions_of_a_row_are_told_once() -> None:
    twice = factory.report(factory.INT8, replace(factory.INT8, path="serve/other.py"))
    written = reporter("text").text(twice, factory.context())
    assert written.count("torch 2.4.1+cu121") == 1
    assert written.count("row 4090d-feb12-mistral-7b-int8-default") == 2


def test_rows_that_need_their_note_get_it() -> None:
    cautious = row("seed-a800-qwen2-7b-nf4")
    assert cautious.needs_note
    shown = " ".join(
        reporter("text")
        .text(factory.report(replace(factory.NF4, rows=(cautious,))), factory.context())
        .split()
    )
    assert cautious.note in shown
    assert "quality: caution" in shown


def test_a_claim_without_rows_says_so() -> None:
    assert "no measured row is near this setup" in reporter("text").text(
        factory.report(factory.FP8), factory.context(width=200)
    )


@pytest.mark.parametrize("measured", [one.id for one in rows()])
def test_every_row_can_be_quoted(measured: str) -> None:
    one = quote(row(measured))
    assert one.link
    assert "10.5281" not in one.link
    assert all(one.conditions)
    if one.before is not None and one.after is not None and one.row.delta_energy_pct is not None:
        computed = (one.after / one.before - 1) * 100
        assert computed == pytest.approx(one.row.delta_energy_pct, abs=0.3)


@pytest.mark.parametrize(
    ("measured", "start", "outcome"),
    [
        ("seed-a800-qwen2-7b-nf4", "FP16 -> 89.4 J/request", "NF4 -> 58.7 J/request (-34.3%)"),
        ("seed-a800-qwen2-7b-fp16", "", "FP16 -> 89.4 J/request"),
        ("seed-4090d-qwen2-7b-fp8", "", "FP8: no figure"),
        ("seed-5090-qwen2-7b-nf4", "", "NF4: no figure"),
    ],
)
def test_rows_are_put_into_the_words_of_the_seed(measured: str, start: str, outcome: str) -> None:
    one = quote(row(measured))
    assert (one.start, one.outcome) == (start, outcome)


def test_links_of_sources_have_no_scheme() -> None:
    assert source_link("zenodo_v1") == "zenodo.org/records/18900289"
    assert source_link("nobody") == "nobody"


def summary(*findings: Finding, **values: object) -> str:
    written = reporter("concise").text(factory.report(*findings, **values), factory.context())
    return "\n".join(written.splitlines()[len(findings) :])


def test_summary_counts_levels_fixes_and_what_is_not_shown() -> None:
    safe = replace(factory.FP8, fix=replace(factory.INT8.fix, applicability=Applicability.SAFE))  # type: ignore[type-var]
    told = summary(factory.INT8, safe, replace(safe, level=Level.ERROR))
    assert "3 findings: 1 error, 1 warning, 1 note · 1 suppressed · 1 below min-confidence" in told
    assert "1 undecided (--show-undecided)" in told
    assert "2 fixable with --fix · 1 fixable with --fix --unsafe-fixes" in told
    assert "12 files scanned, 4 parsed in 0.21 s" in told
    assert told.endswith("Evidence: zenodo.org/records/18900289 (2025-Q1) · skill v3.0.8")


def test_summary_says_what_baseline_and_changes_left_out() -> None:
    assert "No findings · 3 in the baseline · 2 on unchanged lines" in summary(
        undecided=(), suppressed=(), hidden=0, in_baseline=3, unchanged=2
    )


def test_summary_of_nothing_is_short() -> None:
    assert summary(undecided=(), suppressed=(), hidden=0).splitlines()[:2] == [
        "No findings",
        "12 files scanned, 4 parsed in 0.21 s",
    ]


def test_advice_without_edits_is_not_called_fixable() -> None:
    assert "fixable" not in summary(
        replace(factory.FP8, fix=Fix("vllm", "x", Applicability.SAFE, "do")),
    )


def test_statistics_give_the_range_per_rule() -> None:
    other = replace(
        factory.INT8, path="x.py", overhead=Overhead("+17 ~ +147%", 17.0, 147.0, 121.7), fix=None, rows=()
    )
    written = reporter("concise").text(factory.report(factory.INT8, other), factory.context(statistics=True))
    assert "     2  ECO001  int8-default-threshold  +30.7% to +121.7% energy expected" in written

"""Passes over one file end, also where fixes undo each other, and a second run finds nothing to do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecolint.finding import Applicability, Edit, FileReport, Finding, Fix, Level, Region
from ecolint.fixes import Fixed, Selection, fixed
from ecolint.source import Span

STATES = 8


def run(start: int, following: list[int]) -> Fixed:
    """The passes over a file that holds a number, which a fix replaces by the one that follows it."""

    def rescan(data: bytes) -> FileReport:
        after = following[int(data)]
        fix = Fix("", "", Applicability.SAFE, "", edits=(Edit(0, 1, str(after)),))
        finding = Finding("ECO202", "", Level.NOTE, "a.txt", Region(Span(0, 1), 1, 1, 1, 2), "", "", fix=fix)
        return FileReport(path="a.txt", findings=(finding,))

    return fixed("a.txt", str(start).encode(), rescan, Selection())


@given(st.integers(0, STATES - 1), st.lists(st.integers(0, STATES - 1), min_size=STATES, max_size=STATES))
def test_second_run_changes_and_reports_nothing(start: int, following: list[int]) -> None:
    first = run(start, following)
    assert bool(first.findings) is first.changed
    second = run(int(first.after), following)
    assert not second.changed
    assert not second.findings


@given(st.integers(0, STATES - 1))
def test_every_fix_that_is_reported_is_made(start: int) -> None:
    once = run(start, [min(number + 1, STATES - 1) for number in range(STATES)])
    assert int(once.after) == STATES - 1
    assert len(once.findings) == STATES - 1 - start

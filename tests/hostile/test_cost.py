"""Hard texts are read in time that grows with their size and no faster, by every format's reader."""

from __future__ import annotations

import os
import time
from math import ceil

import pytest

from ecolint.sieve.search import is_telling_module
from tests.hostile.adversaries import FIXED, PYTHON, SHAPES, Case, repeated
from tests.hostile.cost import limited

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="processor time is limited by the system"),
]
SIZE = 60_000
GLANCED = 500_000
"""Bytes at which is glanced, which may take two seconds for each million of them."""
FIXING = 150_000
"""Bytes of a text in which fixes are made, which hold some thousand findings."""
SECONDS = 15
"""Processor seconds in which any of them is read; most take a tenth of one."""
GROWTH = 3.4
"""How many times longer twice the text may take; quadratic time takes four times as long."""


def fault(case: Case, size: int = SIZE) -> str:
    """What is wrong with the reading of a case: it does not end, fails, or takes more than linear time."""
    growth = ""
    for _ in range(2):
        whole = limited(case, size, SECONDS, memory=False)
        if whole.seconds is None:
            growth = whole.fault
            continue
        if whole.fault:
            return whole.fault
        if whole.seconds < 1:
            return ""
        half = limited(case, size // 2, SECONDS, memory=False)
        if half.seconds is not None and whole.seconds < half.seconds * GROWTH:
            return ""
        growth = f"{half.seconds} s, then {whole.seconds} s for twice the size"
    return growth


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: case.name.replace(" ", "-"))
def test_shapes(case: Case) -> None:
    assert fault(case) == ""


@pytest.mark.parametrize("case", PYTHON, ids=lambda case: case.name.replace(" ", "-"))
def test_python(case: Case) -> None:
    assert fault(case) == ""


@pytest.mark.parametrize("case", FIXED, ids=lambda case: case.name.replace(" ", "-"))
def test_fixes(case: Case) -> None:
    assert fault(case, FIXING) == ""


@pytest.mark.parametrize("case", PYTHON, ids=lambda case: case.name.replace(" ", "-"))
def test_glance_at_python(case: Case) -> None:
    data = case.build(GLANCED)
    started = time.process_time()
    is_telling_module(data)
    assert time.process_time() - started < 2 * len(data) / 1_000_000


SLOW = (
    "compose unknown options",
    "dockerfile commands",
    "gitlab extends all",
    "gitlab variables shared",
    "ignores of an unknown rule each",
    "ignores of unknown rules",
    "make appending",
    "markdown open blocks",
    "markdown python blocks",
    "notebook cell magics",
    "notebook magics",
    "notebook magics in long strings",
    "python one shell text",
    "shell cases",
    "shell commands",
    "shell open heredoc",
    "systemd commands",
    "yaml broken documents",
    "yaml llama swap",
    "yaml recursive command",
)
"""Names of texts of which a megabyte once took from three seconds to minutes."""
LARGE = (
    "dockerfile continuations",
    "hcl containers",
    "json escapes",
    "make doublings",
    "notebook many lines",
    "python big number",
    "shell escapes",
    "yaml many services",
)
"""Those that once took a hundred megabytes and more."""
MOST_MEMORY = 45_000_000
"""Bytes that a file may take for each megabyte that it begins."""


@pytest.mark.parametrize(
    "case", [case for case in (*SHAPES, *PYTHON) if case.name in SLOW + LARGE], ids=lambda case: case.name
)
def test_a_megabyte(case: Case) -> None:
    """Two seconds are meant; a machine may be some times slower than that on which this was measured."""
    found = limited(case, 1_000_000, 2 * SECONDS, memory=case.name in LARGE)
    assert found.seconds is not None, found.fault
    assert found.fault == ""
    assert found.seconds < 6
    assert found.peak <= MOST_MEMORY * ceil(found.size / 1_000_000)


DENSE = 250_000
"""Bytes of text that is about as dense as Python may be."""


@pytest.mark.parametrize("case", PYTHON[::12], ids=lambda case: case.name)
def test_dense_python(case: Case) -> None:
    found = limited(case, DENSE, 2 * SECONDS)
    assert found.seconds is not None, found.fault
    assert found.seconds < 6
    assert found.peak <= MOST_MEMORY


REPEATED = list(repeated())


@pytest.mark.parametrize("number", range(0, len(REPEATED), 61))
def test_some_of_the_repeated_units(number: int) -> None:
    assert fault(REPEATED[number]) == ""


def test_a_reading_that_does_not_end_is_told() -> None:
    def endless(size: int) -> bytes:
        while size > 1000:
            pass
        return b"x"

    assert fault(Case("endless", "a.sh", endless)) == "ended: SIGXCPU"

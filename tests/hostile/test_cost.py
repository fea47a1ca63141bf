"""Hard texts are read in time that grows with their size and no faster, by every format's reader."""

from __future__ import annotations

import os
import time

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


MEGABYTE = (
    "compose unknown options",
    "dockerfile commands",
    "gitlab extends all",
    "ignores of an unknown rule each",
    "ignores of unknown rules",
    "make appending",
    "markdown open blocks",
    "notebook cell magics",
    "notebook magics in long strings",
    "shell cases",
    "shell commands",
    "shell open heredoc",
    "systemd commands",
    "yaml broken documents",
    "yaml recursive command",
)
"""Names of texts of which a megabyte once took from six seconds to minutes."""


@pytest.mark.parametrize(
    "case", [case for case in SHAPES if case.name in MEGABYTE], ids=lambda case: case.name
)
def test_a_megabyte(case: Case) -> None:
    """Two seconds are meant; a machine may be some times slower than that on which this was measured."""
    found = limited(case, 1_000_000, SECONDS, memory=False)
    assert found.seconds is not None, found.fault
    assert found.fault == ""
    assert found.seconds < 10


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

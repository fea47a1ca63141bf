"""Running and timing: order of the rounds, statuses, limits, memory."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import memory
from benchmarks.processes import Command, CommandFailed, Sample, environment, run
from benchmarks.rounds import cpu, measure, median, ratio, rotated


def python(program: str, folder: Path, name: str = "it", **more: object) -> Command:
    return Command(name, (sys.executable, "-S", "-c", program), folder, **more)  # type: ignore[arg-type]


def sample(wall: float) -> Sample:
    return Sample(wall, wall, 1)


def test_every_round_begins_with_another_command() -> None:
    assert [rotated(3, number) for number in range(4)] == [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]


def test_ratio_is_the_median_of_the_rounds_ratios() -> None:
    ours = (sample(1.0), sample(9.0), sample(4.0))
    theirs = (sample(1.0), sample(3.0), sample(2.0))
    assert ratio(ours, theirs) == 2.0
    assert ratio(ours, (None, sample(3.0), None)) == 3.0
    assert ratio(ours, (None, None, None)) is None
    assert ratio((Sample(1.0, 3.0, 1),), (Sample(1.0, 2.0, 1),), cpu) == 1.5
    assert median((sample(3.0), None, sample(1.0), sample(2.0))) == 2.0
    assert median(()) is None


def test_what_a_run_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = run(python("b = bytearray(60_000_000); sum(range(10**6))", tmp_path), environment(tmp_path), 60)
    assert told.cpu > 0
    assert told.wall > 0
    assert told.largest > 60_000_000


def test_a_status_that_means_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(python("raise SystemExit(1)", tmp_path), environment(tmp_path), 60).wall > 0
    with pytest.raises(CommandFailed, match="status 2"):
        run(python("raise SystemExit(2)", tmp_path), environment(tmp_path), 60)


def test_a_command_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandFailed, match="did not end"):
        run(python("import time; time.sleep(600)", tmp_path), environment(tmp_path), 0.2)


def test_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    commands = [
        python("open('log', 'a').write('a')", tmp_path, "a"),
        python("open('log', 'a').write('s')", tmp_path, "slow", slow=True),
        python("raise SystemExit(3)", tmp_path, "broken", slow=True),
    ]
    series = measure(commands, environment(tmp_path), rounds=3, slow_rounds=2, limit=60, tell=said.append)
    assert [[item is not None for item in series[name]] for name in ("a", "slow", "broken")] == [
        [True, True, True],
        [True, True, False],
        [False, False, False],
    ]
    assert (tmp_path / "log").read_text() == "a" + "as" + "sa" + "a"
    assert [line for line in said if "broken" in line and "left out" in line] == said != []


@pytest.mark.skipif(not memory.can_measure(), reason="the system does not tell")
def test_memory_of_a_family_counts_shared_pages_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = """
import os, time
block = bytearray(os.urandom(40_000_000))
child = os.fork()
if child:
    os.waitpid(child, 0)
else:
    own = bytearray(os.urandom(20_000_000))
    time.sleep(0.3)
    os._exit(0)
"""
    assert 60_000_000 < memory.peak(python(program, tmp_path), environment(tmp_path)) < 95_000_000

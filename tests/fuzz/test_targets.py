"""Every fuzzing target holds for damaged seeds, for made-up texts, and for each input that ever broke one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint.parsers.registry import format_of, formats
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.source import SourceFile
from tests.fuzz.dictionary import as_libfuzzer, words
from tests.fuzz.invariants import POLICY, within_memory
from tests.fuzz.run import CRASHERS
from tests.fuzz.targets import targets

NAMES = sorted(targets())
EXAMPLES = 40
CRASHED = sorted(path for path in CRASHERS.glob("*/*") if path.is_file())


@st.composite
def inputs(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A seed that was cut, filled with words and joined with others, or words alone."""
    data = draw(st.sampled_from(seeds)) if draw(st.integers(0, 9)) else draw(st.binary(max_size=1))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.sampled_from(("insert", "repeat", "delete", "copy", "bytes")))
        if kind == "insert":
            data = data[:at] + draw(st.sampled_from(words())) + data[at:]
        elif kind == "repeat":
            data = data[:at] + draw(st.sampled_from(words())) * draw(st.integers(2, 60)) + data[at:]
        elif kind == "delete":
            data = data[:at] + data[at + draw(st.integers(1, 60)) :]
        elif kind == "copy":
            start = draw(st.integers(0, len(data)))
            data = data[:at] + data[start : start + draw(st.integers(1, 200))] + data[at:]
        else:
            data = data[:at] + draw(st.binary(max_size=6)) + data[at:]
    return data


@pytest.mark.parametrize("name", NAMES)
def test_damaged_seeds(name: str) -> None:
    target = targets()[name]
    seeds = tuple(seed for seed in target.seeds() if len(seed) < 6_000) or (b"\0",)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs(seeds))
    def holds(data: bytes) -> None:
        target.run(data)

    holds()


@pytest.mark.parametrize("path", CRASHED, ids=[f"{path.parent.name}/{path.name}" for path in CRASHED])
def test_what_broke_a_target_once(path: Path) -> None:
    name = path.parent.name
    found = next(target for target in targets().values() if target.name.replace(":", "-") == name)
    found.run(path.read_bytes())


def test_there_is_a_target_for_every_format() -> None:
    assert {f"parser:{item.name}" for item in formats()} <= set(NAMES)
    for item in formats():
        target = targets()[f"parser:{item.name}"]
        assert {format_of(path, b"") for path in target.choices} >= {item}
        assert any(target.seeds())


def test_the_dictionary_is_one_that_libfuzzer_reads() -> None:
    lines = as_libfuzzer().splitlines()
    assert len(lines) > 1_000
    assert all(line.startswith('"') and line.endswith('"') and line.isascii() for line in lines)
    assert {b"--quantization ", b"load_in_8bit=", b"vllm"} <= set(words())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("parser:")])
def test_memory_for_a_large_file_of_fixtures(name: str) -> None:
    """A file that repeats a fixture until it has 100 kB, or as many as a format allows."""
    target = targets()[name]
    for seed in list(target.seeds())[:1]:
        path = target.choices[seed[0] % len(target.choices)]
        data = seed[1:]
        if name not in ("parser:notebook", "parser:json"):
            data = (data + b"\n") * (100_000 // max(1, len(data)))
        source = SourceFile(path, data[:100_000])
        within_memory(lambda source=source: scan(source, Repository(None), POLICY), len(source.data))  # type: ignore[misc]

"""What a run of the benchmarks measured, and its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.processes import Sample
from benchmarks.rounds import Series


@dataclass(frozen=True, slots=True)
class Subject:
    """What was scanned: a tree, or named files. Counts are None for named files."""

    name: str
    kind: str
    series: Mapping[str, Series]
    files: int | None = None
    size: int | None = None
    """Bytes of all files."""
    in_scope: int | None = None
    """Files that ecolint would read."""
    with_keyword: int | None = None
    """Files that ripgrep finds a keyword in."""
    findings: int | None = None
    peaks: Mapping[str, int] = field(default_factory=dict)
    """Peak memory in bytes by command, all of its processes together."""


@dataclass(frozen=True, slots=True)
class Results:
    """A whole run."""

    machine: Mapping[str, str]
    versions: Mapping[str, str]
    spins: tuple[float, float]
    """The spin test's ratio before and after."""
    rounds: int
    subjects: tuple[Subject, ...]


def save(results: Results, path: Path) -> None:
    """Write the results as JSON."""
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Results:
    """Read results back. Raises OSError, and ValueError, KeyError or TypeError for another kind of file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        data["machine"],
        data["versions"],
        (data["spins"][0], data["spins"][1]),
        data["rounds"],
        tuple(_subject(item) for item in data["subjects"]),
    )


def _subject(data: dict[str, Any]) -> Subject:
    series = {
        name: tuple(Sample(**sample) if sample else None for sample in samples)
        for name, samples in data["series"].items()
    }
    return Subject(**{**data, "series": series})

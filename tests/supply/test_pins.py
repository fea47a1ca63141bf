"""What others' code we use is pinned: actions by commit, tools by hash."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parents[2]
OWN = ("{action}@{tag}", "ecolint/ecolint@")
USES = re.compile(r"^\s*(?:- )?uses:\s*(\S+)(.*)$", re.M)
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
VERSION = re.compile(r" # v\d+\.\d+\.\d+")
WORKFLOWS = sorted(
    path
    for pattern in (
        "action.yml",
        ".github/**/*.y*ml",
        "ecolint/templates/*",
        "docs/*.md",
        "README.md",
        "*.md",
    )
    for path in HERE.glob(pattern)
)
PINS = (HERE / "requirements" / "ci.txt").read_text(encoding="utf-8")
LOCKED_EXTRAS = re.findall(r"--extra (\w+)", (HERE / ".ci" / "lock").read_text(encoding="utf-8"))


def unpinned(text: str) -> Iterator[str]:
    for action, rest in USES.findall(text):
        if not action.startswith(OWN) and not (PINNED.fullmatch(action) and VERSION.fullmatch(rest)):
            yield action + rest


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.relative_to(HERE).as_posix())
def test_actions_are_pinned_by_commit(path: Path) -> None:
    assert list(unpinned(path.read_text(encoding="utf-8"))) == []


def test_there_are_actions_to_pin() -> None:
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS]
    assert sum(len(USES.findall(text)) for text in texts) >= 5


@pytest.mark.parametrize(
    "step",
    [
        "uses: actions/checkout@v5",
        "- uses: actions/checkout@main # v5.1.0",
        "- uses: actions/checkout@fbc6f3992d24b796d5a048ff273f7fcc4a7b6c0 # v5.1.0",
        "- uses: actions/checkout@fbc6f3992d24b796d5a048ff273f7fcc4a7b6c09",
        "- uses: docker://python:3",
    ],
)
def test_what_is_no_pin(step: str) -> None:
    assert len(list(unpinned(f"steps:\n  {step}\n"))) == 1


def locked() -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in PINS.splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip("\\ "))
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def declared() -> list[Requirement]:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [text for name in LOCKED_EXTRAS for text in project["optional-dependencies"][name]]
    return [Requirement(text) for text in [*project["dependencies"], *extras]]


@pytest.mark.parametrize("requirement", declared(), ids=str)
def test_every_requirement_is_locked(requirement: Requirement) -> None:
    pins = locked().get(canonicalize_name(requirement.name), [])
    assert pins, "run .ci/lock"
    for pin in pins:
        (version,) = pin.specifier
        assert version.operator == "=="
        assert requirement.specifier.contains(version.version, prereleases=True)


def test_every_pin_has_hashes_and_names_no_place() -> None:
    entries = [entry for entry in re.split(r"\n(?=\w)", PINS) if not entry.startswith("#")]
    assert len(entries) == sum(map(len, locked().values()))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|--(?:extra-)?index-url|--find-links", PINS)

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
LOCKS = sorted(path.name for path in (HERE / "requirements").glob("*.txt"))
EXTRAS = set(re.findall(r"--extra (\w+)", (HERE / ".ci" / "lock").read_text(encoding="utf-8")))


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


def text_of(lock: str) -> str:
    return (HERE / "requirements" / lock).read_text(encoding="utf-8")


def locked(lock: str) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in text_of(lock).splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.rstrip("\\ "))
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def declared() -> dict[str, list[str]]:
    """Requirements of pyproject.toml by the lock that they belong to."""
    settings = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = settings["project"]["dependencies"]
    extras = settings["project"]["optional-dependencies"]
    return {
        "build.txt": settings["build-system"]["requires"],
        "runtime.txt": runtime,
        "ci.txt": [*runtime, *(text for name in sorted(EXTRAS - {"fuzz"}) for text in extras[name])],
        "fuzz.txt": [*runtime, *extras["fuzz"]],
    }


@pytest.mark.parametrize(
    ("lock", "text"), [(lock, text) for lock, texts in declared().items() for text in texts]
)
def test_every_requirement_is_locked(lock: str, text: str) -> None:
    requirement = Requirement(text)
    pins = locked(lock).get(canonicalize_name(requirement.name), [])
    assert pins, "run .ci/lock"
    for pin in pins:
        (version,) = pin.specifier
        assert version.operator == "=="
        assert requirement.specifier.contains(version.version, prereleases=True), "run .ci/lock"


def test_locks_are_those_that_are_checked() -> None:
    assert sorted(declared()) == LOCKS
    assert EXTRAS


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_names_no_place(lock: str) -> None:
    entries = [entry for entry in re.split(r"\n(?=\w)", text_of(lock)) if not entry.startswith("#")]
    assert len(entries) == sum(map(len, locked(lock).values()))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|--(?:extra-)?index-url|--find-links", text_of(lock))

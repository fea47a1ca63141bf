"""Scans of every fixture open no socket, start nothing but git, import and run nothing of what they read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.expectations import FIXTURES
from tests.hostile.test_trees import scan, violations

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="the watched paths are POSIX paths"),
]
EXTENSIONS = ("--select=ALL", "--show-undecided", "--show-setups", "--include-docs", "--isolated")


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_scans_of_all_fixtures(tmp_path: Path, jobs: str) -> None:
    root = tmp_path / "repo"
    shutil.copytree(FIXTURES, root)
    log = tmp_path / "log"
    done = scan(root, *EXTENSIONS, "--jobs", jobs, "--format=json", ".", log=log)
    assert done.returncode == 1, done.stderr
    found = list(violations(log, root))
    if jobs != "1":
        found = [event for event in found if not _of_workers(event)]
    assert found == []


def _of_workers(event: list[str]) -> bool:
    """What worker processes need: a queue in shared memory and its lock."""
    return event[0] in ("open", "os.remove") and "/dev/shm" in event[1]


def test_fixes_write_the_file_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    shutil.copytree(FIXTURES / "transformers", root)
    log = tmp_path / "log"
    done = scan(root, "--isolated", "--fix", "--unsafe-fixes", "--jobs=1", ".", log=log)
    assert done.returncode in (0, 1), done.stderr
    inside = os.path.realpath(root)
    for event, *told in violations(log, root):
        assert event in ("open", "os.rename", "os.remove", "os.chmod", "os.chown", "tempfile.mkstemp"), (
            event,
            told,
        )
        assert os.path.realpath(told[0]).startswith((inside, "None")) or told[0].isdecimal(), (event, told)

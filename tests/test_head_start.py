"""What git tracks is read while git looks for the rest; what it finds then is heeded as if it were known before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ecolint.discovery import gitlist
from ecolint.discovery.candidates import Collected, collect
from ecolint.settings.search import Scope, forget
from ecolint.sieve import sifter
from tests.conftest import INT8
from tests.test_discovery import git, repo, write  # noqa: F401

Told = tuple[list[str], int, bool]


def told(collected: Collected) -> Told:
    paths = [candidate.found.relative for candidate in collected.candidates]
    return paths, collected.scanned, collected.thorough


def of(root: Path) -> Told:
    forget()
    return told(collect(Scope((str(root),), thorough=False)))


def nothing(root: Path) -> None:
    write(root / "more.py", INT8)


def an_environment(root: Path) -> None:
    write(root / "env" / "pyvenv.cfg", "")


def settings_that_select(root: Path) -> None:
    write(root / "new" / "ecolint.toml", 'select = ["ALL"]\n')
    write(root / "new" / "more.py", INT8)


@pytest.mark.parametrize("change", [nothing, an_environment, settings_that_select])
@pytest.mark.parametrize("is_much", [False, True])
def test_as_if_all_were_tracked(
    repo: Path,  # noqa: F811
    change: Callable[[Path], None],
    is_much: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if is_much:
        monkeypatch.setattr(sifter, "SAMPLE", 1)
        monkeypatch.setattr(sifter, "PARALLEL_FROM", 2)
    write(repo / "a.py", INT8)
    write(repo / "b.py", "from transformers import AutoModel\n")
    write(repo / "env" / "c.py", INT8)
    write(repo / "env" / "d.py")
    git(repo, "add", "-A")
    change(repo)
    some_untracked = of(repo)
    git(repo, "add", "-A")
    assert some_untracked == of(repo)


def test_git_may_fail_when_its_index_was_read(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    write(repo / "a.py", INT8)
    write(repo / "ignored" / "b.py", INT8)
    git(repo, "add", "-A")
    write(repo / ".gitignore", "ignored/\n")
    assert of(repo)[0] == ["a.py", "ignored/b.py"]
    monkeypatch.setattr(gitlist.Listing, "output", lambda self: self.stop())
    assert of(repo)[0] == ["a.py"], "the walk goes by .gitignore alone"

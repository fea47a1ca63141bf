"""Calls of git run nothing and read nothing that the repository at hand chooses."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecolint.changes import ChangesError, changes_since
from ecolint.discovery import git

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the traps are shell scripts")
NAMED = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "init.defaultBranch=main")


def plain(folder: Path, *arguments: str, check: bool = True) -> bytes:
    """git as anybody calls it."""
    done = subprocess.run(("git", *NAMED, *arguments), cwd=folder, check=check, capture_output=True)
    return done.stdout


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit of one file."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "repo"
    root.mkdir()
    plain(root, "init", "-q")
    (root / "app.py").write_text("x = 1\n" * 50)
    plain(root, "add", "-A")
    plain(root, "commit", "-q", "-m", "one")
    return root


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves `sprung` beside it when it is run."""
    folder = tmp_path / "trap"
    folder.mkdir()
    script = folder / "git"
    script.write_text(f"#!/bin/sh\ntouch {folder}/sprung\n")
    script.chmod(0o755)
    return script


def is_sprung(trap: Path) -> bool:
    return trap.with_name("sprung").exists()


def test_nothing_is_fetched_by_a_program_of_the_repository(root: Path, trap: Path) -> None:
    blob = plain(root, "rev-parse", "HEAD:app.py").decode().strip()
    for key, value in (
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.url", f"ext::{trap}"),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
    ):
        plain(root, "config", key, value)
    (root / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    (root / "app.py").write_text("x = 2\n" * 50)
    with pytest.raises(ChangesError):
        changes_since("HEAD", str(root))
    assert not is_sprung(trap)
    plain(root, "diff", "HEAD", check=False)
    assert is_sprung(trap), "the trap does not work"


def test_the_tree_is_the_folder_whatever_the_repository_says(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.py").write_text("x = 3\n")
    plain(root, "config", "core.worktree", str(elsewhere))
    assert b"secret.py" in plain(elsewhere, f"--git-dir={root}/.git", "ls-files", "--others")
    assert git.run(str(root), "ls-files", "--others", "--cached") == b"app.py\n"
    changes = changes_since("HEAD", str(root))
    assert (changes.root, changes.lines) == (os.path.realpath(root), {})


def test_the_repository_is_that_of_the_folder_whatever_the_environment_says(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    plain(other, "init", "-q")
    for name, value in (
        ("GIT_DIR", f"{other}/.git"),
        ("GIT_WORK_TREE", str(other)),
        ("GIT_INDEX_FILE", f"{other}/.git/index"),
        ("GIT_EXTERNAL_DIFF", "false"),
    ):
        monkeypatch.setenv(name, value)
    assert git.run(str(root), "ls-files", "--cached") == b"app.py\n"


def test_no_repository_above_the_folder_answers(root: Path) -> None:
    (root / "inner/.git").mkdir(parents=True)
    with pytest.raises(git.GitError, match="not a git repository"):
        git.run(str(root / "inner"), "ls-files")


def test_a_bare_repository_within_the_tree_is_none(root: Path, trap: Path) -> None:
    plain(root, "init", "-q", "--bare", "evil")
    plain(root / "evil", "config", "core.fsmonitor", str(trap))
    with pytest.raises(git.GitError):
        git.run(str(root / "evil"), "ls-files", "--others")
    assert not is_sprung(trap)


def test_git_is_not_looked_for_in_the_tree(root: Path, trap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(trap.parent)
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", os.environ["PATH"])))
    assert os.path.isabs(git.command()[0])
    assert git.run(str(root), "ls-files") == b"app.py\n"
    assert not is_sprung(trap)


def test_filters_of_the_repository_are_off_and_those_of_the_user_are_not(
    root: Path, trap: Path, tmp_path: Path
) -> None:
    (tmp_path / "none").write_text('[filter "mine"]\n\tclean = sed s/1/2/\n')
    included = tmp_path / "included"
    included.write_text(f'[filter "a=b.c"]\n\tclean = {trap}\n\trequired\n')
    plain(root, "config", "include.path", str(included))
    plain(root, "config", "filter.other.process", str(trap))
    off = dict(git.without_filters(str(root)))
    assert off["filter.a=b.c.clean"] == ""
    assert off["filter.other.process"] == ""
    assert not [key for key in off if "mine" in key]
    (root / ".gitattributes").write_text("app.py filter=a=b.c\n")
    (root / "app.py").write_text("x = 2\n" + "x = 1\n" * 49)
    assert changes_since("HEAD", str(root)).lines["app.py"] == {1}
    assert not is_sprung(trap)


def test_settings_of_the_user_are_kept_and_ours_come_behind_them(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "x.y")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "theirs")
    assert git.run(str(root), "config", "x.y") == b"theirs\n"
    assert git.run(str(root), "config", "x.y", settings=(("x.y", "ours"),)) == b"ours\n"


def test_a_repository_that_keeps_git_waiting(root: Path) -> None:
    os.mkfifo(root / ".git/pipe")
    plain(root, "config", "include.path", "pipe")
    started = time.monotonic()
    with pytest.raises(git.GitError, match=r"took longer than 0\.5 s"):
        git.run(str(root), "ls-files", timeout=0.5)
    assert time.monotonic() - started < 30


def test_what_git_says_is_one_line_without_control_signs(root: Path) -> None:
    with pytest.raises(git.GitError) as caught:
        git.run(str(root), "cat-file", "-t", "\x1b[31mred\nline")
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(git.GitError, match="git cannot be run: No such file or directory"):
        git.run(str(tmp_path / "gone"), "ls-files")


def test_nothing_is_loaded_for_it_before_a_call() -> None:
    script = "import sys, ecolint.discovery.git; sys.exit('subprocess' in sys.modules)"
    assert subprocess.run((sys.executable, "-c", script), check=False).returncode == 0

"""Which files are found: from git's index and its list of untracked files, what the walk finds."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint.discovery import gitindex, gitlist, trees
from ecolint.discovery.candidates import collect, files_of
from ecolint.settings.search import Scope
from tests.conftest import INT8

GIT = {
    **os.environ,
    **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_CONFIG_GLOBAL": os.devnull,
}
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, env=GIT, check=True, capture_output=True)


def write(path: Path, text: str = "x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def listed(root: Path, *below: str) -> list[str]:
    """Files below a folder, relative to it, as a run lists them."""
    named = tuple(str(root / name) for name in below) or (str(root),)
    return [os.path.relpath(path, root) for path in files_of(Scope(named, isolated=True))]


def walked(root: Path, *below: str) -> list[str]:
    """The same without git."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trees, "_from_git", lambda *_: False)
        return listed(root, *below)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    return root


def test_tracked_untracked_ignored_and_deleted(repo: Path) -> None:
    for name in ("a.py", "sub/b.yaml", "gone.py", "notes.txt", "build/out.py", "Dockerfile"):
        write(repo / name)
    write(repo / "run", "#!/bin/sh\n")
    write(repo / "LICENSE", "text\n")
    git(repo, "add", "-A")
    write(repo / ".gitignore", "build/\n*.tmp.py\n")
    git(repo, "rm", "-q", "--cached", "build/out.py")
    write(repo / "new.py")
    write(repo / "x.tmp.py")
    os.remove(repo / "gone.py")
    expected = ["Dockerfile", "a.py", "new.py", "run", "sub/b.yaml"]
    assert listed(repo) == expected
    assert walked(repo) == expected
    assert gitindex.read(str(repo)) is not None


def test_a_file_that_is_tracked_though_it_is_ignored(repo: Path) -> None:
    write(repo / ".gitignore", "*.py\n")
    write(repo / "kept.py")
    write(repo / "left.py")
    git(repo, "add", "-f", "kept.py")
    assert listed(repo) == ["kept.py"]
    assert walked(repo) == []


def test_links_are_not_followed(repo: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "outside" / "secret.py")
    write(repo / "a.py")
    write(repo / "folder" / "b.py")
    os.symlink(secret, repo / "link.py")
    os.symlink(secret.parent, repo / "linked")
    git(repo, "add", "-A")
    assert listed(repo) == walked(repo) == ["a.py", "folder/b.py"]
    shutil.rmtree(repo / "folder")
    os.symlink(secret.parent, repo / "folder")
    shutil.copy(secret, secret.parent / "b.py")
    os.remove(repo / "a.py")
    os.symlink(secret, repo / "a.py")
    assert listed(repo) == walked(repo) == []
    assert collect(Scope((str(repo),), isolated=True)).scanned == 0


def test_a_link_to_a_folder_that_is_named_is_followed(repo: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "sub" / "a.py")
    write(repo / ".gitignore", "ignored.py\n")
    write(repo / "data" / "b.py")
    write(repo / "data" / "ignored.py")
    os.symlink(tmp_path / "elsewhere", repo / "out")
    os.symlink("data", repo / "within")
    git(repo, "add", ".")
    assert listed(repo) == ["data/b.py"]
    assert listed(repo, "out") == ["out/sub/a.py"]
    assert listed(repo, "out/sub") == ["out/sub/a.py"]
    assert listed(repo, "within") == ["within/b.py"]


def test_a_file_that_became_something_else(repo: Path) -> None:
    for name in ("a.py", "b.py", "c.py"):
        write(repo / name)
    git(repo, "add", "-A")
    os.remove(repo / "a.py")
    os.mkfifo(repo / "a.py")
    os.remove(repo / "b.py")
    write(repo / "b.py" / "inner.py")
    assert listed(repo) == walked(repo) == ["b.py/inner.py", "c.py"]
    collected = collect(Scope((str(repo),), isolated=True))
    assert collected.scanned == 2


def test_skipped_folders_and_environments(repo: Path) -> None:
    for name in (
        "node_modules/a.py",
        "env/pyvenv.cfg",
        "env/lib/b.py",
        ".venv/c.py",
        "deep/.tox/d.py",
        "ok/e.py",
    ):
        write(repo / name)
    assert listed(repo) == walked(repo) == ["ok/e.py"]
    git(repo, "add", "-A")
    assert listed(repo) == walked(repo) == ["ok/e.py"]
    assert listed(repo, "env") == walked(repo, "env") == ["env/lib/b.py"]
    assert listed(repo, ".venv") == walked(repo, ".venv") == [".venv/c.py"]


def test_an_ignored_folder_that_is_named(repo: Path) -> None:
    write(repo / ".gitignore", "build/\n")
    write(repo / "build" / "a.py")
    write(repo / "build" / "deep" / "b.py")
    write(repo / "build" / ".gitignore", "c.py\n")
    write(repo / "build" / "c.py")
    assert listed(repo) == walked(repo) == []
    assert listed(repo, "build") == walked(repo, "build") == ["build/a.py", "build/deep/b.py"]
    assert listed(repo, "build/deep") == walked(repo, "build/deep") == ["build/deep/b.py"]


def test_repositories_within(repo: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(other / "module.py")
    git(tmp_path, "init", "-q", "other")
    git(other, "add", "-A")
    git(other, "commit", "-qm", "m")
    write(repo / "top.py")
    git(repo, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    shutil.copytree(other, repo / "untracked" / "clone")
    write(repo / "ignored" / "x.py")
    git(repo / "ignored", "init", "-q")
    write(repo / ".gitignore", "ignored\n")
    expected = ["sub/module.py", "top.py", "untracked/clone/module.py"]
    assert listed(repo) == walked(repo) == expected
    assert os.path.isfile(repo / "sub" / ".git")
    assert listed(repo, "sub") == walked(repo, "sub") == ["sub/module.py"]
    assert listed(repo / "sub") == ["module.py"]


def test_a_work_tree_beside_its_repository(repo: Path, tmp_path: Path) -> None:
    write(repo / "a.py")
    git(repo, "add", "-A")
    git(repo, "commit", "-qm", "m")
    git(repo, "worktree", "add", "-q", str(tmp_path / "beside"))
    write(tmp_path / "beside" / "b.py")
    assert gitindex.read(str(tmp_path / "beside")) is not None
    assert listed(tmp_path / "beside") == ["a.py", "b.py"]


@pytest.mark.parametrize("kind", ["4", "split", "sha256", "broken", "none", "fifo"])
def test_other_indexes(tmp_path: Path, kind: str) -> None:
    root = tmp_path / "r"
    root.mkdir()
    git(root, "init", "-q", *(["--object-format=sha256"] if kind == "sha256" else []))
    for name in ("a.py", "dir/b.py", "dir/c.py"):
        write(root / name)
    write(root / ".gitignore", "ignored.py\n")
    write(root / "ignored.py")
    git(root, "add", "-A")
    index = root / ".git" / "index"
    if kind == "4":
        git(root, "update-index", "--index-version", "4")
    elif kind == "split":
        git(root, "update-index", "--split-index")
    elif kind == "broken":
        index.write_bytes(index.read_bytes()[:-40])
    elif kind in ("none", "fifo"):
        index.unlink()
        if kind == "fifo":
            os.mkfifo(index)
    if kind != "none":
        assert gitindex.read(str(root)) is None
    assert listed(root) == ["a.py", "dir/b.py", "dir/c.py"]


@given(st.data())
def test_any_bytes_as_an_index(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for sample in (bytes(raw), cut):
        try:
            found = gitindex.parse(sample)
        except (IndexError, ValueError):
            continue
        assert found is None or all(
            isinstance(path, str) for path in gitindex.Index(sample, *found, 0).files()
        )


def _index(*paths: str, version: int = 2) -> bytes:
    body = b"DIRC" + version.to_bytes(4, "big") + len(paths).to_bytes(4, "big")
    for path in paths:
        entry = bytes(24) + b"\0\0\x81\xa4" + bytes(32) + len(path).to_bytes(2, "big") + path.encode() + b"\0"
        body += entry + bytes(-len(entry) % 8)
    return body + bytes(20)


SAMPLES = (_index(), _index("a.py"), _index("a.py", "dir/longer name.py", "z"))


def test_paths_in_a_hostile_index_lead_nowhere(repo: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret.py", INT8)
    write(repo / "a.py")
    hostile = (
        "../secret.py",
        "/secret.py",
        str(tmp_path / "secret.py"),
        "a.py",
        "./a.py",
        "x/../../secret.py",
        ".git/hook.py",
    )
    write(repo / ".git" / "hook.py", INT8)
    (repo / ".git" / "index").write_bytes(_index(*sorted(hostile)))
    assert gitindex.read(str(repo)) is not None
    assert listed(repo) == ["a.py"]


def test_git_is_not_waited_for_without_end(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repo / "a.py")
    fake = write(tmp_path / "bin" / "git", "#!/bin/sh\nsleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(gitlist, "PATIENCE", 0.2)
    assert listed(repo) == ["a.py"]


def test_strange_names(repo: Path) -> None:
    names = [
        "with space.py",
        "new\nline.py",
        "quo\"te'.py",
        "ünï.py",
        "-dash.py",
        "\udcff\udcfe.py",
        "tab\t.py",
    ]
    for name in names:
        write(repo / name)
    assert listed(repo) == walked(repo) == sorted(names)
    git(repo, "add", "-A")
    assert listed(repo) == walked(repo) == sorted(names)


FILE = st.sampled_from(
    ("a.py", "d/b.py", "d/e/c.yaml", "d/run", "x.txt", "e/node_modules/f.py", "d/pyvenv.cfg", "build/g.py")
)
LINES = st.lists(
    st.sampled_from(
        ("*.py", "d/", "/a.py", "!b.py", "build", "**/c.yaml", "e/*", "# x", "", "d/e/", "!d/e/")
    ),
    max_size=4,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(FILE, max_size=6),
    st.lists(FILE, max_size=4),
    LINES,
    st.one_of(st.none(), LINES),
    st.sampled_from(("", "d", "d/e")),
)
def test_git_and_walk_agree(
    tmp_path: Path, first: list[str], second: list[str], top: list[str], inner: list[str] | None, below: str
) -> None:
    root = tmp_path / "r"
    shutil.rmtree(root, ignore_errors=True)
    (root / "d" / "e").mkdir(parents=True)
    git(root, "init", "-q")
    write(root / ".gitignore", "\n".join(top))
    if inner is not None:
        write(root / "d" / ".gitignore", "\n".join(inner))
    for name in first:
        write(root / name, "#!/bin/sh\n")
    git(root, "add", "-A")
    for name in second:
        write(root / name, "#!/bin/sh\nx\n")
    assert listed(root, below) == walked(root, below)

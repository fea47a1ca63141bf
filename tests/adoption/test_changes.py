"""Only lines that changed, as git tells them, and nothing of the repository is run to learn that."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ecolint import changes
from tests.adoption.conftest import INT8, SMALL_NF4, Tree, git

OLD = INT8.format(name="old", model="mistralai/Mistral-7B-Instruct-v0.3")
NEW = INT8.format(name="new", model="mistralai/Mistral-7B-Instruct-v0.3").split("\n\n\n", 1)[1]


def test_only_findings_on_changed_lines(tree: Tree) -> None:
    tree.write("app.py", OLD)
    tree.write("same.py", OLD)
    tree.commit()
    assert tree.scan("--diff-base", "HEAD").places == []
    tree.write("app.py", OLD + "\n\n" + NEW)
    found = tree.scan("--diff-base", "HEAD")
    assert found.places == ["app.py:10 ECO001"]
    assert found.status == 1
    assert found.report["summary"]["unchanged"] == 1
    assert found.report["summary"]["files_scanned"] == 1
    git(tree.root, "add", "app.py")
    assert tree.scan("--diff-base", "HEAD").places == ["app.py:10 ECO001"]


def test_new_files_count_whether_git_knows_them_or_not(tree: Tree) -> None:
    tree.write(".gitignore", "ignored.py\n")
    tree.commit()
    for path in ("added.py", "untracked.py", "with space/ü \t.py", "ignored.py"):
        tree.write(path, OLD)
    git(tree.root, "add", "added.py")
    places = tree.scan("--diff-base", "HEAD").places
    assert places == ["added.py:5 ECO001", "untracked.py:5 ECO001", "with space/ü \t.py:5 ECO001"]
    assert tree.scan("--diff-base", "HEAD", "ignored.py").places == ["ignored.py:5 ECO001"]


@pytest.mark.parametrize("name", ["a b.py", "ünï.py", "tab\there.py", 'quo"te.py', "back\\slash.py", "b.py"])
def test_names_of_changed_files(tree: Tree, name: str) -> None:
    tree.write(name, OLD)
    tree.commit()
    tree.write(name, "import os\n" + OLD + "\n\n" + NEW)
    assert [one["line"] for one in tree.scan("--diff-base", "HEAD").report["findings"]] == [11]


def test_a_renamed_file_changes_where_it_was_edited(tree: Tree) -> None:
    tree.write("app.py", OLD + "x = 1\n" * 20)
    tree.write("plain.py", OLD.replace("old", "plain") + "y = 2\n" * 20)
    tree.commit()
    git(tree.root, "mv", "app.py", "server.py")
    git(tree.root, "mv", "plain.py", "other.py")
    tree.write("server.py", OLD + "x = 1\n" * 20 + NEW)
    assert tree.scan("--diff-base", "HEAD").places == ["server.py:28 ECO001"]


def test_a_changed_setting_counts_for_its_statement(tree: Tree) -> None:
    served = "vllm serve Qwen/Qwen2.5-{}-Instruct \\\n    --quantization bitsandbytes \\\n    --port 80\n"
    tree.write("start.sh", served.format("32B"))
    tree.commit()
    tree.write("start.sh", served.format("1.5B"))
    assert tree.scan("--diff-base", "HEAD").places == ["start.sh:2 ECO002"]
    tree.commit()
    tree.write("start.sh", "# serves\n" + served.format("1.5B"))
    assert tree.scan("--diff-base", "HEAD").places == []


def test_the_branching_point_counts(tree: Tree) -> None:
    tree.write("app.py", "x = 1\n")
    tree.commit()
    git(tree.root, "checkout", "-q", "-b", "work")
    tree.write("mine.py", OLD)
    tree.commit()
    git(tree.root, "checkout", "-q", "main")
    tree.write("theirs.py", "y = 2\n")
    tree.commit()
    git(tree.root, "checkout", "-q", "work")
    assert tree.scan("--diff-base", "main").places == ["mine.py:5 ECO001"]


def test_from_a_subfolder_and_in_a_linked_working_tree(tree: Tree) -> None:
    tree.write("serve/app.py", OLD)
    tree.write("other.py", OLD)
    tree.commit()
    git(tree.root, "worktree", "add", "-q", "../linked")
    tree.write("serve/app.py", OLD + "\n\n" + NEW)
    tree.write("other.py", OLD + "\n\n" + NEW)
    assert tree.scan("--diff-base", "HEAD", cwd="serve").places == ["app.py:10 ECO001"]
    assert tree.scan("--diff-base", "HEAD", "..", cwd="serve").places == [
        "../other.py:10 ECO001",
        "app.py:10 ECO001",
    ]
    assert tree.scan("--diff-base", "HEAD", cwd="../linked").places == []


def test_files_without_lines_to_compare_change_as_a_whole(tree: Tree) -> None:
    tree.write(".gitattributes", "*.py -diff\n")
    tree.write("app.py", OLD)
    tree.write("same.py", OLD)
    tree.commit()
    tree.write("app.py", OLD + "x = 1\n")
    assert tree.scan("--diff-base", "HEAD").places == ["app.py:5 ECO001"]


def test_a_submodule_is_not_new(tree: Tree, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    (other / "lib.py").write_text(OLD)
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "one")
    git(
        tree.root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "vendor/lib"
    )
    tree.commit()
    assert tree.scan().places == ["vendor/lib/lib.py:5 ECO001"]
    assert tree.scan("--diff-base", "HEAD").places == []


def test_lines_that_look_like_a_diff(tree: Tree) -> None:
    tree.write("notes.sh", "a\n")
    tree.commit()
    tree.write("notes.sh", "++ b/other.py\n@@ -1 +1,99 @@\ndiff --git a/x b/x\n-- a\n\\ No newline")
    tree.write("other.sh", SMALL_NF4.format(model="Qwen/Qwen2.5-1.5B", port=1))
    found = changes.changes_since("HEAD", str(tree.root))
    assert found.lines == {"notes.sh": frozenset(range(1, 6))}


def test_with_a_baseline(tree: Tree) -> None:
    tree.write("app.py", OLD)
    tree.commit()
    tree.scan("--baseline", "known.json", "--update-baseline")
    tree.write("app.py", OLD + "\n\n" + NEW)
    found = tree.scan("--diff-base", "HEAD", "--baseline", "known.json")
    assert found.places == ["app.py:10 ECO001"]
    assert found.err == ""


@pytest.mark.parametrize("ref", ["nope", "-x", "--output=x", "HEAD~5", "", "HEAD:app.py", "a..b"])
def test_a_bad_reference_is_an_error_of_one_line(tree: Tree, ref: str) -> None:
    tree.write("app.py", OLD)
    tree.commit()
    found = tree.scan(f"--diff-base={ref}")
    assert found.status == 2
    assert found.err.startswith("Error: ")
    assert found.err.count("\n") == 1
    assert not (tree.root / "x").exists()


def test_no_repository_and_no_git(tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/app.py").write_text(OLD)
    outside = tree.scan("--diff-base", "HEAD", cwd="../plain")
    assert (outside.status, outside.err.count("\n")) == (2, 1)
    assert "not a git repository" in outside.err
    tree.write("app.py", OLD)
    monkeypatch.setenv("PATH", str(tmp_path))
    missing = tree.scan("--diff-base", "HEAD")
    assert (missing.status, missing.err) == (2, "Error: git was not found\n")


def test_a_shallow_clone(tree: Tree, tmp_path: Path) -> None:
    tree.write("app.py", OLD)
    tree.commit()
    tree.write("app.py", OLD + "\n\n" + NEW)
    tree.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", tree.root.as_uri(), "shallow")
    missing = tree.scan("--diff-base", "HEAD~1", cwd="../shallow")
    assert missing.status == 2
    assert "shallow" in missing.err


HOSTILE = """\
[core]
	fsmonitor = {script}
	hooksPath = {folder}
	pager = {script}
	sshCommand = {script}
[diff]
	external = {script}
[diff "evil"]
	command = {script}
	textconv = {script}
[filter "evil"]
	clean = {script}
	smudge = {script}
	process = {script}
	required = true
[filter "e=v.il"]
	clean = {script}
	required = true
[alias]
	diff = !{script}
	ls-files = !{script}
[pager]
	diff = {script}
"""


@pytest.mark.skipif(os.name == "nt", reason="the trap is a shell script")
def test_nothing_that_the_repository_configures_is_run(tree: Tree, tmp_path: Path) -> None:
    tree.write("app.py", OLD)
    tree.write("job.py", OLD)
    tree.commit()
    trap = tmp_path / "trap"
    trap.mkdir()
    script = trap / "post-index-change"
    script.write_text(f'#!/bin/sh\necho "$0 $*" >> {tmp_path}/sprung\ncat\n')
    script.chmod(0o755)
    with open(tree.root / ".git/config", "a") as config:
        config.write(HOSTILE.format(script=script, folder=trap))
    tree.write(".gitattributes", "app.py diff=evil filter=evil\njob.py filter=e=v.il\n")
    for path in ("app.py", "job.py"):
        tree.write(path, OLD + "\n\n" + NEW)
    found = tree.scan("--diff-base", "HEAD")
    assert found.places == ["app.py:10 ECO001", "job.py:10 ECO001"]
    assert not (tmp_path / "sprung").exists(), (tmp_path / "sprung").read_text()
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"}
    subprocess.run(("git", "diff"), cwd=tree.root, env=environment, capture_output=True, check=False)
    assert (tmp_path / "sprung").exists(), "the trap does not work"

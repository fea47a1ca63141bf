"""Whatever changes, a scan with the cache says what a scan without it says."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ecolint
from ecolint import tasks
from ecolint.cache import identity
from ecolint.source import SourceFile
from tests.cache.conftest import IMPORTING, SHELL, TICK, Repo
from tests.conftest import INT8

QUIET = INT8.replace("load_in_8bit=True", "load_in_8bit=None")
assert len(QUIET) == len(INT8)


def test_nothing_changes(repo: Repo) -> None:
    repo.write("serve.py")
    repo.write("plain.py", "print(1)\n")
    repo.commit()
    first = repo.agree()
    assert "ECO001" in first
    assert "2 files scanned" in first
    assert repo.agree() == first


def test_what_did_not_change_is_not_read_again(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("serve.py")
    repo.write("plain.py", "print(1)\n")
    repo.commit()
    report = repo.agree()
    as_json = repo.agree("--format", "json")

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr("ecolint.discovery.candidates.discover", fail)
        assert repo.scan()[1] == report
    with monkeypatch.context() as patch:
        patch.setattr("ecolint.sieve.sifter.read_file", fail)
        patch.setattr("ecolint.tasks.scan_candidate", fail)
        assert repo.scan("--format", "json")[1] == as_json
        os.utime(repo.root / "serve.py", (1_700_000_000, 1_700_000_000))
        repo.git("update-index", "-q", "--refresh")
        assert repo.scan("--format", "json")[1] == as_json, "git's index tells that the content is the same"
    os.utime(repo.root / "serve.py")
    repo.write("more.py")
    with monkeypatch.context() as patch:
        real = tasks.scan_candidate

        def only_the_new_one(source: SourceFile, *more: object, **words: object) -> object:
            assert source.path == "more.py"
            return real(source, *more, **words)

        patch.setattr("ecolint.tasks.scan_candidate", only_the_new_one)
        assert "more.py" in repo.scan()[1]


def test_a_fresh_change_is_not_trusted(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "JUST_NOW", 3600 * 10**9)
    path = repo.write("serve.py")
    repo.commit()
    assert "ECO001" in repo.scan()[1]
    status = path.stat()
    with open(path, "r+b") as handle:
        handle.write(QUIET.encode())
    monkeypatch.setattr("ecolint.cache.memory.packed", lambda _: identity.packed(status))
    assert "ECO001" not in repo.scan()[1]


def test_an_edit_of_the_same_size_at_the_same_time(repo: Repo) -> None:
    path = repo.write("serve.py")
    repo.commit()
    before = path.stat()
    assert "ECO001" in repo.agree()
    path.write_text(QUIET)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert "ECO001" not in repo.agree()
    path.write_text(INT8)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "ECO001" in repo.agree()


def test_files_come_go_and_move(repo: Repo) -> None:
    repo.write("a/serve.py")
    repo.commit()
    assert "a/serve.py" in repo.agree()
    repo.write("b/c/other.py")
    assert "b/c/other.py" in repo.agree()
    os.rename(repo.root / "a", repo.root / "z")
    assert "a/serve.py" not in repo.agree()
    os.remove(repo.root / "z/serve.py")
    repo.write("z/serve.py/inner.py")
    assert "z/serve.py/inner.py" in repo.agree()
    shutil.rmtree(repo.root / "z/serve.py")
    repo.write("z/serve.py")
    report = repo.agree()
    assert "z/serve.py:" in report
    assert "inner" not in report


def test_a_file_in_a_folder_that_was_empty_or_held_ignored_files_only(repo: Repo) -> None:
    repo.write(".gitignore", "*.log\nbuild/\n")
    repo.write("serve.py", QUIET)
    (repo.root / "empty/deep").mkdir(parents=True)
    repo.write("logs/run.log", "x")
    repo.write("build/serve.py")
    repo.commit()
    assert "ECO001" not in repo.agree()
    assert "ECO001" not in repo.agree()
    repo.write("empty/deep/serve.py")
    assert "empty/deep/serve.py" in repo.agree()
    repo.write("logs/serve.py")
    assert "logs/serve.py" in repo.agree()


def test_branches(repo: Repo) -> None:
    repo.write("serve.py")
    repo.write("start.sh", SHELL)
    repo.commit()
    repo.git("checkout", "-qb", "other")
    repo.write("serve.py", QUIET)
    repo.write("new.py")
    repo.git("rm", "-q", "start.sh")
    repo.commit()
    reports = []
    for branch in ("-", "other", "-", "other"):
        repo.git("checkout", "-q", branch)
        reports.append(repo.agree())
    assert reports[:2] == reports[2:]
    assert reports[0] != reports[1]


def test_a_clone_elsewhere(repo: Repo) -> None:
    repo.write("serve.py")
    repo.commit()
    first = repo.agree()
    os.rename(repo.root, repo.root.parent / "origin")
    repo.root.mkdir()
    repo.git("clone", "-q", str(repo.root.parent / "origin"), ".")
    os.chdir(repo.root)
    assert repo.agree() == first


def test_other_files_that_a_result_rests_on(repo: Repo) -> None:
    repo.write("serve.py", IMPORTING)
    repo.write("start.sh", SHELL)
    repo.commit()
    repo.agree()
    repo.write("constants.py", "EIGHT = True\n")
    with_constant = repo.agree()
    assert "ECO001" in with_constant
    repo.write("constants.py", "EIGHT = False\n")
    assert "ECO001" not in repo.agree()
    os.remove(repo.root / "constants.py")
    repo.agree()
    repo.write("constants.py", "EIGHT = True\n")
    assert repo.agree() == with_constant
    repo.write("requirements.txt", "bitsandbytes==0.45.0\ntransformers==4.44.0\n")
    known = repo.agree()
    repo.write("requirements.txt", "bitsandbytes==0.49.0\ntransformers==4.57.0\n")
    assert repo.agree() != known
    os.remove(repo.root / "requirements.txt")
    assert repo.agree() == with_constant


def test_a_base_of_kustomize(repo: Repo) -> None:
    deployment = """apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  template:
    spec:
      containers:
        - name: llm
          image: vllm/vllm-openai:v0.6.0
          args: ["--model", "Qwen/Qwen2.5-1.5B"]
"""
    repo.write("base/deployment.yaml", deployment)
    repo.write("base/kustomization.yaml", "resources: [deployment.yaml]\n")
    repo.write("over/kustomization.yaml", "resources: [../base]\npatches:\n  - path: patch.yaml\n")
    patch = deployment.replace(
        '"Qwen/Qwen2.5-1.5B"]', '"Qwen/Qwen2.5-1.5B", "--quantization", "bitsandbytes"]'
    )
    repo.write("over/patch.yaml", patch.replace("          image: vllm/vllm-openai:v0.6.0\n", ""))
    repo.commit()
    repo.agree()
    repo.write("base/deployment.yaml", deployment.replace("vllm/vllm-openai:v0.6.0", "nginx:1"))
    repo.agree()


def test_what_is_ignored(repo: Repo) -> None:
    repo.write("serve.py")
    repo.commit()
    repo.write("more.py")
    assert "more.py" in repo.agree()
    repo.write(".gitignore", "more.py\n")
    assert "more.py" not in repo.agree()
    repo.write(".gitignore", "#ore.py\n")
    assert "more.py" in repo.agree()
    repo.write(".git/info/exclude", "more.py\n")
    assert "more.py" not in repo.agree()


def test_settings(repo: Repo) -> None:
    repo.write("sub/serve.py")
    repo.commit()
    assert "ECO001" in repo.agree()
    repo.write("pyproject.toml", '[project]\nname = "x"\n')
    assert "ECO001" in repo.agree()
    repo.write("pyproject.toml", '[tool.ecolint]\nignore = ["ECO001"]\n')
    assert "ECO001" not in repo.agree()
    repo.write("sub/.ecolint.toml", 'extend = "../more.toml"\n')
    repo.write("more.toml", 'gpu = "T4"\n')
    assert "ECO001" in repo.agree()
    repo.write("more.toml", 'ignore = ["ECO001"]\n')
    assert "ECO001" not in repo.agree()
    os.remove(repo.root / "sub/.ecolint.toml")
    repo.write("ecolint.toml", 'exclude = ["sub"]\n')
    assert "0 files scanned" in repo.agree()
    repo.write("ecolint.toml", "cache = false\n")
    assert "ECO001" in repo.agree()


def test_settings_above_the_repository(repo: Repo) -> None:
    repo.write("serve.py")
    repo.commit()
    assert "ECO001" in repo.agree()
    (repo.root.parent / "ecolint.toml").write_text('ignore = ["ECO001"]\n')
    assert "ECO001" not in repo.agree()


def test_options(repo: Repo) -> None:
    repo.write("serve.py")
    repo.write(
        "eager.py",
        'from transformers import AutoModel\nAutoModel.from_pretrained("x", attn_implementation="eager")\n',
    )
    repo.commit()
    for words in ([], ["--gpu", "T4"], ["--gpu", "A800"], ["--select", "ECO1"], ["--ignore", "ECO001"], ["--quiet"],
                  ["--format", "concise"], ["--format", "json"], ["--format", "sarif"], ["--min-confidence", "3"],
                  ["--exit-zero"], ["serve.py"], ["eager.py"], ["--show-setups"], ["--no-ignores"]):  # fmt: skip
        repo.agree(*words)
    os.chdir(repo.root.parent)
    assert "repo/serve.py" in repo.agree("repo")


def test_another_version_of_the_program(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("serve.py")
    repo.commit()
    repo.agree()
    files = set(os.listdir(repo.cache))
    monkeypatch.setattr(ecolint, "__version__", "99.0")
    monkeypatch.setattr("ecolint.cache.build.__version__", "99.0")
    repo.agree()
    assert set(os.listdir(repo.cache)) > files


def test_another_build_of_the_same_version(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.write("serve.py")
    repo.commit()
    site = tmp_path / "site-packages"
    record = site / f"ecolint-{ecolint.__version__}.dist-info" / "RECORD"
    record.parent.mkdir(parents=True)
    monkeypatch.setattr("ecolint.cache.build.PACKAGE", str(site / "ecolint"))
    seen = set[str]()
    for digest in ("one", "another"):
        record.write_text(f"ecolint/inference.py,sha256={digest},9000\n")
        repo.agree()
        files = set(os.listdir(repo.cache))
        assert files > seen
        seen = files
    repo.agree()
    assert set(os.listdir(repo.cache)) == seen
    record.unlink()
    repo.agree()


def test_the_day_counts_where_a_comment_ends(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    from ecolint import scan_rules
    from ecolint.cache import known

    repo.write("serve.py", INT8.replace("=True)", "=True)  # ecolint: ignore[ECO001] until=2026-03-01"))
    repo.commit()

    def on(year: int, month: int, day: int) -> str:
        monkeypatch.setattr(scan_rules, "today", lambda: datetime.date(year, month, day))
        monkeypatch.setattr(known, "today", lambda: f"{year}-{month}-{day}")
        monkeypatch.setattr("ecolint.cache.run.day", lambda: (year, month, day))
        return repo.agree()

    assert "1 suppressed" in on(2026, 2, 28)
    assert "ended on 2026-03-01" in on(2026, 3, 2)
    assert "1 suppressed" in on(2026, 2, 28)


CONTENTS = (
    INT8,
    QUIET,
    "print(1)\n",
    SHELL,
    "EIGHT = True\n",
    "EIGHT = False\n",
    IMPORTING,
    "bitsandbytes==0.45\n",
)
NAMES = (
    "serve.py",
    "constants.py",
    "run.sh",
    "requirements.txt",
    "sub/serve.py",
    "sub/start",
    "sub/deep/values.yaml",
)
WRITE = st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(CONTENTS))
REMOVE = st.tuples(st.just("remove"), st.sampled_from(NAMES), st.none())
MOVE = st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES))
IGNORE = st.tuples(st.just("ignore"), st.sampled_from(("sub/\n", "*.py\n", "constants.py\n", "")), st.none())
GIT = st.tuples(st.just("git"), st.sampled_from(("commit", "switch", "stash")), st.none())


def _remove(repo: Repo, name: str, _: object) -> None:
    (repo.root / name).unlink(missing_ok=True)


def _move(repo: Repo, name: str, target: str) -> None:
    if (repo.root / name).exists():
        (repo.root / target).parent.mkdir(parents=True, exist_ok=True)
        os.replace(repo.root / name, repo.root / target)


def _git(repo: Repo, what: str, _: object) -> None:
    if what == "commit":
        repo.commit()
    elif what == "switch":
        repo.commit()
        repo.git("checkout", "-q", "-")
    else:
        repo.git("stash", "-uq")


ACTIONS: dict[str, Callable[..., object]] = {
    "write": lambda repo, name, text: repo.write(name, text),
    "ignore": lambda repo, text, _: repo.write(".gitignore", text),
    "remove": _remove,
    "move": _move,
    "git": _git,
}


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.lists(st.one_of(WRITE, WRITE, REMOVE, MOVE, IGNORE, GIT), min_size=2, max_size=8))
def test_any_changes(repo: Repo, actions: list[tuple[str, str, str | None]]) -> None:
    shutil.rmtree(repo.root)
    repo.root.mkdir()
    os.chdir(repo.root)
    repo.git("init", "-q")
    repo.write("serve.py")
    repo.commit()
    repo.git("checkout", "-qb", "other")
    for what, first, second in actions:
        time.sleep(TICK)
        ACTIONS[what](repo, first, second)
        repo.agree()
        repo.agree("--format", "json")

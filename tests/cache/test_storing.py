"""The cache folder: what is in it is whole and ours, or it is not used."""

from __future__ import annotations

import marshal
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecolint.cache import place, store
from ecolint.cache.codec import NotStorable, pack, unpack
from ecolint.cli.entry import Terminated
from ecolint.scanner import Run, scan_paths
from ecolint.settings.policy import CommandLineChoices
from ecolint.source import Span
from tests.cache.conftest import Repo
from tests.conftest import INT8

VALUE = ({"a/b.py": b"\0\1\2" * 9, "\udcff": b""}, [("x", 1, 2.5, None, True)], {b"k": 3})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    assert store.read(path) is None
    assert store.write(path, VALUE)
    assert store.read(path) == VALUE
    assert store.write(path, (1,))
    assert store.read(path) == (1,)
    assert os.listdir(tmp_path) == ["file"]


def test_no_changed_byte_goes_unseen(tmp_path: Path) -> None:
    path = tmp_path / "file"
    store.write(str(path), VALUE)
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes((good[at] ^ 0x41,)) + good[at + 1 :])
        assert store.read(str(path)) is None
        path.write_bytes(good[:at])
        assert store.read(str(path)) is None
    path.write_bytes(good + b"\0")
    assert store.read(str(path)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert store.read(str(path)) is None
    path.write_bytes(store.MAGIC + data)
    assert store.read(str(path)) is None


def test_links_and_folders_are_no_files_of_ours(tmp_path: Path) -> None:
    store.write(str(tmp_path / "file"), VALUE)
    os.symlink(tmp_path / "file", tmp_path / "link")
    os.mkdir(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        assert store.read(str(tmp_path / name)) is None
    assert not store.write(str(tmp_path / "folder"), VALUE)


def test_an_ended_run_leaves_no_part_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*paths: str) -> None:
        raise Terminated

    monkeypatch.setattr(os, "replace", end)
    with pytest.raises(Terminated):
        store.write(str(tmp_path / "file"), VALUE)
    assert os.listdir(tmp_path) == []


def test_the_oldest_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_FILES", 3)
    for number in range(6):
        store.write(str(tmp_path / str(number)), number)
        os.utime(tmp_path / str(number), (number, number))
    assert len(os.listdir(tmp_path)) <= 4
    assert "5" in os.listdir(tmp_path)


def test_only_known_classes_are_stored() -> None:
    value = (Span(1, 2), frozenset(("a",)), {"b": (None, 1.5)})
    assert unpack(pack(value)) == value
    with pytest.raises(NotStorable):
        pack(Path("x"))
    with pytest.raises(NotStorable):
        pack([1])


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"ECOLINT_CACHE_DIR": "/x/y"}, "/x/y"),
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/ecolint"),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/ecolint"),
        ({"HOME": "/h"}, "/h/.cache/ecolint"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
def test_where_it_is(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], folder: str) -> None:
    for name in ("ECOLINT_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert place.named_folder() == folder


def test_a_folder_for_its_owner(repo: Repo) -> None:
    repo.write("serve.py")
    repo.scan()
    assert repo.cache.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in repo.cache.iterdir())
    os.chmod(repo.cache, 0o777)
    before = {path: path.stat().st_mtime_ns for path in repo.cache.iterdir()}
    repo.write("more.py")
    assert "more.py" in repo.scan()[1]
    assert {path: path.stat().st_mtime_ns for path in repo.cache.iterdir()} == before


def test_never_in_the_scanned_tree(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("serve.py")
    monkeypatch.setenv("ECOLINT_CACHE_DIR", str(repo.root / ".cache"))
    assert "ECO001" in repo.scan()[1]
    assert not (repo.root / ".cache").exists()
    os.symlink(repo.root, repo.root.parent / "link")
    monkeypatch.setenv("ECOLINT_CACHE_DIR", str(repo.root.parent / "link" / "x"))
    repo.scan()
    assert not (repo.root / "x").exists()


@pytest.mark.parametrize("switch", ["option", "environment", "settings"])
def test_switched_off(repo: Repo, monkeypatch: pytest.MonkeyPatch, switch: str) -> None:
    repo.write("serve.py")
    words = []
    if switch == "option":
        words.append("--no-cache")
    elif switch == "environment":
        monkeypatch.setenv("ECOLINT_NO_CACHE", "1")
    else:
        repo.write("ecolint.toml", "cache = false\n")
    assert "ECO001" in repo.scan(*words)[1]
    assert not repo.cache.exists() or not list(repo.cache.iterdir())


def test_no_place_for_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("serve.py")
    plain = repo.scan("--no-cache")
    repo.cache.write_text("a file")
    assert repo.scan() == plain
    repo.cache.unlink()
    monkeypatch.setattr(store.os, "replace", _no_space)
    assert repo.scan() == plain
    assert list(repo.cache.iterdir()) == []
    monkeypatch.setenv("ECOLINT_DEBUG", "1")
    assert "not all could be remembered" in repo.scan()[1]


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_broken_files_are_written_anew(repo: Repo) -> None:
    repo.write("serve.py")
    repo.commit()
    report = repo.agree()
    for path in repo.cache.iterdir():
        path.write_bytes(path.read_bytes()[:-3] + b"xyz")
    assert repo.agree() == report
    assert all(store.read(str(path)) is not None for path in repo.cache.iterdir())


def test_data_of_another_shape(repo: Repo) -> None:
    repo.write("serve.py")
    repo.commit()
    report = repo.agree()
    for path in list(repo.cache.iterdir()):
        for value in (None, (), 5, ("a", "b", "c", 1), ({}, {}, {"serve.py": 3}), (([], []), 1, 2, 3)):
            store.write(str(path), value)
            assert repo.agree() == report


@pytest.mark.slow
def test_results_of_all_fixtures_are_stored_whole() -> None:
    root = Path(__file__).parent.parent / "fixtures"
    report = scan_paths(Run((str(root),), isolated=True, choices=CommandLineChoices(select=("ALL",))))
    assert len(report.findings) > 200
    for part in (report.findings, report.undecided, report.suppressed):
        data = pack(part)
        assert unpack(marshal.loads(marshal.dumps(data))) == part


SCAN = [sys.executable, "-m", "ecolint", "scan", "--isolated", "--format", "concise", "."]


def _run(repo: Repo, **more: object) -> subprocess.CompletedProcess[str]:
    package = Path(__file__).parent.parent.parent
    environment = {**os.environ, "PYTHONPATH": str(package), "ECOLINT_CACHE_DIR": str(repo.cache)}
    return subprocess.run(
        SCAN, cwd=repo.root, env=environment, capture_output=True, text=True, check=False, **more
    )  # type: ignore[call-overload]


def test_a_limit_of_file_size(repo: Repo) -> None:
    repo.write("serve.py")
    done = _run(repo, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50)))
    assert done.returncode == 1
    assert "ECO001" in done.stdout
    assert done.stderr == ""
    assert list(repo.cache.iterdir()) == []


@pytest.mark.slow
def test_runs_at_the_same_time(repo: Repo) -> None:
    for number in range(40):
        repo.write(f"serve{number}.py", INT8 + f"# {number}\n")
    repo.commit()
    package = Path(__file__).parent.parent.parent
    environment = {**os.environ, "PYTHONPATH": str(package), "ECOLINT_CACHE_DIR": str(repo.cache)}
    running = []
    for _ in range(6):
        running.append(
            subprocess.Popen(
                SCAN, cwd=repo.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        )
    outputs = {process.communicate()[0].decode().split(" scanned")[0] for process in running}
    assert len(outputs) == 1
    assert all(store.read(str(path)) is not None for path in repo.cache.iterdir())

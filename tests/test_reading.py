"""Reading of whatever stands under a name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecolint.discovery import reading
from ecolint.discovery.candidates import collect
from ecolint.discovery.reading import PIECE, TooLarge, read_file
from ecolint.settings.search import Scope

CALL = b"from vllm import LLM\nllm = LLM(model='m')\n"


@pytest.fixture(params=["pread", "seek and read"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "seek and read":
        monkeypatch.setattr(reading, "_read_at", reading._seek_and_read)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, (1 << 20) + PIECE, 3_000_000])
def test_all_of_a_file_is_read(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    assert read_file(str(tmp_path / "file")) == data


@pytest.mark.parametrize(("size", "limit"), [(11, 10), (PIECE, PIECE - 1), (PIECE + 9, PIECE + 8), (1, 0)])
def test_a_file_over_the_limit(tmp_path: Path, size: int, limit: int) -> None:
    (tmp_path / "file").write_bytes(bytes(size))
    assert read_file(str(tmp_path / "file"), limit=size) == bytes(size)
    with pytest.raises(TooLarge):
        read_file(str(tmp_path / "file"), limit=limit)


def test_a_pipe_is_not_read_whether_or_not_somebody_writes(tmp_path: Path) -> None:
    path = str(tmp_path / "pipe.py")
    os.mkfifo(path)
    assert read_file(path) is None
    ours = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        assert read_file(path) is None
        os.write(ours, CALL)
        assert read_file(path) is None
        assert os.read(ours, 100) == CALL, "what was written is still there"
        os.write(ours, CALL)
        (candidate,) = collect(Scope((path,), isolated=True)).candidates
        assert candidate.data is None, "it is told of as a file that cannot be read"
    finally:
        os.close(ours)


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero"])
def test_a_device_is_not_read(path: str) -> None:
    assert read_file(path) is None


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        read_file(str(tmp_path))

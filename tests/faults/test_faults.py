"""What goes wrong around a scan: the right exit status, one line, nothing half-written, no wait without end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ecolint import parallel
from tests.conftest import INT8

PACKAGE = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts ecolint in a folder with files that have findings."""
    for number in range(60):
        (tmp_path / f"serve{number}.py").write_text(INT8 + f"# {number}\n")
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "ECOLINT_CACHE_DIR": str(tmp_path / ".cache")}

    def call(*words: str, **more: object) -> subprocess.Popen[bytes]:
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        command = [sys.executable, "-m", "ecolint", "scan", "--isolated", *words]
        return subprocess.Popen(command, cwd=tmp_path, env=environment, **options)  # type: ignore[call-overload]

    return call


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Exit status and stderr."""
    _, err = process.communicate(timeout=60)
    return process.returncode, err.decode()


def one_line(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [".", "clean.yaml", "--diff --unsafe-fixes", "--list-files", "-o sarif=-"])
def test_a_full_disk_under_stdout(start: Start, tmp_path: Path, words: str) -> None:
    (tmp_path / "clean.yaml").write_text("a: 1\n")
    with open("/dev/full", "wb") as full:
        status, err = ended(start(*words.split(), stdout=full))
    assert status == 2
    assert err == "Error: cannot write to standard output: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "command",
    ["evidence", "optimize", "rule ECO001", "rule", "config --schema", "config", "init --stdout", "--help"],
)
def test_a_full_disk_under_other_commands(command: str) -> None:
    with open("/dev/full", "wb") as full:
        program = (sys.executable, "-m", "ecolint", *command.split())
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, check=False, cwd=PACKAGE)
    assert done.returncode == 2
    assert done.stderr.decode() == "Error: cannot write to standard output: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_under_a_report(start: Start) -> None:
    status, err = ended(start("--output", "sarif=/dev/full", "."))
    assert status == 2
    assert one_line(err)
    assert "cannot write /dev/full: No space left on device" in err


def test_a_report_that_outgrows_its_limit(start: Start, tmp_path: Path) -> None:
    import resource

    (tmp_path / "out.sarif").write_text("before")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    status, err = ended(start("--output", "out.sarif", ".", preexec_fn=limit))
    assert status == 2
    assert one_line(err)
    assert "cannot write out.sarif" in err
    assert (tmp_path / "out.sarif").read_text() == "before"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".ecolint-")]


@pytest.mark.parametrize(
    "words", [("."), ("--format", "json", "."), ("--diff", "--unsafe-fixes", "."), ("--list-files", ".")]
)
def test_nobody_reads_the_pipe(start: Start, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    process = start(*words, stdout=writer)
    os.close(writer)
    os.close(reader)
    status, err = ended(process)
    assert status == 2
    assert err == ""


def test_the_reader_goes_after_the_first_line(start: Start) -> None:
    process = start("--format", "concise", ".")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    assert process.stderr is not None
    err = process.stderr.read().decode()
    assert process.wait(timeout=60) in (1, 2)
    assert err == ""


def test_stdout_is_closed(start: Start) -> None:
    status, err = ended(start(".", stdout=None, preexec_fn=lambda: os.close(1)))
    assert status == 2
    assert err == "Error: standard output is closed\n"


def test_stderr_is_closed(start: Start) -> None:
    process = start("nowhere.py", stderr=None, preexec_fn=lambda: os.close(2))
    assert process.communicate(timeout=60)[0] == b""
    assert process.returncode == 2


ENDED = {
    signal.SIGINT: (2, "ecolint: interrupted"),
    signal.SIGTERM: (143, "ecolint: terminated"),
}
SEND = {"group": os.killpg, "process": os.kill} if os.name != "nt" else {}


@pytest.mark.parametrize("send", SEND.values(), ids=SEND)
@pytest.mark.parametrize("number", ENDED, ids=lambda number: number.name)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ended_by_a_signal(
    start: Start, tmp_path: Path, jobs: str, number: signal.Signals, send: Callable[[int, int], None]
) -> None:
    os.mkfifo(tmp_path / "gate")
    hold = "import ecolint.__main__ as program, ecolint.tasks as tasks, time\n"
    hold += "real = tasks.scan_task\n"
    hold += "def slow(task):\n    open('gate', 'w').close() if task.found.path.endswith('serve0.py') else 0\n"
    hold += "    time.sleep(1)\n    return real(task)\n"
    hold += "tasks.scan_task = slow\nprogram.main()\n"
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "ECOLINT_NO_CACHE": "1"}
    words = ["scan", "--isolated", "--jobs", jobs, "--output", "sarif=out.sarif", "."]
    before = sorted(os.listdir(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", hold, *words],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with open(tmp_path / "gate") as gate:
        gate.read()
    send(process.pid, number)
    assert ended(process) == (ENDED[number][0], f"{ENDED[number][1]}\n")
    assert sorted(os.listdir(tmp_path)) == before
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_killed_worker(tmp_path: Path) -> None:
    script = "import os, sys, ecolint.cli.entry as entry, ecolint.tasks as tasks\n"
    script += "real = tasks.scan_task\n"
    script += (
        "def dying(task):\n    os.kill(os.getpid(), 9) if task.found.path.endswith('serve5.py') else 0\n"
    )
    script += "    return real(task)\n"
    script += "tasks.scan_task = dying\nentry.end(entry.run(sys.argv[1:]))\n"
    for number in range(9):
        (tmp_path / f"serve{number}.py").write_text(INT8)
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "ECOLINT_NO_CACHE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, "scan", "--isolated", "--jobs", "2", "."],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert one_line(done.stderr)
    assert "ended by signal 9" in done.stderr


def test_no_more_file_descriptors(start: Start) -> None:
    import resource

    for limit in (4, 5, 6, 8, 12):
        process = start(
            "--jobs", "2", ".", preexec_fn=lambda n=limit: resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))
        )
        status, err = ended(process)
        if status != 1:
            assert status == 2, err
            assert "Traceback" not in err or "ecolint" not in err
            assert one_line(err), err


def test_work_is_shared_and_each_done_once() -> None:
    results = dict(parallel.fork_map(lambda number: number * number, 5000, 3))
    assert results == {number: number * number for number in range(5000)}
    assert dict(parallel.fork_map(lambda number: b"x" * 300_000, 20, 2)) == dict.fromkeys(
        range(20), b"x" * 300_000
    )
    assert list(parallel.fork_map(lambda number: number, 1, 8)) == [(0, 0)]


def test_what_fails_in_a_worker_is_told() -> None:
    def work(number: int) -> int:
        raise ValueError("seven") if number == 7 else KeyError("x")

    with pytest.raises(parallel.WorkFailed, match=r"seven|'x'"):
        list(parallel.fork_map(work, 9, 2))


def test_workers_are_gone_when_their_work_is_not_wanted_any_more() -> None:
    def work(number: int) -> int:
        if number:
            time.sleep(60)
        return os.getpid()

    results = parallel.fork_map(work, 2, 2)
    _, pid = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)

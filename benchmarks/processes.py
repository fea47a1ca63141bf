"""One process, timed: wall time from start to end, processor time, largest resident memory."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

Environment = Mapping[str, str]


class CommandFailed(Exception):
    """A command that did not end as it should."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is run and where. `slow` ones take part in few rounds; `statuses` are the exit statuses of success."""

    name: str
    argv: tuple[str, ...]
    folder: Path
    statuses: tuple[int, ...] = (0, 1)
    slow: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds of wall time, seconds of processor time with children, bytes of the largest process."""

    wall: float
    cpu: float
    largest: int


def environment(home: Path) -> dict[str, str]:
    """Variables of every timed command: nothing of the user's settings, caches below one folder."""
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "SEMGREP_SEND_METRICS": "off",
    }


def start(command: Command, variables: Environment) -> int:
    """Start a command in a process group of its own, without input or output; its process id."""
    os.chdir(command.folder)
    quiet = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    return os.posix_spawn(command.argv[0], command.argv, variables, file_actions=quiet, setpgroup=0)


def run(command: Command, variables: Environment, limit: float) -> Sample:
    """Run a command once. Raises CommandFailed past `limit` seconds and for a status that means failure."""
    late = False
    started = time.perf_counter()
    process = start(command, variables)

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal late
        late = True
        os.killpg(process, signal.SIGKILL)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        _, status, usage = os.wait4(process, 0)
    except KeyboardInterrupt:
        os.killpg(process, signal.SIGKILL)
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    wall = time.perf_counter() - started
    if late:
        raise CommandFailed(f"{command.name} in {command.folder} did not end within {limit:g} s")
    check(command, status)
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def check(command: Command, status: int) -> None:
    """Raises CommandFailed unless the wait status is one of the command's."""
    code = os.waitstatus_to_exitcode(status)
    if code not in command.statuses:
        words = " ".join(command.argv)
        raise CommandFailed(f"{command.name} ended with status {code} in {command.folder}: {words}")

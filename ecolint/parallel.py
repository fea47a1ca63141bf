"""Work shared among forked processes, which see all that their parent has read and loaded."""

from __future__ import annotations

import marshal
import os
import sys

from ecolint.faults import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST_CHUNKS = 2048
"""Their numbers must fit into the buffer of a pipe, from which the workers take them."""
NUMBER = 4
"""Bytes of a chunk's number, and of a result's length."""
BUFFER = 1 << 20
"""Bytes of results that wait in a pipe while the parent does something else, where the system allows it."""
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"
"""Frameworks of macOS do not outlive a fork."""


class WorkerDied(Fault):
    """A worker that ended before its work was done."""


class WorkFailed(Exception):
    """What went wrong in a worker, in words."""


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def fork_map(
    work: Callable[[int], Any],
    count: int,
    workers: int,
    dumps: Callable[[Any], bytes] = marshal.dumps,
    loads: Callable[[bytes], Any] = marshal.loads,
) -> Iterator[tuple[int, Any]]:
    """`work` of each number below `count`, with that number, as the workers get done.

    Raises WorkerDied and WorkFailed. The workers are gone when the iterator ends, is closed or raises.
    """
    chunk = -(-count // MOST_CHUNKS)
    numbers = -(-count // chunk)
    queue, end = os.pipe()
    os.write(end, b"".join(number.to_bytes(NUMBER, "big") for number in range(numbers)))
    os.close(end)
    workers_left: dict[int, int] = {}
    try:
        for _ in range(min(workers, numbers)):
            theirs, pipe = _start(work, count, chunk, queue, dumps, list(workers_left))
            workers_left[pipe] = theirs
        os.close(queue)
        queue = -1
        yield from _results(workers_left, loads)
    finally:
        if queue >= 0:
            os.close(queue)
        for pipe, process in workers_left.items():
            os.close(pipe)
            os.kill(process, 9)
            os.waitpid(process, 0)


def _start(
    work: Callable[[int], Any],
    count: int,
    chunk: int,
    queue: int,
    dumps: Callable[[Any], bytes],
    others: list[int],
) -> tuple[int, int]:
    """Process id of a new worker, and the end of its pipe to read from."""
    ours, theirs = os.pipe()
    _widen(theirs)
    process = os.fork()
    if process:
        os.close(theirs)
        return process, ours
    status = 1
    try:
        for descriptor in (ours, *others):
            os.close(descriptor)
        _be_quiet()
        while number := os.read(queue, NUMBER):
            start = int.from_bytes(number, "big") * chunk
            results = [(index, work(index)) for index in range(start, min(start + chunk, count))]
            _send(theirs, b"=", dumps(results))
        _send(theirs, b".", b"")
        status = 0
    except Exception as error:
        _send(theirs, b"!", f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
        status = 0
    finally:
        os._exit(status)


def _widen(pipe: int) -> None:
    """Let more results wait in a pipe, where the system has a limit that can be raised, and room."""
    import fcntl

    limit = getattr(fcntl, "F_SETPIPE_SZ", None)
    try:
        if limit is not None:
            fcntl.fcntl(pipe, limit, BUFFER)
    except OSError:
        return


def _be_quiet() -> None:
    """Leave it to the parent to tell why the work was ended."""
    import _signal  # type: ignore[import-not-found]  # signal itself imports enum

    for number in (_signal.SIGINT, _signal.SIGTERM):
        _signal.signal(number, _signal.SIG_DFL)


def _send(pipe: int, kind: bytes, data: bytes) -> None:
    left = memoryview(kind + len(data).to_bytes(NUMBER, "big") + data)
    while left:
        left = left[os.write(pipe, left) :]


def _results(workers: dict[int, int], loads: Callable[[bytes], Any]) -> Iterator[tuple[int, Any]]:
    from select import poll

    ready = poll()
    buffers = {}
    for pipe in workers:
        ready.register(pipe, 1)
        buffers[pipe] = bytearray()
    done = set()
    while workers:
        for pipe, _ in ready.poll():
            piece = os.read(pipe, 1 << 20)
            buffer = buffers[pipe]
            buffer += piece
            while len(buffer) > NUMBER:
                size = 1 + NUMBER + int.from_bytes(buffer[1 : 1 + NUMBER], "big")
                if len(buffer) < size:
                    break
                kind, data = buffer[:1], bytes(buffer[1 + NUMBER : size])
                del buffer[:size]
                if kind == b"!":
                    raise WorkFailed(data.decode("utf-8", "replace"))
                if kind == b".":
                    done.add(pipe)
                else:
                    yield from loads(data)
            if not piece:
                ready.unregister(pipe)
                os.close(pipe)
                _, status = os.waitpid(workers.pop(pipe), 0)
                if pipe not in done or status:
                    raise WorkerDied(f"a worker process {_how(status)}; what it was to scan was not scanned")


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"ended by signal {-code}" if code < 0 else f"ended with status {code}"

"""What reading a text costs: `python -m tests.hostile.cost [--size N] [--slow SECONDS] [WORD…]`.

Measures processor seconds and the peak of memory in a process of its own for each case whose name holds one of
the words, and prints those that cost more than a bound for each megabyte that is begun, with the time that half the
size takes.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import signal
import sys
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from ecolint.edits.patch import unified
from ecolint.finding import FileReport
from ecolint.fixes import Selection, fixed
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile
from tests.hostile.adversaries import Case, cases

POLICY = policy_for(DEFAULTS, CommandLineChoices(select=("ALL",), include_docs=True), "x")
MEMORY_LIMIT = 4_000_000_000


@dataclass(frozen=True)
class Cost:
    """Processor seconds and peak bytes of one reading; `seconds` is None where the limit was reached."""

    case: str
    size: int
    seconds: float | None
    peak: int
    fault: str = ""


def cost(case: Case, size: int, *, memory: bool = True) -> Cost:
    """What one reading costs in this process, or a diff of the fixes."""
    data = case.build(size)
    work = _read_and_fixed if case.fixed else _read
    work(case.path, case.build(200))
    gc.collect()
    started = time.process_time()
    report = work(case.path, data)
    seconds = time.process_time() - started
    faults = [item.message for item in report.findings if "report this" in item.message]
    del report
    peak = 0
    if memory:
        gc.collect()
        tracemalloc.start()
        work(case.path, data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return Cost(case.name, len(data), seconds, peak, "; ".join(faults))


def _read(path: str, data: bytes) -> FileReport:
    return scan(SourceFile(path, data), Repository(None), POLICY)


def _read_and_fixed(path: str, data: bytes) -> FileReport:
    report = _read(path, data)
    result = fixed(path, data, lambda after: _read(path, after), Selection(unsafe=True), report)
    for _ in unified(path, data, result.after):
        pass
    return report


def limited(case: Case, size: int, limit: int, *, memory: bool = True) -> Cost:
    """What one reading costs, in a process that is ended at a limit of processor seconds."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(case, size, limit, memory, sender))
    process.start()
    sender.close()
    try:
        found: Cost | None = receiver.recv()
    except EOFError:
        found = None
    process.join()
    code = process.exitcode
    return found or Cost(
        case.name, size, None, 0, f"ended: {signal.Signals(-code).name if code and code < 0 else code}"
    )


def _work(case: Case, size: int, limit: int, memory: bool, sender: object) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    sender.send(cost(case, size, memory=memory))  # type: ignore[attr-defined]


def costly(chosen: Iterable[Case], size: int, slow: float, fat: float, limit: int) -> Iterator[str]:
    """Lines about the cases that cost more than bounds for each megabyte that is begun."""
    for case in chosen:
        found = limited(case, size, limit)
        megabytes = ceil(found.size / 1_000_000)
        if (
            found.seconds is None
            or found.seconds > slow * megabytes
            or found.fault
            or found.peak > fat * megabytes * 1_000_000
        ):
            half = limited(case, size // 2, limit, memory=False)
            taken = "ended" if found.seconds is None else f"{found.seconds:.2f} s"
            before = "ended" if half.seconds is None else f"{half.seconds:.2f} s"
            peak = found.peak / 1_000_000
            yield f"{case.name:50} {found.size:8} B {taken} (half: {before}) {peak:.0f} MB {found.fault}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--slow", type=float, default=2.0)
    parser.add_argument("--fat", type=float, default=30.0)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    chosen = [
        case for case in cases() if not options.words or any(word in case.name for word in options.words)
    ]
    for line in costly(chosen, options.size, options.slow, options.fat, options.limit):
        print(line, flush=True)
    print(f"{len(chosen)} cases", file=sys.stderr)


if __name__ == "__main__":
    main()

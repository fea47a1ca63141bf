"""Scanning of files one by one, in this process or in several."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ecolint.candidates import TooLarge, read_file
from ecolint.discovery import SIZE_LIMIT, Found
from ecolint.exhaustion import is_exhausted
from ecolint.finding import FileReport, Finding
from ecolint.parallel import CAN_FORK, WorkerDied, cores, fork_map
from ecolint.pipeline import scan_candidate
from ecolint.policy import Policy
from ecolint.repository import Repository
from ecolint.scan_rules import unreadable
from ecolint.source import SourceFile
from ecolint.statements import Problem

PARALLEL_FROM = 48
"""Candidate files from which worker processes are started, when the number of jobs is not given."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file that the sieve has kept, what holds for it, its bytes where they were read before, and whether all of
    it is to be read."""

    found: Found
    policy: Policy
    data: bytes | None = None
    thorough: bool = True


def scan_tasks(tasks: Sequence[Task], jobs: int | None) -> Iterator[FileReport]:
    """The report of each task, in their order. Raises WorkerDied."""
    workers = jobs or (cores() if len(tasks) >= PARALLEL_FROM else 1)
    if workers == 1 or len(tasks) < 2:
        yield from map(scan_task, tasks)
    elif CAN_FORK:
        yield from _forked(tasks, workers)
    else:
        yield from _spawned(tasks, workers)


def _forked(tasks: Sequence[Task], workers: int) -> Iterator[FileReport]:
    import gc
    import pickle

    waiting: dict[int, FileReport] = {}
    given = 0
    gc.freeze()
    try:
        for number, report in fork_map(
            lambda number: scan_task(tasks[number]), len(tasks), workers, pickle.dumps, pickle.loads
        ):
            waiting[number] = report
            while given in waiting:
                yield waiting.pop(given)
                given += 1
    finally:
        gc.unfreeze()


def _spawned(tasks: Sequence[Task], workers: int) -> Iterator[FileReport]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(workers) as pool:
            yield from pool.map(scan_task, tasks, chunksize=max(1, len(tasks) // (workers * 8)))
    except BrokenProcessPool:
        raise WorkerDied("a worker process ended before its work was done") from None


_REPOSITORIES: dict[str, Repository] = {}


def scan_task(task: Task) -> FileReport:
    """The report of one file, by the path relative to the working directory."""
    found = task.found
    reported = _reported(found.path)
    data, fault = (task.data, "") if task.data is not None else _read(found.path)
    if data is None:
        return _only(unreadable(SourceFile(reported, b""), Problem(1, fault)), task)
    repository = _REPOSITORIES.setdefault(found.root, Repository(found.root))
    source = SourceFile(found.relative, data)
    report = scan_candidate(source, repository, task.policy, thorough=task.thorough)
    return moved(report, reported)


def _read(path: str) -> tuple[bytes | None, str]:
    try:
        data = read_file(path)
    except TooLarge:
        return None, f"larger than {SIZE_LIMIT // 1_000_000} MB, not read"
    except OSError as error:
        if is_exhausted(error):
            raise
        return None, error.strerror or str(error)
    return data, "not a regular file"


def _only(finding: Finding, task: Task) -> FileReport:
    kept = (finding,) if "ECO902" in task.policy.codes else ()
    return FileReport(finding.path, kept)


def _reported(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")


def moved(report: FileReport, path: str) -> FileReport:
    """The report under the path it is told by, relative to the working directory."""
    if report.path == path:
        return report
    return replace(
        report,
        path=path,
        findings=tuple(replace(item, path=path) for item in report.findings),
        undecided=tuple(replace(item, path=path) for item in report.undecided),
        suppressed=tuple((replace(item, path=path), reason) for item, reason in report.suppressed),
        setups=tuple(replace(item, path=path) for item in report.setups),
    )

"""Scanning of files one by one, in this process or in several."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from ecolint.cache.answers import Question
from ecolint.cache.identity import name_of_content
from ecolint.discovery.reading import read_file
from ecolint.discovery.trees import Found
from ecolint.exhaustion import is_exhausted
from ecolint.finding import FileReport
from ecolint.parallel import CAN_FORK, WorkerDied, cores, fork_map
from ecolint.pipeline import scan_candidate
from ecolint.records import dataclass, replace
from ecolint.repository import Repository
from ecolint.scan_rules import unreadable
from ecolint.settings.policy import Policy
from ecolint.source import SourceFile
from ecolint.statements import Problem

ALONE = 0.02
"""Seconds of scanning after which the rest is shared; to start a worker takes a quarter of them."""
FORK_FROM = 4
"""Tasks that are shared at least."""
SPAWN_FROM = 48
"""Tasks from which workers are started where they must load the program anew."""
COLLECT_AFTER = (100_000, 20, 100)
"""Objects after which garbage is looked for: a few files' worth, as syntax trees are large and hold no garbage."""
DATED = b"until="
"""What stands in a file whose result may change from one day to the next."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file that the sieve has kept, what holds for it, its bytes where they were read before, and whether all of
    it is to be read. `recording` asks for all that an `Outcome` can tell."""

    found: Found
    policy: Policy
    data: bytes | None = None
    thorough: bool = True
    recording: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the scan of a file gave, by its path below the root.

    Where it was recorded, `name` is that of the content, and empty for a file that could not be read; `asked` is what
    was asked of other files, with the answers; `dated` says that it depends on the day.
    """

    report: FileReport
    name: bytes = b""
    asked: Mapping[Question, bytes] = field(default_factory=dict)
    dated: bool = False


def scan_tasks(tasks: Sequence[Task], jobs: int | None) -> Iterator[Outcome]:
    """The outcome of each task, in their order. Raises WorkerDied.

    The first ones are scanned here, which loads what all of them need. Where much is left after that, or where the
    number of `jobs` is given, workers share it.
    """
    _REPOSITORIES.clear()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    gc.enable()
    workers = jobs or cores()
    if workers > 1 and not CAN_FORK:
        yield from _spawned(tasks, workers if jobs or len(tasks) >= SPAWN_FROM else 1)
        return
    started = time.perf_counter()
    done = 0
    for task in tasks:
        yield scan_task(task)
        done += 1
        if workers > 1 and (jobs or time.perf_counter() - started > ALONE) and len(tasks) - done >= FORK_FROM:
            break
    yield from _forked(tasks[done:], workers)


def _forked(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    """The largest files are begun with, so that none of them is waited for at the end."""
    if not tasks:
        return
    import pickle

    gc.freeze()
    by_size = sorted(range(len(tasks)), key=lambda number: -len(tasks[number].data or b""))
    waiting: dict[int, Outcome] = {}
    given = 0
    for number, outcome in fork_map(
        lambda number: scan_task(tasks[by_size[number]]), len(tasks), workers, pickle.dumps, pickle.loads
    ):
        waiting[by_size[number]] = outcome
        while given in waiting:
            yield waiting.pop(given)
            given += 1


def _spawned(tasks: Sequence[Task], workers: int) -> Iterator[Outcome]:
    if workers == 1:
        yield from map(scan_task, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        with ProcessPoolExecutor(workers) as pool:
            yield from pool.map(scan_task, tasks, chunksize=max(1, len(tasks) // (workers * 8)))
    except BrokenProcessPool:
        raise WorkerDied("a worker process ended before its work was done") from None


_REPOSITORIES: dict[tuple[str, bool], Repository] = {}


def scan_task(task: Task) -> Outcome:
    """Scan one file; what it gave has the path below the root."""
    found = task.found
    data, fault = (task.data, "") if task.data is not None else _read(found.path)
    if data is None:
        problem = unreadable(SourceFile(found.relative, b""), Problem(1, fault))
        return Outcome(FileReport(found.relative, (problem,) if problem.rule in task.policy.codes else ()))
    key = found.root, task.recording
    if key not in _REPOSITORIES:
        _REPOSITORIES[key] = Repository(found.root, recording=task.recording)
    repository = _REPOSITORIES[key]
    source = SourceFile(found.relative, data)
    report = scan_candidate(source, repository, task.policy, thorough=task.thorough)
    if not task.recording:
        return Outcome(report)
    return Outcome(report, name_of_content(data), repository.take_answers(), DATED in data)


def _read(path: str) -> tuple[bytes | None, str]:
    try:
        data = read_file(path)
    except OSError as error:
        if is_exhausted(error):
            raise
        return None, error.strerror or str(error)
    return data, "not a regular file"


def reported(path: str) -> str:
    """The path by which a file is told of: relative to the working directory, `/`-separated."""
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

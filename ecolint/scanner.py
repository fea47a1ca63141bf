"""Runs: from the paths that are named, or from one text, to a report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ecolint.discovery.candidates import Collected, collect
from ecolint.discovery.trees import Found, repository_root
from ecolint.finding import FileReport, Report
from ecolint.pipeline import scan
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.settings.keys import DEFAULTS, Settings
from ecolint.settings.policy import CommandLineChoices, Policy, policy_for
from ecolint.settings.search import Scope
from ecolint.source import SourceFile
from ecolint.tasks import Outcome, Task, moved, reported, scan_tasks

if TYPE_CHECKING:
    from ecolint.cache.known import Known
    from ecolint.cache.memory import Memory


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what to scan and how. `config` is a settings file that replaces the search for one; `wanted`
    tells of a file whether it is to be scanned at all. Where the run is not `thorough`, the report has no setups but
    those of its findings."""

    paths: tuple[str, ...]
    choices: CommandLineChoices = CommandLineChoices()
    config: str | None = None
    isolated: bool = False
    exclude: tuple[str, ...] = ()
    respect_gitignore: bool | None = None
    jobs: int | None = None
    wanted: Callable[[Found], bool] | None = None
    thorough: bool = True

    @property
    def scope(self) -> Scope:
        """What the run looks at."""
        return Scope(
            self.paths,
            config=self.config,
            isolated=self.isolated,
            exclude=self.exclude,
            respect_gitignore=self.respect_gitignore,
            wanted=self.wanted,
            thorough=self.thorough,
        )

    def settings_for(self, folder: str) -> Settings:
        """Settings in force for the files of an absolute folder. Raises SettingsError."""
        return self.scope.settings_for(folder) or DEFAULTS


Progress = Callable[[Iterable[Outcome], int], Iterable[Outcome]]


def scan_paths(run: Run) -> Report:
    """Scan everything below the named paths. Raises PathError, SettingsError and WorkerDied."""
    started = time.perf_counter()
    return scan_candidates(run, collect(run.scope, run.jobs), started)


def scan_candidates(
    run: Run,
    collected: Collected,
    started: float,
    progress: Progress | None = None,
    memory: Memory | None = None,
) -> Report:
    """Scan what the sieve has kept. `started` is the time of `perf_counter` when the run began. `progress` hands the
    files' outcomes on, of which there will be as many as it is told.

    Results that `memory` holds are taken from it, and what is new is put into it.
    """
    known = _known(memory, run.scope) if memory is not None else None
    reports: dict[int, FileReport] = {}
    numbers = []
    tasks = []
    for number, item in enumerate(collected.candidates):
        report = known.report(item) if known is not None else None
        if report is not None:
            reports[number] = report
        else:
            numbers.append(number)
            policy = _policy(run, item.found)
            tasks.append(Task(item.found, policy, item.data, collected.thorough, recording=known is not None))
    outcomes: Iterable[Outcome] = scan_tasks(tasks, run.jobs)
    if progress is not None:
        outcomes = progress(outcomes, len(tasks))
    for number, outcome in zip(numbers, outcomes, strict=True):
        reports[number] = outcome.report
        if known is not None:
            known.keep(collected.candidates[number], outcome)
    return _whole(
        [
            moved(reports[number], reported(item.found.path))
            for number, item in enumerate(collected.candidates)
        ],
        collected.scanned,
        started,
    )


def _known(memory: Memory, scope: Scope) -> Known:
    from ecolint.cache.known import Known

    return Known(memory, scope)


def _whole(reports: list[FileReport], scanned: int, started: float) -> Report:
    findings = (item for report in reports for item in report.findings)
    return Report(
        findings=tuple(sorted(findings, key=lambda item: (item.path, item.region.span, item.rule))),
        undecided=tuple(item for report in reports for item in report.undecided),
        suppressed=tuple(item for report in reports for item in report.suppressed),
        setups=tuple(item for report in reports for item in report.setups),
        files_scanned=scanned,
        files_parsed=sum(report.parsed for report in reports),
        hidden=sum(report.hidden for report in reports),
        seconds=time.perf_counter() - started,
    )


def _policy(run: Run, found: Found) -> Policy:
    settings = run.settings_for(os.path.dirname(found.path))
    base = settings.root or found.root
    return policy_for(settings, run.choices, os.path.relpath(found.path, base).replace(os.sep, "/"))


def scan_text(path: str, data: bytes, run: Run, root: str | None = None) -> Report:
    """Scan one text that is not read from disk, under the path it claims to have.

    `root` is the folder of its repository, which is looked for where it is not given.
    """
    started = time.perf_counter()
    absolute = os.path.abspath(path)
    folder = os.path.dirname(absolute)
    root = root or repository_root(folder) or os.getcwd()
    found = Found(absolute, root, os.path.relpath(absolute, root).replace(os.sep, "/"), named=True)
    repository = Repository(root)
    report = FileReport(path)
    if not run.scope.leaves_out(found):
        report = scan(SourceFile(found.relative, data), repository, _policy(run, found))
        report = moved(report, path)
    return Report(
        report.findings,
        report.undecided,
        report.suppressed,
        report.setups,
        1,
        int(report.parsed),
        report.hidden,
        time.perf_counter() - started,
    )

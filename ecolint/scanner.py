"""The pipeline: from files to findings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ecolint import discovery
from ecolint.context import classify
from ecolint.discovery import Found
from ecolint.finding import FileReport, Finding, FoundSetup, Report
from ecolint.frameworks.registry import understand
from ecolint.globs import matches
from ecolint.judge import complete, judge, region_of, with_fingerprints
from ecolint.parsers.base import Reader
from ecolint.parsers.registry import format_of, interpreters
from ecolint.policy import CommandLineChoices, Policy, policy_for
from ecolint.repository import Repository
from ecolint.scan_rules import apply_ignores, unreadable
from ecolint.settings import DEFAULTS, Settings
from ecolint.settings_file import load, nearest_file
from ecolint.sieve import is_candidate
from ecolint.source import SourceFile, Unreadable
from ecolint.stack import stack_of
from ecolint.statements import Problem, Reading
from ecolint.suppressions import read_comments

PARALLEL_FROM = 48
"""Candidate files from which worker processes are started, when the number of jobs is not given."""


def scan(source: SourceFile, repository: Repository, policy: Policy, *, thorough: bool = True) -> FileReport:
    """Everything that can be said of one file. `source.path` is relative to the repository's root.

    Where it is not `thorough`, files in which the default rules cannot judge anything are not read, so setups
    without any finding may be missing from the report.
    Pure but for what `repository` reads; never raises for what the file holds.
    """
    kind = format_of(source.path, source.data[: discovery.HEAD])
    if kind is None or (kind.name == "markdown" and not policy.include_docs):
        return FileReport(source.path)
    if not is_candidate(source.data):
        return FileReport(source.path)
    if not thorough and kind.tells is not None and not kind.tells(source.data):
        return FileReport(source.path)
    read = kind.read if thorough or kind.read_telling is None else kind.read_telling
    reading, problems = _read(read, source, repository)
    comments = read_comments(source, reading.cells, kind.comment)
    found = []
    for statement in reading.statements:
        for setup in understand(statement):
            setup = replace(
                setup,
                context=classify(source.path, setup.context),
                stack={**stack_of(source.path, repository), **setup.stack},
            )
            region = region_of(source, setup.span, reading.cells)
            setup = complete(setup, policy, comments.annotations, region)
            found.append(FoundSetup(source.path, region, setup))
    findings, undecided = judge(source, found, policy, reading.cells)
    if "ECO902" in policy.codes:
        findings.extend(unreadable(source, problem) for problem in problems)
    kept, suppressed = apply_ignores(source, findings, comments.ignores, policy, reading.cells)
    shown = [item for item in kept if item.confidence is None or item.confidence.stars >= policy.min_stars]
    return FileReport(
        source.path,
        tuple(with_fingerprints(shown, source)),
        tuple(undecided),
        tuple(suppressed),
        tuple(found),
        parsed=True,
        hidden=len(kept) - len(shown),
    )


def _read(read: Reader, source: SourceFile, repository: Repository) -> tuple[Reading, list[Problem]]:
    try:
        reading = read(source, repository)
    except Unreadable as error:
        return Reading(), [Problem(error.line or 1, error.reason)]
    except (RecursionError, MemoryError):
        return Reading(), [Problem(1, "nested too deeply to be read")]
    except Exception as error:
        return Reading(), [
            Problem(1, f"ecolint failed to read it ({type(error).__name__}); please report this")
        ]
    return reading, list(reading.problems)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what to scan and how. `config` is a settings file that replaces the search for one; `wanted`
    tells of a file whether it is to be scanned at all."""

    paths: tuple[str, ...]
    choices: CommandLineChoices = CommandLineChoices()
    config: str | None = None
    isolated: bool = False
    exclude: tuple[str, ...] = ()
    respect_gitignore: bool | None = None
    jobs: int | None = None
    wanted: Callable[[Found], bool] | None = None

    def settings_for(self, folder: str) -> Settings:
        """Settings in force for the files of an absolute folder. Raises SettingsError."""
        if self.isolated:
            return DEFAULTS
        path = self.config or nearest_file(folder)
        return load(os.path.abspath(path)) if path else DEFAULTS


@dataclass(frozen=True, slots=True)
class _Task:
    found: Found
    policy: Policy


Progress = Callable[[Iterable[FileReport], int], Iterable[FileReport]]


def scan_paths(run: Run, progress: Progress | None = None) -> Report:
    """Scan everything below the named paths. Raises PathError and SettingsError.

    `progress` hands the files' reports on, of which there will be as many as it is told.
    """
    started = time.perf_counter()
    scanned = 0
    tasks: list[_Task] = []
    for found in files_of(run):
        scanned += 1
        if _holds_keyword(found.path):
            tasks.append(_Task(found, _policy(run, found)))
    each = _each(tasks, run.jobs)
    reports = list(progress(each, len(tasks)) if progress is not None else each)
    findings = tuple(item for report in reports for item in report.findings)
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


def files_of(run: Run) -> Iterator[Found]:
    """The files that a run looks at: those of a known format that no setting excludes."""
    respect = run.respect_gitignore
    if respect is None:
        respect = run.settings_for(os.getcwd()).respect_gitignore
    for found in discovery.discover(run.paths, respect):
        if format_of(found.relative) is None and not _starts_as_script(found):
            continue
        if not _excluded(run, found) and (run.wanted is None or run.wanted(found)):
            yield found


def _starts_as_script(found: Found) -> bool:
    if "." in os.path.basename(found.path)[1:] and not found.named:
        return False
    try:
        with open(found.path, "rb") as handle:
            return format_of(found.relative, handle.read(discovery.HEAD)) is not None and bool(interpreters())
    except OSError:
        return False


def _excluded(run: Run, found: Found) -> bool:
    if any(matches(found.relative, glob) for glob in run.exclude):
        return True
    settings = run.settings_for(os.path.dirname(found.path))
    if not settings.exclude:
        return False
    return settings.excluding(os.path.relpath(found.path, settings.root).replace(os.sep, "/")) is not None


def _policy(run: Run, found: Found) -> Policy:
    settings = run.settings_for(os.path.dirname(found.path))
    base = settings.root or found.root
    return policy_for(settings, run.choices, os.path.relpath(found.path, base).replace(os.sep, "/"))


def _holds_keyword(path: str) -> bool:
    """Whether a file must be read in full. One that cannot be opened or is too large counts as such."""
    try:
        data = discovery.read_file(path)
    except OSError:
        return True
    return data is None or is_candidate(data)


def _each(tasks: Sequence[_Task], jobs: int | None) -> Iterator[FileReport]:
    workers = jobs or (os.cpu_count() or 1 if len(tasks) >= PARALLEL_FROM else 1)
    if workers == 1 or len(tasks) < 2:
        yield from map(_scan_task, tasks)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_scan_task, tasks, chunksize=max(1, len(tasks) // (workers * 8)))


_REPOSITORIES: dict[str, Repository] = {}


def _scan_task(task: _Task) -> FileReport:
    found = task.found
    reported = _reported(found.path)
    try:
        data = discovery.read_file(found.path)
    except OSError as error:
        return _only(unreadable(SourceFile(reported, b""), Problem(1, error.strerror or str(error))), task)
    if data is None:
        limit = discovery.SIZE_LIMIT // 1_000_000
        return _only(
            unreadable(SourceFile(reported, b""), Problem(1, f"larger than {limit} MB, not read")), task
        )
    repository = _REPOSITORIES.setdefault(found.root, Repository(found.root))
    report = scan(SourceFile(found.relative, data), repository, task.policy)
    return _moved(report, reported)


def _only(finding: Finding, task: _Task) -> FileReport:
    kept = (finding,) if "ECO902" in task.policy.codes else ()
    return FileReport(finding.path, kept)


def _reported(path: str) -> str:
    return os.path.relpath(path).replace(os.sep, "/")


def _moved(report: FileReport, path: str) -> FileReport:
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


def scan_text(path: str, data: bytes, run: Run, root: str | None = None) -> Report:
    """Scan one text that is not read from disk, under the path it claims to have.

    `root` is the folder of its repository, which is looked for where it is not given.
    """
    started = time.perf_counter()
    absolute = os.path.abspath(path)
    folder = os.path.dirname(absolute)
    root = root or discovery.repository_root(folder) or os.getcwd()
    found = Found(absolute, root, named=True)
    repository = Repository(root)
    report = FileReport(path)
    if not _excluded(run, found):
        report = scan(SourceFile(found.relative, data), repository, _policy(run, found))
        report = _moved(report, path)
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

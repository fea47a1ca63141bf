"""The pipeline of one file: from bytes to findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ecolint import sweeps
from ecolint.context import RECIPES, Sight, classify
from ecolint.discovery.kinds import HEAD, MODULE_ENDINGS
from ecolint.finding import FileReport, FoundSetup
from ecolint.frameworks.registry import surveyed, understand
from ecolint.inference import InferenceSetup
from ecolint.judge import complete, judge, region_of, with_fingerprints
from ecolint.parsers import allowance
from ecolint.parsers.base import Format, Reader
from ecolint.parsers.registry import format_of
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.scan_rules import apply_ignores, unreadable
from ecolint.settings.policy import Policy
from ecolint.sieve.search import MARK, WIDE_BOMS, is_candidate
from ecolint.source import SourceFile, Unreadable
from ecolint.stack import stack_of
from ecolint.statements import Call, CommandLine, Problem, Reading, Statement, line_counter

if TYPE_CHECKING:
    from ecolint.suppressions import Annotation, Ignore

NOTHING = b"{}\n"
"""What says nothing in every format that takes long to load."""
MOST_SETUPS = 1_000
"""Setups of one file that are judged; the tests of peft state 161 in one file."""
MOST_PROBLEMS = 100
"""Parts of one file that are told to be unreadable."""


def scan(source: SourceFile, repository: Repository, policy: Policy, *, thorough: bool = True) -> FileReport:
    """Everything that can be said of one file. `source.path` is relative to the repository's root.

    Where it is not `thorough`, what the default rules cannot judge is not read, and the report has no setups but those
    of its findings.
    Pure but for what `repository` reads; never raises for what the file holds.
    """
    kind = format_of(source.path, source.data[:HEAD])
    tells = is_candidate if thorough or kind is None or kind.tells is None else kind.tells
    if kind is None or not tells(source.data):
        return FileReport(source.path)
    return _scanned(source, kind, repository, policy, thorough=thorough)


def scan_candidate(
    source: SourceFile, repository: Repository, policy: Policy, *, thorough: bool = True
) -> FileReport:
    """The same for a file that the sieve has kept, which glances at modules alone."""
    kind = format_of(source.path, source.data[:HEAD])
    if kind is None:
        return FileReport(source.path)
    tells = None if thorough or source.path.lower().endswith(MODULE_ENDINGS) else kind.tells
    if tells is not None and not tells(source.data):
        return FileReport(source.path)
    return _scanned(source, kind, repository, policy, thorough=thorough)


def _scanned(
    source: SourceFile, kind: Format, repository: Repository, policy: Policy, *, thorough: bool
) -> FileReport:
    if kind.name == "markdown" and not policy.include_docs:
        return FileReport(source.path)
    read = kind.read if thorough or kind.read_telling is None else kind.read_telling
    reading, problems = _read(read, source, repository)
    ignores, annotations, uncounted = _comments(source, reading, kind)
    problems.extend(uncounted)
    try:
        found = list(islice(_setups(source, reading, repository, policy, annotations), MOST_SETUPS + 1))
        if len(found) > MOST_SETUPS:
            line = found.pop().region.line
            problems.append(Problem(line, f"more than {MOST_SETUPS:,} setups; from here on none is judged"))
        found = sweeps.told(found)
        findings, undecided = judge(source, found, policy, reading.cells, repository, kind.sign)
    except Exception as error:
        found, findings, undecided = [], [], []
        problems.append(_failure("judge", error))
    if "ECO902" in policy.codes:
        findings.extend(unreadable(source, problem) for problem in problems[:MOST_PROBLEMS])
    kept, suppressed = apply_ignores(source, findings, ignores, policy, reading.cells, in_full=not problems)
    shown = [item for item in kept if item.confidence is None or item.confidence.stars >= policy.min_stars]
    return FileReport(
        source.path,
        tuple(with_fingerprints(shown, source)),
        tuple(undecided),
        tuple(suppressed),
        tuple(found) if thorough else (),
        parsed=True,
        hidden=len(kept) - len(shown),
    )


def _setups(
    source: SourceFile,
    reading: Reading,
    repository: Repository,
    policy: Policy,
    annotations: Sequence[Annotation],
) -> Iterator[FoundSetup]:
    """The setups that the statements of a file make, with what is known besides the statement."""
    line_of = line_counter(source, reading.cells)
    for statement in surveyed(reading.statements, source, repository):
        for setup in understand(statement):
            setup = replace(
                setup,
                context=classify(source.path, setup.context, _sight(statement, setup)),
                stack={**stack_of(source.path, repository), **setup.stack},
            )
            region = region_of(source, setup.span, reading.cells)
            yield FoundSetup(source.path, region, complete(setup, policy, annotations, line_of))


def _sight(statement: Statement, setup: InferenceSetup) -> Sight:
    """What is seen around a setup that a statement makes."""
    model = setup.model.value if setup.model.is_known and setup.model.value else ""
    if isinstance(statement, Call):
        return Sight("", statement.inside, statement.nearby, model)
    starts = isinstance(statement, CommandLine) or statement.kind not in RECIPES
    return Sight(statement.note, model=model, is_command=starts)


def load_reader(kind: Format) -> None:
    """Load all that reading files of a format takes, by reading one that says nothing."""
    read = kind.read_telling or kind.read
    _read(read, SourceFile("", NOTHING), Repository(None))


def _comments(
    source: SourceFile, reading: Reading, kind: Format
) -> tuple[Sequence[Ignore], Sequence[Annotation], Sequence[Problem]]:
    """The ignores and annotations of a file, of which most have none, and that some do not count."""
    if MARK not in source.data and not source.data.startswith(WIDE_BOMS):
        return (), (), ()
    from ecolint.suppressions import read_comments

    found = read_comments(
        source, reading.cells, kind.comment, block_texts=kind.block_texts, is_prose=kind.is_prose
    )
    return found.ignores, found.annotations, found.problems


def _read(read: Reader, source: SourceFile, repository: Repository) -> tuple[Reading, list[Problem]]:
    try:
        with allowance.of_one_file() as words:
            reading = read(source, repository)
    except Unreadable as error:
        return Reading(), [Problem(error.line or 1, error.reason)]
    except (RecursionError, MemoryError):
        return Reading(), [Problem(1, "nested too deeply to be read")]
    except Exception as error:
        return Reading(), [_failure("read", error)]
    left_out = [
        Problem(1, "more words, commands and documents than are read of one file; some were left out")
    ]
    return reading, [*reading.problems, *(left_out if words.is_exceeded else ())]


def _failure(doing: str, error: Exception) -> Problem:
    """A fault of ecolint's own, which ends the work on one file alone."""
    return Problem(1, f"ecolint failed to {doing} it ({type(error).__name__}); please report this")

"""The scan of one document: the same findings as `ecolint scan` gives for the saved file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lsprotocol.types import Position, Range

from ecolint.discovery.globs import matches
from ecolint.discovery.reading import SIZE_LIMIT
from ecolint.discovery.trees import repository_root
from ecolint.finding import FileReport, Finding
from ecolint.pipeline import scan
from ecolint.repository import Repository
from ecolint.server.disk import Defect, Disk, top_of
from ecolint.server.documents import Document, lines_of
from ecolint.server.known import Known
from ecolint.server.options import Options
from ecolint.settings.keys import Cost
from ecolint.settings.policy import Policy, policy_for
from ecolint.source import SourceFile, Span

Units = Callable[[str], int]
"""Length of a text in the unit of the client's columns."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding with the part of the document it stands in, and its range there."""

    finding: Finding
    part: int
    range: Range


@dataclass(frozen=True, slots=True)
class Scope:
    """What a file is scanned with. `path` is absolute, `relative` below the repository's root."""

    path: str
    relative: str
    repository: Repository
    policy: Policy
    known: Known | None = None

    def report(self, data: bytes) -> FileReport:
        """What the scan says of the file, were it these bytes."""
        report = scan(SourceFile(self.relative, data), self.repository, self.policy)
        return self.known.left_out(report, SourceFile(self.path, data)) if self.known is not None else report


@dataclass(frozen=True, slots=True)
class Linted:
    """A document with its findings. `scope` is None for a file that a scan passes over."""

    document: Document
    report: FileReport
    placed: tuple[Placed, ...] = ()
    scope: Scope | None = None
    cost: Cost | None = None
    defect: Defect | None = None


@dataclass
class Linter:
    """Scans documents, one at a time."""

    units: Units
    disk: Disk = field(default_factory=Disk)
    _epoch: int = -1

    def lint(self, document: Document, options: Options, roots: Sequence[str], epoch: int) -> Linted:
        """Scan a document of a workspace with these folders; another `epoch` says that files on disk changed."""
        self.disk.refresh(changed=epoch != self._epoch)
        self._epoch = epoch
        path = document.path
        settings, defect = self.disk.settings(os.path.dirname(path))
        top = top_of(path, roots)
        repository = self.disk.repository(top)
        root = repository_root(top) or top
        relative = _below(path, root)
        own = _below(path, settings.root or root)
        left_out = (
            any(matches(relative, glob) for glob in options.exclude)
            or (settings.exclude and settings.excluding(own) is not None)
            or self.disk.passed_over(path, top, settings.respect_gitignore)
            or len(document.data) > SIZE_LIMIT
        )
        if left_out:
            return Linted(document, FileReport(path), defect=defect)
        known = None
        baseline = self.disk.settings(top)[0].baseline
        if baseline is not None:
            known, wrong = self.disk.known(baseline)
            defect = defect or wrong
        scope = Scope(path, relative, repository, policy_for(settings, options.choices, own), known)
        report = scope.report(document.data)
        placed = tuple(placed_in(document, finding, self.units) for finding in report.findings)
        return Linted(document, report, placed, scope, settings.cost, defect)


def placed_in(document: Document, finding: Finding, units: Units) -> Placed:
    """A finding where the editor shows it; one without width takes the rest of its line."""
    span: Span = finding.region.span
    start, end = document.spot(span.start), document.spot(span.end)
    if span.start >= span.end or end.part != start.part:
        lines = lines_of(document.parts[start.part].text)
        text = lines[start.line].rstrip("\r\n") if start.line < len(lines) else ""
        last = Position(start.line, units(text))
    else:
        last = Position(end.line, units(end.before))
    return Placed(finding, start.part, Range(Position(start.line, units(start.before)), last))


def _below(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")

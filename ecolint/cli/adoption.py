"""What a run leaves out so that an old repository can start: known findings, and unchanged lines."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from ecolint import baseline
from ecolint.baseline import BaselineError, Comparison, Entry
from ecolint.changes import Since
from ecolint.cli.entry import tell
from ecolint.cli.output import write_file
from ecolint.finding import Report
from ecolint.records import dataclass
from ecolint.source import SourceFile

ReadSource = Callable[[str], SourceFile | None]


@dataclass(frozen=True, slots=True)
class KnownFindings:
    """A baseline file and what to do with it. `paths` are the files and folders that the run looks at as a
    whole; `narrowed` says that it does not look for everything there, so that an update only adds. `named_in` is the
    settings file that names it, if one does."""

    path: str
    paths: tuple[str, ...] = ()
    update: bool = False
    narrowed: bool = False
    named_in: str = ""

    def entries(self) -> tuple[Entry, ...]:
        """Known findings; a missing file holds none where it is to be written. Raises BaselineError."""
        if os.path.lexists(self.path):
            return baseline.read(self.path)
        if self.update:
            return ()
        named = f", named in {self.named_in}" if self.named_in else ""
        raise BaselineError(f"{self.path}: there is no such baseline{named}; --update-baseline writes it")


def leave_out_known(report: Report, known: KnownFindings, read_source: ReadSource) -> Report:
    """The report without known findings; brings the file up to date where asked to. Raises BaselineError."""
    folder = os.path.dirname(os.path.abspath(known.path))
    entries = known.entries()
    described = baseline.describe(report.findings, read_source, folder)
    named = [os.path.abspath(path) for path in known.paths]

    def was_scanned(entry: Entry) -> bool:
        path = os.path.normpath(os.path.join(folder, entry.path))
        return any(path == one or path.startswith(one.rstrip(os.sep) + os.sep) for one in named)

    def may_have_moved(entry: Entry) -> bool:
        return was_scanned(entry) or not os.path.exists(os.path.join(folder, entry.path))

    found = baseline.compare(described, entries, may_have_moved)
    if not known.update:
        stale = [] if known.narrowed else [entry for entry in found.gone if was_scanned(entry)]
        if stale:
            tell(
                f"{known.path}: {len(stale)} of {len(entries)} known findings are gone; "
                "--update-baseline removes them"
            )
        new = tuple(item.finding for item in found.new)
        return replace(report, findings=new, in_baseline=len(found.known))
    kept = [entry for entry in found.gone if known.narrowed or not may_have_moved(entry)]
    write_file(known.path, (baseline.as_text([*kept, *(item.entry for item in described)]),))
    tell(f"{known.path}: {_told(found, len(kept))}")
    return replace(report, findings=(), in_baseline=len(described))


def _told(found: Comparison, kept: int) -> str:
    number = len(found.known) + len(found.new) + kept
    return f"{number} known findings, {len(found.new)} added, {len(found.gone) - kept} removed"


def leave_out_unchanged(report: Report, since: Since, read_source: ReadSource) -> Report:
    """The report without findings on lines that did not change."""
    sources: dict[str, SourceFile | None] = {}

    def read_once(path: str) -> SourceFile | None:
        if path not in sources:
            sources[path] = read_source(path)
        return sources[path]

    concerned = tuple(item for item in report.findings if since.concerns(item, read_once))
    return replace(report, findings=concerned, unchanged=len(report.findings) - len(concerned))

"""Findings that a baseline knows, left out of what the editor shows as they are of a scan."""

from __future__ import annotations

import os
from dataclasses import replace

from ecolint import baseline
from ecolint.baseline import Entry
from ecolint.finding import FileReport
from ecolint.records import dataclass
from ecolint.source import SourceFile


@dataclass(frozen=True, slots=True)
class Known:
    """The entries of a baseline at an absolute path."""

    path: str
    entries: tuple[Entry, ...]

    def left_out(self, report: FileReport, source: SourceFile) -> FileReport:
        """The report of a file without its known findings; the path of `source` is absolute."""
        folder = os.path.dirname(self.path)
        findings = [replace(finding, path=source.path) for finding in report.findings]
        described = baseline.describe(findings, lambda path: source, folder)
        own = os.path.relpath(source.path, folder).replace(os.sep, "/")

        def may_have_moved(entry: Entry) -> bool:
            return entry.path == own or not os.path.exists(os.path.join(folder, entry.path))

        new = {id(item.finding) for item in baseline.compare(described, self.entries, may_have_moved).new}
        kept = (one for one, moved in zip(report.findings, findings, strict=True) if id(moved) in new)
        return replace(report, findings=tuple(kept))

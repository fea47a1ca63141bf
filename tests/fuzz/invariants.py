"""What holds for every input: nothing raises, everything said stands inside the file, time and memory are bounded."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping

from ecolint.finding import FileReport
from ecolint.repository import Repository
from ecolint.scanner import scan
from ecolint.settings.keys import DEFAULTS
from ecolint.settings.policy import CommandLineChoices, policy_for
from ecolint.source import SourceFile, Span

POLICY = policy_for(DEFAULTS, CommandLineChoices(select=("ALL",), include_docs=True), "x")
SECONDS_PER_MB = 2.0
SECONDS_AT_LEAST = 5.0
"""Processor seconds that any input may take; wide, so that only growth faster than the input is told."""
BYTES_PER_BYTE = 30
BYTES_AT_LEAST = 32_000_000


class Broken(AssertionError):
    """An invariant that an input breaks."""


class Neighbours(Repository):
    """A tree whose files are given."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(None)
        self._files = files

    def read(self, path: str) -> SourceFile | None:
        return SourceFile(path, self._files[path]) if path in self._files else None

    def list(self, folder: str) -> tuple[str, ...]:
        above = f"{folder}/" if folder else ""
        below = (path[len(above) :] for path in self._files if path.startswith(above))
        return tuple(sorted({path.split("/")[0] for path in below}))


def scanned(source: SourceFile, repository: Repository | None = None, size: int = 0) -> FileReport:
    """The report of a text of which every invariant was checked. Raises Broken, and whatever escapes."""
    size = max(size, len(source.data))
    report = within_time(lambda: scan(source, repository or Repository(None), POLICY), size)
    check_report(source, report)
    return report


def check_report(source: SourceFile, report: FileReport) -> None:
    """Raises Broken where something is said to stand outside the file, or a reader failed."""
    for finding in report.findings:
        if "please report" in finding.message:
            raise Broken(finding.message)
        region = finding.region
        _inside(source, region.span)
        if not 1 <= region.line <= region.end_line <= len(source.line_starts):
            raise Broken(f"lines {region.line} to {region.end_line}")
        if min(region.column, region.end_column) < 1:
            raise Broken(f"column {region.column} to {region.end_column}")
        for edit in finding.fix.edits if finding.fix else ():
            _inside(source, Span(edit.start, edit.end))
    for found in report.setups:
        _inside(source, found.setup.span)
        for name, located in found.setup.located():
            for span in (located.span, located.value_span):
                if span is not None:
                    _inside(source, span, name)


def _inside(source: SourceFile, span: Span, what: str = "finding") -> None:
    if not 0 <= span.start <= span.end <= len(source.data):
        raise Broken(f"{what}: bytes {span.start} to {span.end} of {len(source.data)}")


def within_time(call: Callable[[], FileReport], size: int) -> FileReport:
    """What a call gives. Raises Broken where it took too much of the processor's time for its size."""
    started = time.process_time()
    result = call()
    taken = time.process_time() - started
    if taken > max(SECONDS_AT_LEAST, size / 1_000_000 * SECONDS_PER_MB):
        raise Broken(f"{taken:.1f} s for {size} bytes")
    return result


def within_memory(call: Callable[[], object], size: int) -> None:
    """Raises Broken where a call needs too much memory for its size at any one time."""
    tracemalloc.start()
    try:
        call()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    if peak > max(BYTES_AT_LEAST, size * BYTES_PER_BYTE):
        raise Broken(f"{peak} bytes of memory for {size} bytes")

"""Places in files as SARIF writes them: URIs, regions, fingerprints and edits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ecolint.finding import Finding, Fix, Region
from ecolint.fingerprints import primary_location_line_hashes
from ecolint.source import SourceFile, Span

Json = dict[str, Any]
SNIPPET_LIMIT = 2_000
"""Characters; longer text is left out of the log."""
DRIVE = re.compile(r"[A-Za-z]:/")


def uri(path: str) -> str:
    """A path as a URI reference: percent-encoded, `file:///` before an absolute one."""
    if DRIVE.match(path):
        return f"file:///{path[:2]}{_encoded(path[2:])}"
    return f"file://{_encoded(path)}" if path.startswith("/") else _encoded(path.removeprefix("./"))


def _encoded(path: str) -> str:
    """Bytes of a name that are no UTF-8 keep their value; a surrogate that stands for none is lost."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "replace")
    return quote(data, safe="/")


def artifact(path: str) -> Json:
    """A file: below the source root where the path is relative."""
    address = uri(path)
    if address.startswith("file:"):
        return {"uri": address}
    return {"uri": address, "uriBaseId": "%SRCROOT%"}


@dataclass
class Places:
    """Places of one report; each file is read and hashed once."""

    read_source: Callable[[str], SourceFile | None]
    _hashes: dict[str, list[str]] = field(default_factory=dict)

    def location(self, path: str, region: Region, *, excerpts: bool = True) -> Json:
        """One location, with the text under it and around it where the file can be read."""
        place: Json = {"artifactLocation": artifact(path), "region": _numbers(region)}
        source = self.read_source(path) if excerpts else None
        if source is not None:
            snippet = source.cut(region.span)
            if 0 < len(snippet) <= SNIPPET_LIMIT:
                place["region"]["snippet"] = {"text": snippet}
            context = _around(source, region)
            if context is not None:
                place["contextRegion"] = context
        return {"physicalLocation": place}

    def fingerprints(self, finding: Finding) -> dict[str, str]:
        """GitHub's line hash, where the file can be read, and ecolint's own fingerprint."""
        found = {}
        hashes = self._line_hashes(finding.path)
        if 1 <= finding.region.line <= len(hashes):
            found["primaryLocationLineHash"] = hashes[finding.region.line - 1]
        if finding.fingerprint:
            found["ecolint/v1"] = finding.fingerprint
        return found

    def fix(self, path: str, fix: Fix) -> Json:
        """A fix with its edits."""
        source = self.read_source(path)
        told = f"{fix.title}. {fix.price}" if fix.price else fix.title
        return {
            "description": {"text": f"{told} ({fix.applicability.value})"},
            "artifactChanges": [
                {
                    "artifactLocation": artifact(path),
                    "replacements": [
                        {
                            "deletedRegion": _bytes(source, Span(edit.start, edit.end)),
                            "insertedContent": {"text": edit.text},
                        }
                        for edit in sorted(fix.edits)
                    ],
                }
            ],
        }

    def _line_hashes(self, path: str) -> list[str]:
        if path not in self._hashes:
            source = self.read_source(path)
            self._hashes[path] = primary_location_line_hashes(source.data) if source is not None else []
        return self._hashes[path]


def _numbers(region: Region) -> Json:
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _bytes(source: SourceFile | None, span: Span) -> Json:
    if source is None:
        return {"byteOffset": span.start, "byteLength": span.end - span.start}
    start, end = source.position(span.start), source.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _around(source: SourceFile, region: Region) -> Json | None:
    """The lines of a region with one more on either side; None where that is no more than the region."""
    lines = len(source.line_starts)
    if region.end_line > lines:
        return None
    first, last = max(1, region.line - 1), min(lines, region.end_line + 1)
    span = Span(source.line_span(first).start, source.line_span(last).end)
    if span.end - span.start > 4 * SNIPPET_LIMIT:
        return None
    start, end = source.position(span.start), source.position(span.end)
    begins = (start.line, 1) < (region.line, region.column)
    ends = (region.end_line, region.end_column) < (end.line, end.column)
    if not (begins or ends):
        return None
    text = source.cut(span)
    if len(text) > SNIPPET_LIMIT:
        return None
    return {
        "startLine": start.line,
        "startColumn": 1,
        "endLine": end.line,
        "endColumn": end.column,
        "snippet": {"text": text.removeprefix("\ufeff")},
    }

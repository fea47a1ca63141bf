"""From texts before and after to edits that the client can make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol.types import (
    OptionalVersionedTextDocumentIdentifier,
    Position,
    Range,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from ecolint.edits.lines import changes, shared
from ecolint.server.documents import Document, lines_of
from ecolint.server.linting import Units


def text_edits(before: str, after: str, units: Units) -> Iterator[TextEdit]:
    """Edits that make one text the other, each as small as its lines allow."""
    old, new = lines_of(before), lines_of(after)
    for change in changes(old, new):
        yield _edit(old, change.start, change.end, "".join(new[change.new_start : change.new_end]), units)


def _edit(old: Sequence[str], start: int, end: int, text: str, units: Units) -> TextEdit:
    """The edit that puts `text` in the place of lines, without what stays at both ends."""
    replaced = "".join(old[start:end])
    same = shared(replaced, text)
    while same and replaced[same - 1 : same + 1] == "\r\n":
        same -= 1
    rest = shared(replaced[same:][::-1], text[same:][::-1])
    while rest and replaced[len(replaced) - rest - 1 : len(replaced) - rest + 1] == "\r\n":
        rest -= 1
    first = _position(old, start, replaced[:same], units)
    last = _position(old, start, replaced[: len(replaced) - rest], units)
    return TextEdit(Range(first, last), text[same : len(text) - rest])


def _position(old: Sequence[str], line: int, passed: str, units: Units) -> Position:
    """The place that many characters behind the start of a line."""
    lines = lines_of(passed)
    if not lines or lines[-1].endswith(("\r", "\n")):
        whole = line + len(lines)
        if whole < len(old) or not old or old[-1].endswith(("\r", "\n")):
            return Position(whole, 0)
        return Position(len(old) - 1, units(old[-1]))
    return Position(line + len(lines) - 1, units(lines[-1]))


def workspace_edit(
    document: Document, texts: Sequence[str], units: Units, *, versioned: bool
) -> WorkspaceEdit:
    """The edit that gives the parts of a document these texts; `versioned` where the client takes versions."""
    edits = {
        part: list(text_edits(part.text, text, units))
        for part, text in zip(document.parts, texts, strict=True)
        if part.text != text
    }
    if not versioned:
        return WorkspaceEdit(changes={part.uri: found for part, found in edits.items()})
    return WorkspaceEdit(
        document_changes=[
            TextDocumentEdit(OptionalVersionedTextDocumentIdentifier(part.uri, part.version), found)
            for part, found in edits.items()
        ]
    )

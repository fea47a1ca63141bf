"""Unified diffs of bytes, as `git apply` takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ecolint.edits.lines import Change, changes

PLAIN = re.compile(r"[ !#-\[\]-~]*\Z")
CONTEXT = 3
"""Lines that are shown before and behind what changes."""
NO_NEWLINE = b"\\ No newline at end of file\n"


def unified(path: str, before: bytes, after: bytes) -> Iterator[bytes]:
    """The lines of a diff; `path` is relative to where the diff is to be applied, `/`-separated."""
    old, new = _lines(before), _lines(after)
    for number, hunk in enumerate(_hunks(changes(old, new))):
        if not number:
            yield b"--- " + _name("a/" + path) + b"\n"
            yield b"+++ " + _name("b/" + path) + b"\n"
        for line in _shown(hunk, old, new):
            data = line.encode("latin-1")
            yield data if data.endswith(b"\n") else data + b"\n" + NO_NEWLINE


def _hunks(found: Iterable[Change]) -> Iterator[list[Change]]:
    """Changes that are shown together, as the lines around them touch."""
    hunk: list[Change] = []
    for change in found:
        if hunk and change.start - hunk[-1].end > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _shown(hunk: Sequence[Change], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    first, last = hunk[0], hunk[-1]
    at = max(0, first.start - CONTEXT)
    end = min(len(old), last.end + CONTEXT)
    new_at, new_end = at + first.new_start - first.start, end + last.new_end - last.end
    yield f"@@ -{_range(at, end)} +{_range(new_at, new_end)} @@\n"
    for change in hunk:
        yield from (f" {line}" for line in old[at : change.start])
        yield from (f"-{line}" for line in old[change.start : change.end])
        yield from (f"+{line}" for line in new[change.new_start : change.new_end])
        at = change.end
    yield from (f" {line}" for line in old[at:end])


def _range(start: int, end: int) -> str:
    """Lines as a hunk names them: from 1, of none the line before, and how many where it is not one."""
    count = end - start
    return f"{start + bool(count)}" if count == 1 else f"{start + bool(count)},{count}"


def _lines(data: bytes) -> list[str]:
    """Lines that end in LF, each byte as one character."""
    return [line.decode("latin-1") for line in re.findall(rb"[^\n]*\n|[^\n]+", data)]


def _name(path: str) -> bytes:
    """A file name as git writes it: quoted where it holds more than plain signs."""
    if PLAIN.match(path):
        return path.encode() + (b"\t" if " " in path else b"")
    quoted = "".join(_sign(byte) for byte in path.encode("utf-8", "surrogateescape"))
    return f'"{quoted}"'.encode()


def _sign(byte: int) -> str:
    if byte in (0x22, 0x5C):
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"

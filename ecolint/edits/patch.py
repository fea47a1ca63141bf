"""Unified diffs of bytes, as `git apply` takes them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

PLAIN = re.compile(r"[ !#-\[\]-~]*\Z")
NO_NEWLINE = b"\\ No newline at end of file\n"


def unified(path: str, before: bytes, after: bytes) -> Iterator[bytes]:
    """The lines of a diff; `path` is relative to where the diff is to be applied, `/`-separated."""
    old, new = _lines(before), _lines(after)
    body = difflib.unified_diff(old, new, lineterm="\n")
    for number, line in enumerate(body):
        if number < 2:
            continue
        if number == 2:
            yield b"--- " + _name("a/" + path) + b"\n"
            yield b"+++ " + _name("b/" + path) + b"\n"
        data = line.encode("latin-1")
        if data.endswith(b"\n"):
            yield data
        else:
            yield data + b"\n" + NO_NEWLINE


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

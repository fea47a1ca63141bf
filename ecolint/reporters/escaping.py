"""Text from a scanned repository, made harmless: nothing invisible, nothing that a terminal obeys."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

JOINERS = "\u200c\u200d"
"""Format characters that ordinary words of some scripts need; they neither reorder nor move anything."""
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
WIDE = frozenset("WF")
_COMMAND = re.compile(r"##(?:vso|teamcity)?\[", re.IGNORECASE)
"""`##[`, `##vso[` and `##teamcity[` are commands to runners wherever they stand in a line."""
_SUSPECT = re.compile(rf"[^\x20-\x7e]|{_COMMAND.pattern}", re.IGNORECASE)
"""What is escaped."""


def _escape(character: str) -> str:
    if character.startswith("##"):
        return f"{character[:-1]}\\["
    code = ord(character)
    nothing = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    if character in JOINERS or not (nothing or unicodedata.category(character) in UNSEEN):
        return character
    if character in NAMED:
        return NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str) -> str:
    """One line in which control, bidirectional and other unseen characters stand as escapes.

    Bytes of a path that are no UTF-8 read `\\xff`. What runners of CI take for commands is broken up.
    """
    return _SUSPECT.sub(lambda match: _escape(match[0]), text)


def visible_lines(text: str) -> list[str]:
    """The lines of a text, each as `visible` gives it."""
    return [visible(line) for line in re.split(r"\r\n|\r|\n", text)]


def no_command(line: str) -> str:
    """A finished line that GitHub's runner does not take for a command."""
    line = _COMMAND.sub(lambda match: _escape(match[0]), line)
    return line.replace("::", "\\::", 1) if line.lstrip().startswith("::") else line


def visible_path(path: str) -> str:
    """A path to stand at the start of a line: one that begins like a runner's command gets a `./`."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def display_width(text: str) -> int:
    """Columns that a visible text takes in a terminal: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(map(character_width, text))


@lru_cache(maxsize=4096)
def character_width(character: str) -> int:
    """Columns of one visible character: 0, 1 or 2."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in WIDE else 1


def plain_value(value: Any) -> Any:
    """A value as strict JSON can carry it: no lone surrogates, no infinities, mappings with text keys."""
    if isinstance(value, str):
        return (
            value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {plain_value(str(key)): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return plain_value(str(value))

"""Colours, links and line breaking for terminals, all of them optional."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecolint.records import dataclass
from ecolint.reporters.escaping import display_width

SGR = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "path": "1",
    "label": "2",
    "dim": "2",
    "stars": "33",
    "mark": "1;31",
    "snippet": "32",
    "good": "1;32",
}
SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Painter:
    """Puts styles around text where they are wanted. The text must be visible already."""

    color: bool = False
    hyperlinks: bool = False

    def paint(self, text: str, style: str) -> str:
        if not self.color or not text:
            return text
        return f"\x1b[{SGR[style]}m{text}\x1b[0m"

    def link(self, text: str, address: str) -> str:
        """The text as a link (OSC 8)."""
        if not self.hyperlinks or not address:
            return text
        from urllib.parse import quote

        return f"\x1b]8;;{quote(address, safe=':/?#@!$&=+,;~%-._')}\x1b\\{text}\x1b]8;;\x1b\\"


def wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns, broken at spaces; a longer word stays whole, to be copied."""
    line: list[str] = []
    used = 0
    for word in text.split(" "):
        size = display_width(word)
        if line and used + 1 + size > width:
            yield " ".join(line)
            line, used = [], 0
        used += size + (1 if line else 0)
        line.append(word)
    yield " ".join(line)


def hanging(text: str, width: int | None, indent: int) -> Iterator[str]:
    """A line broken like `wrapped`, with its further lines indented; as it is where there is no width."""
    if width is None:
        yield text
        return
    start = text[:indent]
    for line in wrapped(text[indent:], max(width - indent, 1)):
        yield start + line
        start = " " * indent


def joined(parts: Iterable[str], width: int) -> Iterator[str]:
    """Parts with a separator between them, broken between parts where they do not fit, else at spaces."""
    line = ""
    for part in parts:
        longer = f"{line}{SEPARATOR}{part}" if line else part
        if line and display_width(longer) > width:
            yield from wrapped(line, width)
            line = part
        else:
            line = longer
    if line:
        yield from wrapped(line, width)


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""Which names a value may have been made from, told from the bytes of code without strings and comments.

Says too many rather than too few.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FOR = re.compile(rb"\s*(?:async\s+)?for\b(.*?)\bin\b(.*)", re.DOTALL)
MIXED = re.compile(
    rb":=|;|\A\s*(?:(?:async\s+)?with\b|case\b|(?:async\s+)?(?:for|while)\b.*:.*[^\s:])", re.DOTALL
)
"""Statements of which the text does not tell at once which names they give values to."""
INDEX = re.compile(rb"(?<=[\w\])])\[[^\[\]]*\]")
EQUALS = re.compile(rb"[=!<>]=|[(\[{)\]}=]")
NAMES = re.compile(rb"(?<![.\w])[A-Za-z_]\w*")
NO_NAMES = frozenset(
    b"self cls for in if else not and or is lambda await async None True False return yield".split()
)
"""Words that no call passes on for a prompt."""
BRACKET = re.compile(rb"[(\[{]|[)\]}]|[,\n]")
PASSES = 30
"""Times that statements are gone through; code in which names still come to others after that is taken to link all."""


def names_in(texts: Iterable[bytes]) -> set[bytes]:
    """Names in expressions, without those of keywords."""
    return {name for text in texts for name in NAMES.findall(text) if name not in NO_NAMES}


def split(code: bytes, start: int) -> tuple[list[bytes], int]:
    """The arguments of a call, and where its bracket closes (the end of the code where none does)."""
    found: list[bytes] = []
    depth, first = 0, start
    for mark in BRACKET.finditer(code, start):
        text = mark[0]
        if text in b"([{":
            depth += 1
        elif text in b")]}":
            depth -= 1
            if depth < 0:
                return [*found, code[first : mark.start()]], mark.end()
        elif text == b"," and depth == 0:
            found.append(code[first : mark.start()])
            first = mark.end()
    return [*found, code[first:]], len(code)


def made_of(code: bytes, line: int, at: int, names: set[bytes]) -> set[bytes]:
    """The names, and those from which they may have been made between a line and a place."""
    *before, last = statements(code, line, at)
    links = [_link(text) for text in (*before, last) if text is not last or MIXED.search(text)]
    found = set(names)
    for _ in range(PASSES):
        size = len(found)
        for made, parts in reversed(links):
            if not found.isdisjoint(made):
                found |= parts
        if size == len(found):
            return found
    return found.union(*(parts for _, parts in links))


def _link(statement: bytes) -> tuple[set[bytes], set[bytes]]:
    """Names to which a statement may give a value, and those from which it makes it."""
    every = names_in((statement,))
    if MIXED.search(statement):
        return every, every
    loop = FOR.match(statement)
    if loop:
        return names_in((loop[1],)), names_in((loop[2],))
    depth = 0
    for mark in EQUALS.finditer(statement):
        text = mark[0]
        if text == b"=" and depth == 0:
            target, value = statement[: mark.start()], statement[mark.end() :]
            return names_in((INDEX.sub(b"", target),)), names_in((value, *INDEX.findall(target)))
        depth += (text in b"([{") - (text in b")]}")
    return names_in(NAMES.findall(statement)[:1]), every


def statements(code: bytes, line: int, at: int) -> Iterator[bytes]:
    """Statements between the beginning of a line and a place, each with all the lines on which its brackets close."""
    depth, first = 0, line
    for mark in BRACKET.finditer(code, line, at):
        text = mark[0]
        if text in b"([{":
            depth += 1
        elif text in b")]}":
            depth -= 1
        elif text == b"\n" and depth <= 0 and code[mark.start() - 1 : mark.start()] not in b"\\\r":
            yield code[first : mark.start()]
            first = mark.end()
    yield code[first:at]

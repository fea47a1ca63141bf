"""The words of a command, taken from the front as its own options, up to the first that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecolint.parsers.shellish.values import Value
from ecolint.statements import Tree

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=")


def listed(words: str) -> frozenset[str]:
    """Words written one after the other, as a set."""
    return frozenset(words.split())


def base_name(word: str) -> str:
    """Name of a program without its folder and `.exe`."""
    name = word.replace("\\", "/").rpartition("/")[2] if "/" in word or "\\" in word else word
    return name[:-4] if name.endswith(".exe") else name


class Options:
    """Reads options from the front of `words`, starting at `at`.

    `valued` are options that take the next word as value unless it is attached; with `default_valued` every
    option takes one that is not in `switches`.
    """

    def __init__(
        self,
        words: Sequence[Value],
        at: int,
        *,
        valued: frozenset[str] = frozenset(),
        switches: frozenset[str] = frozenset(),
        default_valued: bool = False,
    ) -> None:
        self.words = words
        self.at = at
        self.valued = valued
        self.switches = switches
        self.default_valued = default_valued

    def __iter__(self) -> Iterator[tuple[str, Value | None]]:
        """Name and value of each option; afterwards `at` is the first word that is not one."""
        while self.at < len(self.words):
            word = self.words[self.at]
            text = word.text
            if text == "--":
                self.at += 1
                return
            if not text.startswith("-") or text == "-":
                return
            self.at += 1
            yield self._option(word, text)

    def _option(self, word: Value, text: str) -> tuple[str, Value | None]:
        if text.startswith("--"):
            name, equals, _ = text.partition("=")
            if equals:
                return name, word.cut(len(name) + 1)
            return (name, self._next()) if self._takes_value(name) else (name, None)
        name = text[:2]
        if len(text) == 2:
            return (name, self._next()) if self._takes_value(name) else (name, None)
        if text in self.valued:
            return text, self._next()
        if self._takes_value(name):
            return name, word.cut(3 if text[2] == "=" else 2)
        last = "-" + text[-1]
        if self._takes_value(last) and text[1:].isalpha():
            return last, self._next()
        return text, None

    def _takes_value(self, name: str) -> bool:
        if self.default_valued:
            return name not in self.switches
        return name in self.valued

    def _next(self) -> Value | None:
        if self.at >= len(self.words):
            return None
        self.at += 1
        return self.words[self.at - 1]


def assignments(words: Sequence[Value], at: int = 0) -> tuple[Tree, int]:
    """`NAME=value` words from `at` on as environment, and the first word that is not one."""
    tree = {}
    while at < len(words) and (found := ASSIGNMENT.match(words[at].text)) is not None:
        tree[found[1]] = words[at].cut(found.end()).entry(words[at].span)
        at += 1
    return tree, at


def pairs(value: Value, separator: str = ",") -> Tree:
    """`A=b,C=d` as environment."""
    tree = {}
    start = 0
    text = value.text
    while start < len(text):
        stop = text.find(separator, start)
        stop = len(text) if stop < 0 else stop
        item = value.cut(start, stop)
        found = ASSIGNMENT.match(item.text)
        if found is not None:
            tree[found[1]] = item.cut(found.end()).entry(item.span)
        start = stop + len(separator)
    return tree

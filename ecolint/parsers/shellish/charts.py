"""Values that `helm install --set …` gives a chart, as a file of values would."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Place
from ecolint.parsers.shellish.containers import long_option
from ecolint.parsers.shellish.frame import Frame
from ecolint.parsers.shellish.options import listed
from ecolint.parsers.shellish.values import Value
from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, Sheet
from ecolint.records import replace
from ecolint.repository import Repository
from ecolint.statements import CommandLine, Config, Statement

VERBS = listed("install upgrade template")
OPTIONS = listed("--set --set-string")
KEY = re.compile(r"((?:[^\\.\[\]=,]|\\.)+)((?:\[\d{1,2}\])*)(\.|=)")
INDEX = re.compile(r"\d+")
ITEM = re.compile(r"[^\\,]*(?:\\.[^\\,]*)*")
LISTED = re.compile(r"\{([^{}]*)\}")
ESCAPED = re.compile(r"\\(.)")
PAIRS = 200
"""Values of one command that are read."""


def values(words: list[Value], frame: Frame) -> Iterator[Statement] | None:
    """What a chart runs by the values that the command gives it, as far as they tell by themselves."""
    if not any(word.text in VERBS for word in words[1:4]):
        return None
    given = [
        value
        for name, value in (long_option(words, at) for at in range(1, len(words)))
        if value is not None and name in OPTIONS
    ]
    return _read(given, frame) if given else None


def _read(given: list[Value], frame: Frame) -> Iterator[Statement]:
    from ecolint.parsers.documents import helm
    from ecolint.parsers.documents.base import Scene

    root = Mapping(Sheet(given[0].fragment, Place.FLAG), 0, len(given[0].text))
    for value in given[:PAIRS]:
        _Pairs(value, root).read()
    scene = Scene("values.yaml", frame.repository or Repository(None))
    if helm.recognise(root, scene):
        for statement in helm.read(root, scene):
            if isinstance(statement, (CommandLine, Config)):
                yield replace(statement, when=statement.when or frame.when)


class _Pairs:
    """`a.b[0].c=d,e={f,g}` in one word."""

    def __init__(self, value: Value, root: Mapping) -> None:
        self.value = value
        self.sheet = Sheet(value.fragment, Place.FLAG)
        self.text = value.text
        self.root = root
        self.at = 0

    def read(self) -> None:
        """Put the values into the tree; ends where something else is written."""
        while self.at < len(self.text):
            owner: AnyNode = self.root
            while (key := KEY.match(self.text, self.at)) is not None and isinstance(owner, Mapping):
                self.at = key.end()
                last = key[3] == "="
                owner = self._inner(owner, key, self._written() if last else None)
                if last:
                    break
            else:
                return
            if not self.text.startswith(",", self.at):
                return
            self.at += 1

    def _inner(self, owner: Mapping, key: re.Match[str], value: AnyNode | None) -> AnyNode:
        """The node at a key of a mapping, and at indices below it; it is `value` where that is given."""
        name = Scalar(self.sheet, *key.span(1), ESCAPED.sub(r"\1", key[1]), plain=False)
        indices = [int(number) for number in INDEX.findall(key[2])]
        known = owner.entries.get(name.text)
        found = self._at(known.value if known is not None else None, indices, value)
        end = value.end if value is not None and not indices else name.end
        owner.entries[name.text] = Entry(name, found, end)
        for index in indices:
            assert isinstance(found, Sequence)
            found = found.items[index]
        return found

    def _at(self, node: AnyNode | None, indices: list[int], value: AnyNode | None) -> AnyNode:
        if not indices:
            return value if value is not None else node if isinstance(node, Mapping) else self._mapping()
        if not isinstance(node, Sequence):
            node = Sequence(self.sheet, self.at, self.at)
        index, *rest = indices
        while len(node.items) <= index:
            node.items.append(self._mapping())
        node.items[index] = self._at(node.items[index], rest, value)
        return node

    def _mapping(self) -> Mapping:
        return Mapping(self.sheet, 0, len(self.text))

    def _written(self) -> AnyNode:
        several = LISTED.match(self.text, self.at)
        if several is None:
            return self._scalar()
        result = Sequence(self.sheet, *several.span())
        self.at = several.start(1)
        while self.at < several.end(1):
            result.items.append(self._scalar(several.end(1)))
            self.at += 1
        self.at = several.end()
        return result

    def _scalar(self, end: int | None = None) -> Scalar:
        found = ITEM.match(self.text, self.at, len(self.text) if end is None else end)
        assert found is not None
        self.at = found.end()
        is_open = any(first < found.end() and last > found.start() for first, last in self.value.holes)
        return Scalar(self.sheet, *found.span(), ESCAPED.sub(r"\1", found[0]), strange=is_open)

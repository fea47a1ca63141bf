"""Triton's `config.pbtxt`: protobuf text as a nested mapping."""

from __future__ import annotations

import re
from typing import Any

from ecolint.inference import Known, Located
from ecolint.parsers.allowance import for_size
from ecolint.parsers.base import Format
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span, Unreadable
from ecolint.statements import Config, Reading

DEPTH_LIMIT = 40
VALUE_LIMIT = 40_000
"""Values that are read of each megabyte."""
BLANK = re.compile(r"(?:\s+|#[^\n]*)*")
NAME = re.compile(r"[A-Za-z_][\w.-]*|\[[^\]\n]{1,200}\]")
TEXT = re.compile(r"\"([^\"\\\n]*(?:\\.[^\"\\\n]*)*)\"|'([^'\\\n]*(?:\\.[^'\\\n]*)*)'")
SCALAR = re.compile(r"\$\{[^}\n]*\}|[^\s,;{}\[\]<>#\"':]+")
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
WORDS = {"true": True, "false": False, "t": True, "f": False, "True": True, "False": False}

Fields = dict[str, "Located[Any]"]


class Parser:
    """Reads messages from `fragment`. Raises Unreadable where the text is no protobuf text."""

    def __init__(self, fragment: Fragment) -> None:
        self.fragment = fragment
        self.text = fragment.text
        self.at = 0
        self.closed = 0
        self.left = self.most = for_size(VALUE_LIMIT, self.text)
        self.blank()

    def blank(self) -> None:
        found = BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def accept(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at) and sign:
            self.at += len(sign)
            self.closed = self.at
            self.blank()
            return True
        return False

    def fail(self, what: str) -> Unreadable:
        return Unreadable(what, self.text.count("\n", 0, self.at) + 1)

    def message(self, closer: str = "", depth: int = 0) -> Fields:
        """Fields up to `closer`, or to the end of the text. Repeated fields become tuples."""
        if depth > DEPTH_LIMIT:
            raise self.fail("nested too deeply")
        fields: dict[str, list[Located[Any]]] = {}
        while self.at < len(self.text) and not (closer and self.text.startswith(closer, self.at)):
            start = self.at
            name = NAME.match(self.text, start)
            if name is None:
                raise self.fail("expected the name of a field")
            self.at = name.end()
            self.blank()
            self.accept(":")
            for value in self.values(depth):
                value_span = value.value_span
                end = value_span.end if value_span is not None else self.fragment.span(start, self.at).end
                span = Span(self.fragment.span(start, start + 1).start, end)
                fields.setdefault(name[0], []).append(Located(value.value, value.known, span, value_span))
            while self.accept(",") or self.accept(";"):
                pass
        if closer and not self.accept(closer):
            raise self.fail(f"expected `{closer}`")
        return {name: _one(items) for name, items in fields.items()}

    def values(self, depth: int) -> list[Located[Any]]:
        if not self.accept("["):
            return [self.value(depth)]
        items: list[Located[Any]] = []
        while self.at < len(self.text) and not self.text.startswith("]", self.at):
            items.append(self.value(depth))
            self.accept(",")
        if not self.accept("]"):
            raise self.fail("expected `]`")
        return items

    def value(self, depth: int) -> Located[Any]:
        start = self.at
        self.left -= 1
        if self.left < 0:
            raise self.fail(f"more than {self.most:,} values")
        for opening, closing in (("{", "}"), ("<", ">")):
            if self.accept(opening):
                fields = self.message(closing, depth + 1)
                return self._located(fields, start, self.closed)
        if TEXT.match(self.text, start):
            return self._string(start)
        scalar = SCALAR.match(self.text, start)
        if scalar is None:
            raise self.fail("expected a value")
        self.at = scalar.end()
        self.blank()
        word = scalar[0]
        if "$" in word:
            return self._located(None, start, scalar.end(), Known.DYNAMIC)
        return self._located(_scalar(word), start, scalar.end())

    def _string(self, start: int) -> Located[Any]:
        """One string, or several that stand one after the other."""
        parts: list[str] = []
        end = start
        while found := TEXT.match(self.text, self.at):
            written = found[1] if found[1] is not None else found[2]
            parts.append(ESCAPE.sub(lambda sign: ESCAPES.get(sign[1], sign[1]), written))
            self.at = end = found.end()
            self.blank()
        text = "".join(parts)
        return self._located(text, start, end, Known.DYNAMIC if "${" in text else Known.STATED)

    def _located(self, value: Any, start: int, end: int, known: Known = Known.STATED) -> Located[Any]:
        span = self.fragment.span(start, end)
        return Located(value, known, span, span)


def _one(items: list[Located[Any]]) -> Located[Any]:
    if len(items) == 1:
        return items[0]
    return Located(tuple(items), Known.STATED, items[0].span, items[0].value_span)


def _scalar(word: str) -> Any:
    if word in WORDS:
        return WORDS[word]
    for convert in (int, float):
        try:
            return convert(word)
        except ValueError:
            continue
    return word


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    fragment = source.fragment
    tree = Parser(fragment).message()
    return Reading((Config("triton-config", tree, fragment.span()),)) if tree else Reading()


FORMAT = Format("pbtxt", read, names=("config.pbtxt", "config.pbtxt.*", "*config.pbtxt"))

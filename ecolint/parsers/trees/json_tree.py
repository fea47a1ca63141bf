"""JSON text to a tree; comments and trailing commas are passed over."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from ecolint.inference import Place
from ecolint.parsers.allowance import for_size
from ecolint.parsers.trees import scalars
from ecolint.parsers.trees.malformed import Malformed
from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, Sheet
from ecolint.source import Fragment

DEPTH_LIMIT = 900
VALUE_LIMIT = 60_000
"""Keys and values that are read of each megabyte: each takes some 300 bytes."""
BLANKS = " \t\r\n\ufeff,"
TOKEN = re.compile(
    r"""[\s\ufeff,]*(?:
    (?P<string>"[^"\\]*(?:\\.[^"\\]*)*")
    |(?P<sign>[{}\[\]:])
    |(?P<blank>//[^\n]*|/\*.*?\*/|\Z)
    |(?P<bare>[^\s{}\[\],:"]+))""",
    re.VERBOSE | re.DOTALL,
)
COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")


def read_json(fragment: Fragment, *, origin: str = "", passed_over: Collection[str] = ()) -> AnyNode:
    """The value that a text holds. Raises Unreadable (without a line; `at` is the character at fault).

    Values behind the keys `passed_over`, which are given as they are written, count as one scalar where they are valid.
    """
    return _Reader(Sheet(fragment, Place.JSON_ITEM, origin)).read(passed_over)


class NotJson(Malformed):
    language = "JSON"


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.stack: list[Mapping | Sequence] = []
        self.keys: list[Scalar | None] = []
        self.root: AnyNode | None = None

    def read(self, passed_over: Collection[str]) -> AnyNode:
        text = self.sheet.fragment.text
        at = 0
        left = most = for_size(VALUE_LIMIT, text)
        while at < len(text):
            match = TOKEN.match(text, at)
            kind = match.lastgroup if match is not None else None
            if match is None or kind is None or (kind == "bare" and match[kind].startswith("/*")):
                unclosed = len(text) - len(text[at:].lstrip(BLANKS))
                raise NotJson("a string or comment that is not closed", unclosed)
            start, at = match.span(kind)
            if kind == "sign":
                self._sign(match[kind], start, at)
            elif kind != "blank":
                left -= 1
                if left < 0:
                    raise NotJson(f"more than {most:,} keys and values", at)
                written = match[kind]
                self._scalar(start, at, written, quoted=kind == "string")
                if written in passed_over:
                    at = self._pass_over(text, at)
        if self.root is None or self.stack:
            raise NotJson("ends too early", len(text))
        return self.root

    def _scalar(self, start: int, end: int, written: str, *, quoted: bool) -> None:
        simple = written[1:-1] if quoted and "\\" not in written else None
        decode = scalars.json_string if quoted else None
        node = Scalar(self.sheet, start, end, simple if quoted else written, decode, plain=not quoted)
        if self.stack and isinstance(self.stack[-1], Mapping) and self.keys[-1] is None:
            self.keys[-1] = node
        else:
            self._add(node, start)

    def _pass_over(self, text: str, at: int) -> int:
        """Where the value ends that stands behind a key, if it is valid; the end of the key otherwise."""
        colon = COLON.match(text, at)
        if colon is None or not self.keys or self.keys[-1] is None:
            return at
        try:
            end = json.JSONDecoder().raw_decode(text, colon.end())[1]
        except (ValueError, RecursionError):
            return at
        self._add(Scalar(self.sheet, colon.end(), end, None), at)
        return end

    def _sign(self, sign: str, start: int, end: int) -> None:
        if sign in "{[":
            if len(self.stack) >= DEPTH_LIMIT:
                raise NotJson("nested too deeply", start)
            self.stack.append(
                Mapping(self.sheet, start, end) if sign == "{" else Sequence(self.sheet, start, end)
            )
            self.keys.append(None)
        elif sign in "}]":
            if not self.stack or isinstance(self.stack[-1], Mapping) is not (sign == "}"):
                raise NotJson(f"unexpected {sign!r}", start)
            node = self.stack.pop()
            self.keys.pop()
            node.end = end
            self._add(node, start)
        elif sign == ":" and (not self.stack or not isinstance(self.stack[-1], Mapping)):
            raise NotJson("unexpected ':'", start)

    def _add(self, node: AnyNode, at: int) -> None:
        if not self.stack:
            if self.root is not None:
                raise NotJson("more than one value", at)
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            raise NotJson("a key that is not a string", at)
        self.keys[-1] = None
        parent.entries.pop(key.text, None)
        parent.entries[key.text] = Entry(key, node, node.end)

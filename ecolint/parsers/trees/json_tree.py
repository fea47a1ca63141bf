"""JSON text to a tree; comments and trailing commas are passed over."""

from __future__ import annotations

import re

from ecolint.inference import Place
from ecolint.parsers.allowance import for_size
from ecolint.parsers.trees import scalars
from ecolint.parsers.trees.malformed import Malformed
from ecolint.parsers.trees.nodes import AnyNode, Entry, Mapping, Scalar, Sequence, Sheet
from ecolint.source import Fragment

DEPTH_LIMIT = 900
VALUE_LIMIT = 60_000
"""Keys and values that are read of each megabyte: each takes some 300 bytes."""
TOKEN = re.compile(
    r"""(?P<blank>[\s\ufeff]+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")
    |(?P<sign>[{}\[\],:])
    |(?P<bare>[^\s{}\[\],:"]+)""",
    re.VERBOSE | re.DOTALL,
)


def read_json(fragment: Fragment, *, origin: str = "") -> AnyNode:
    """The value that a text holds. Raises Unreadable (without a line; `at` is the character at fault)."""
    return _Reader(Sheet(fragment, Place.JSON_ITEM, origin)).read()


class NotJson(Malformed):
    language = "JSON"


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.stack: list[Mapping | Sequence] = []
        self.keys: list[Scalar | None] = []
        self.root: AnyNode | None = None

    def read(self) -> AnyNode:
        text = self.sheet.fragment.text
        at = 0
        left = most = for_size(VALUE_LIMIT, text)
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None or (match.lastgroup == "bare" and text.startswith("/*", at)):
                raise NotJson("a string or comment that is not closed", at)
            at = match.end()
            if match.lastgroup == "sign":
                self._sign(match[0], match.start(), at)
            elif match.lastgroup != "blank":
                left -= 1
                if left < 0:
                    raise NotJson(f"more than {most:,} keys and values", at)
                quoted = match.lastgroup == "string"
                self._scalar(match.start(), at, match[0], quoted=quoted)
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

"""JSON with the place of everything: enough for notebooks, in one pass and without recursion."""

from __future__ import annotations

import json
import re
from array import array
from dataclasses import dataclass, field

from ecolint.parsers.allowance import for_size
from ecolint.source import Fragment, Span, Unreadable

TOKEN = re.compile(
    r'[ \t\r\n]*(?:([{}\[\],:])|("[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*")|([^\s{}\[\],:"]+))', re.S
)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "/": "/"}
DEPTH_LIMIT = 200
VALUE_LIMIT = 60_000
"""Keys and values that are read of each megabyte, beside those passed over: each takes some 200 bytes."""
PASSED_OVER = frozenset(('"attachments"', '"metadata"', '"outputs"'))
"""Members of a notebook and its cells that hold no code; what a cell printed and drew may be most of the file."""
COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")


@dataclass(slots=True)
class Node:
    """A value: `object`, `array`, `string` or `other`, from character `start` to `end` of the text."""

    kind: str
    fragment: Fragment
    start: int
    end: int = 0
    items: list[Node] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)

    def span(self, whole: Fragment) -> Span:
        return whole.span(self.start, self.end)


def parse_json(fragment: Fragment) -> Node:
    """The root value, in which what is passed over is of kind `other`. Raises Unreadable with the line."""
    text = fragment.text
    stack: list[Node] = []
    root: Node | None = None
    key: Node | None = None
    at = 0
    left = most = for_size(VALUE_LIMIT, text)
    while True:
        match = TOKEN.match(text, at)
        if match is None:
            if text[at:].strip():
                raise Unreadable("is not valid JSON", text.count("\n", 0, at) + 1)
            break
        at = match.end()
        mark = match[1]
        if mark in ("}", "]"):
            if not stack or (stack[-1].kind == "object") is not (mark == "}"):
                raise Unreadable("is not valid JSON: brackets do not match", text.count("\n", 0, at) + 1)
            node = stack.pop()
            node.end = at
            key = None
            if not stack:
                break
            continue
        if mark == ",":
            key = None
            continue
        if mark == ":":
            continue
        left -= 1
        if left < 0:
            raise Unreadable(f"more than {most:,} keys and values", text.count("\n", 0, at) + 1)
        node = _value(fragment, match)
        if stack:
            parent = stack[-1]
            if parent.kind == "object" and key is None:
                if node.kind != "string":
                    raise Unreadable("is not valid JSON: a key must be a string", text.count("\n", 0, at) + 1)
                key = node
                parent.keys.append(node)
                end = _end_of_passed_over(text, match[2], at)
                if end:
                    parent.items.append(Node("other", fragment, at, end))
                    at = end
                continue
            parent.items.append(node)
        elif root is None:
            root = node
        if node.kind in ("object", "array"):
            if len(stack) > DEPTH_LIMIT:
                raise Unreadable("nested too deeply", text.count("\n", 0, at) + 1)
            stack.append(node)
            key = None
    if root is None or stack:
        raise Unreadable("is not valid JSON: it ends too early", text.count("\n") + 1)
    return root


def _end_of_passed_over(text: str, key: str, at: int) -> int:
    """Where the value ends that stands behind a key, if it is valid and to be passed over; 0 otherwise."""
    colon = COLON.match(text, at) if key in PASSED_OVER else None
    if colon is None:
        return 0
    try:
        return json.JSONDecoder().raw_decode(text, colon.end())[1]
    except (ValueError, RecursionError):
        return 0


def _value(fragment: Fragment, match: re.Match[str]) -> Node:
    if match[1] is not None:
        return Node("object" if match[1] == "{" else "array", fragment, match.start(1))
    if match[2] is not None:
        return Node("string", fragment, match.start(2), match.end(2))
    return Node("other", fragment, match.start(3), match.end(3))


def members(node: Node) -> dict[str, Node]:
    """Entries of an object; empty for anything else."""
    if node.kind != "object":
        return {}
    return {text_of(key).text: item for key, item in zip(node.keys, node.items, strict=False)}


def array_items(node: Node) -> list[Node]:
    """Items of an array; empty for anything else."""
    return node.items if node.kind == "array" else []


def text_of(node: Node) -> Fragment:
    """Decoded text of a string, each character with the bytes of its escape."""
    whole = node.fragment
    start, end = node.start + 1, node.end - 1
    if node.kind != "string":
        return whole.cut(node.start, node.end)
    raw = whole.text[start:end]
    if "\\" not in raw:
        return whole.cut(start, end)
    pieces: list[str] = []
    starts = array("I")
    ends = array("I")
    at = start
    for match in ESCAPE.finditer(whole.text, start, end):
        _plain(whole, at, match.start(), pieces, starts, ends)
        span = whole.span(match.start(), match.end())
        character = chr(int(match[1], 16)) if match[1] else SIMPLE.get(match[2], match[2])
        if "\udc00" <= character <= "\udfff" and pieces and "\ud800" <= pieces[-1][-1:] <= "\udbff":
            high = pieces.pop()
            pair = (high[-1] + character).encode("utf-16", "surrogatepass").decode("utf-16")
            pieces.append(high[:-1] + pair)
            ends[-1] = span.end
        else:
            pieces.append(character)
            starts.append(span.start)
            ends.append(span.end)
        at = match.end()
    _plain(whole, at, end, pieces, starts, ends)
    return Fragment("".join(pieces), starts, ends)


def _plain(
    whole: Fragment, start: int, end: int, pieces: list[str], starts: array[int], ends: array[int]
) -> None:
    if start < end:
        pieces.append(whole.text[start:end])
        starts.extend(whole.starts[start:end])
        ends.extend(whole.ends[start:end])

"""The tree that a structured text is read into.

Aliased parts are shared, never copied, and a tree has no cycles: a walk that visits each node once is linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from typing import Any

from ecolint.inference import Known, Located, Place
from ecolint.records import dataclass
from ecolint.source import Fragment, Span
from ecolint.statements import Tree

DEPTH_LIMIT = 60
TREE_LIMIT = 20_000
"""Values of one tree that is handed on; what lies beyond is dynamic."""
OVERLAY_LIMIT = 50_000
"""Items that overlaying two mappings may copy; beyond it the upper one replaces the lower."""
UNSETTLED = re.compile(r"\$\{|\$\(|\{\{|\{%")
NUMBER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|[0-9][0-9_]*)$")
DECIMAL = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$")
WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """Bytes that a template writes only under a condition."""

    span: Span
    when: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text that the nodes of one document are cut from.

    `origin` is the path of another file, where the document was read on its behalf; all spans then cover the
    place in the scanned file that refers to it. `holes` finds the template actions in a part of the text.
    """

    fragment: Fragment
    place: Place
    origin: str = ""
    conditions: tuple[Condition, ...] = ()
    lookup: Callable[[str], str | None] | None = field(default=None, compare=False)

    def when(self, span: Span) -> str | None:
        """Condition under which the template writes these bytes; None where it always does."""
        inner = [item for item in self.conditions if item.span.contains(span)]
        return " and ".join(dict.fromkeys(item.when for item in inner)) or None


class Node:
    """A part of a document, as character indices into its sheet."""

    __slots__ = ("end", "sheet", "start")

    def __init__(self, sheet: Sheet, start: int, end: int) -> None:
        self.sheet = sheet
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        return self.sheet.fragment.span(self.start, self.end)

    @property
    def when(self) -> str | None:
        return self.sheet.when(self.span) if self.sheet.conditions else None


class Scalar(Node):
    """A single value. `text` is what it says, `content` the same with the byte of each character."""

    __slots__ = ("_content", "_decode", "_text", "plain", "strange")

    def __init__(
        self,
        sheet: Sheet,
        start: int,
        end: int,
        text: str | None,
        decode: Callable[[Fragment, int, int], Fragment] | None = None,
        *,
        plain: bool = True,
        strange: bool = False,
    ) -> None:
        self.sheet = sheet
        self.start = start
        self.end = end
        self._text = text
        self._decode = decode
        self._content: Fragment | None = None
        self.plain = plain
        self.strange = strange

    @property
    def text(self) -> str:
        if self._text is None:
            self._text = self.content.text
        return self._text

    @property
    def content(self) -> Fragment:
        if self._content is None:
            whole = self.sheet.fragment
            found = (
                whole.cut(self.start, self.end)
                if self._decode is None
                else self._decode(whole, self.start, self.end)
            )
            if self._text is not None and found.text != self._text:
                found = pinned(self._text, self.span)
            self._content = found
        return self._content

    @property
    def value(self) -> str | int | float | bool | None:
        """The scalar that the text stands for: quoted text is a string, a bare word may be more."""
        return plain_value(self.text) if self.plain else self.text

    @property
    def is_settled(self) -> bool:
        """Whether the text is final: no template, no variable, no tag that computes it."""
        return not self.strange and UNSETTLED.search(self.text) is None

    @property
    def is_null(self) -> bool:
        return self.plain and self.value is None


class Entry:
    """One item of a mapping. `end` is where the value ends at this place, which for an alias is the alias."""

    __slots__ = ("end", "key", "value")

    def __init__(self, key: Scalar, value: AnyNode, end: int) -> None:
        self.key = key
        self.value = value
        self.end = end

    @property
    def span(self) -> Span:
        return self.key.sheet.fragment.span(self.key.start, self.end)


class Mapping(Node):
    """Items by key; of equal keys the last one stays, merged items come after the mapping's own."""

    __slots__ = ("entries",)

    def __init__(self, sheet: Sheet, start: int, end: int) -> None:
        super().__init__(sheet, start, end)
        self.entries: dict[str, Entry] = {}

    def get(self, *path: str) -> AnyNode | None:
        """The node at a path of keys."""
        node: AnyNode | None = self
        for key in path:
            entry = node.entries.get(key) if isinstance(node, Mapping) else None
            if entry is None:
                return None
            node = entry.value
        return node

    def mapping(self, *path: str) -> Mapping | None:
        found = self.get(*path)
        return found if isinstance(found, Mapping) else None

    def scalar(self, *path: str) -> Scalar | None:
        """The scalar at a path of keys, unless it is null."""
        found = self.get(*path)
        return found if isinstance(found, Scalar) and not found.is_null else None

    def text(self, *path: str) -> str:
        found = self.scalar(*path)
        return found.text if found is not None else ""

    def items(self, *path: str) -> list[AnyNode]:
        """The items of the sequence at a path of keys; empty where there is none."""
        found = self.get(*path)
        return found.items if isinstance(found, Sequence) else []

    def mappings(self, *path: str) -> list[Mapping]:
        return [item for item in self.items(*path) if isinstance(item, Mapping)]

    def tree(self) -> Tree:
        return _Values(self)


class Sequence(Node):
    """Items in their order."""

    __slots__ = ("items",)

    def __init__(self, sheet: Sheet, start: int, end: int) -> None:
        super().__init__(sheet, start, end)
        self.items: list[AnyNode] = []


AnyNode = Scalar | Mapping | Sequence


def plain_value(text: str) -> str | int | float | bool | None:
    """The scalar that an unquoted word stands for."""
    if text in WORDS:
        return WORDS[text]
    if len(text) > 40:
        return text
    if NUMBER.match(text):
        return int(text.replace("_", ""), 0 if text.lstrip("+-")[:2] in ("0x", "0o") else 10)
    if DECIMAL.match(text):
        return float(text.replace("_", ""))
    return text


def pinned(text: str, span: Span) -> Fragment:
    """Text of which every part stands for the same bytes."""
    return Fragment(text, [span.start] * len(text), [span.end] * len(text))


def walk(node: AnyNode) -> Iterator[Mapping]:
    """Every mapping of a tree once, outer ones first, in the order of the text."""
    seen: set[int] = set()
    stack: list[AnyNode] = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar) or id(node) in seen:
            continue
        seen.add(id(node))
        inner: Iterable[AnyNode]
        if isinstance(node, Mapping):
            yield node
            inner = [entry.value for entry in node.entries.values()]
        else:
            inner = node.items
        stack.extend(reversed(list(inner)))


def overlaid(base: Mapping, top: Mapping) -> Mapping:
    """A mapping with the items of `top` over those of `base`; mappings in both are overlaid in turn."""
    return _overlaid(base, top, 0, [OVERLAY_LIMIT])


def _overlaid(base: Mapping, top: Mapping, depth: int, left: list[int]) -> Mapping:
    result = Mapping(top.sheet, top.start, top.end)
    result.entries = dict(base.entries)
    left[0] -= len(result.entries) + 1
    for key, entry in top.entries.items():
        below = base.entries.get(key)
        inner = below.value if below is not None else None
        if (
            isinstance(inner, Mapping)
            and isinstance(entry.value, Mapping)
            and depth < DEPTH_LIMIT
            and left[0] > 0
        ):
            entry = Entry(entry.key, _overlaid(inner, entry.value, depth + 1, left), entry.end)
        result.entries[key] = entry
    return result


class _Converter:
    """From nodes to `Located` trees, without sharing and therefore with a limit."""

    def __init__(self) -> None:
        self.left = TREE_LIMIT

    def entry(self, entry: Entry, depth: int) -> Located[Any]:
        return self.located(entry.value, entry.span, depth)

    def tree(self, mapping: Mapping, depth: int) -> Tree:
        return {key: self.entry(entry, depth + 1) for key, entry in mapping.entries.items()}

    def located(self, node: AnyNode, span: Span, depth: int) -> Located[Any]:
        self.left -= 1
        sheet = node.sheet
        known, origin = (Known.DERIVED, sheet.origin) if sheet.origin else (Known.STATED, "")
        value: Any
        if self.left < 0 or depth > DEPTH_LIMIT:
            value, known = None, Known.DYNAMIC
        elif isinstance(node, Scalar):
            value = node.value
            if not node.is_settled:
                known, value, origin = _settled(node, origin)
        elif isinstance(node, Mapping):
            value = self.tree(node, depth)
        else:
            value = tuple(self.located(item, item.span, depth + 1) for item in node.items)
        return Located(
            value, known, span, None if sheet.origin else _inner(node), origin, node.when, sheet.place
        )


class _Values(Tree):
    """The values of a mapping, each converted when it is asked for."""

    __slots__ = ("_converter", "_entries", "_known")

    def __init__(self, mapping: Mapping) -> None:
        self._converter = _Converter()
        self._entries = mapping.entries
        self._known: dict[str, Located[Any]] = {}

    def __getitem__(self, key: str) -> Located[Any]:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._converter.entry(self._entries[key], 1)
        return known

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _inner(node: AnyNode) -> Span:
    """Bytes of a value without its quotes."""
    if isinstance(node, Scalar) and not node.plain and len(node.content):
        return node.content.span()
    return node.span


def _settled(node: Scalar, origin: str) -> tuple[Known, Any, str]:
    """What a scalar with a template in it stands for, where the template's values say so."""
    from ecolint.parsers.trees.passages import Passage

    if node.strange:
        return Known.DYNAMIC, node.text, origin
    passage = Passage.of(node)
    if passage.is_known and passage.derived:
        text = passage.fragment.text
        return Known.DERIVED, plain_value(text), passage.derived[0][2]
    return Known.DYNAMIC, node.text, origin

"""YAML text to trees.

Documents are read one by one, so that a broken one does not hide the others. Nothing is constructed: tags
are noted, not followed, and an alias is the node that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Sequence as Items
from functools import partial
from itertools import pairwise
from typing import Any

from ecolint.inference import Place
from ecolint.parsers.allowance import for_size
from ecolint.parsers.trees import scalars
from ecolint.parsers.trees.nodes import AnyNode, Condition, Entry, Mapping, Scalar, Sequence, Sheet
from ecolint.parsers.trees.templates import DROPPED, Lookup, read_template
from ecolint.records import dataclass, replace
from ecolint.source import Fragment

SEPARATOR = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s*)+")
UNPRINTABLE = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff"
CORE_TAG = "tag:yaml.org,2002:"
MERGE_LIMIT = 200_000
"""Items that merge keys may copy in one document."""
COPY_LIMIT = 500_000
"""Characters that the aliases of a text may stand for; what a later one stands for is unknown."""
EVENT_LIMIT = 60_000
"""Beginnings and ends of values that are read of each megabyte: each takes some 300 bytes. Manifests have 52,000."""
NESTING_LIMIT = 400
"""Collections in collections; parsers take quadratic time in their depth."""
RETRIES = 12
RETRY_SIZE = 400_000
"""Characters up to which a template that still cannot be parsed is tried again without the line at fault."""

Others = Items[tuple[int, int, Sheet]]
"""Characters that are of a sheet of their own."""
Decoder = Callable[[Fragment, int, int], Fragment]
DECODERS: dict[str | None, Decoder | None] = {
    None: scalars.plain,
    "": scalars.plain,
    "'": scalars.single_quoted,
    '"': scalars.double_quoted,
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A document that cannot be parsed: the character at fault, what is wrong, and the document's text."""

    at: int
    reason: str
    text: str = ""


def read_yaml(
    fragment: Fragment,
    *,
    origin: str = "",
    lookup: Lookup | None = None,
    wanted: Callable[[str], bool] | None = None,
    parts: Items[tuple[int, int, str]] = (),
) -> Iterator[AnyNode | Broken]:
    """Root nodes of the documents of a text, and those that cannot be read, in their order.

    `origin` and `lookup` go into the sheet of the nodes; `parts` are characters with an origin of their own. Documents
    whose text is not `wanted` are left out.
    """
    template = read_template(fragment.text, lookup)
    masked = fragment.text
    conditions: tuple[Condition, ...] = ()
    if template is not None:
        masked = template.masked
        fragment = Fragment(template.shown, fragment.starts, fragment.ends)
        conditions = tuple(
            Condition(fragment.span(a, b), when) for a, b, when in template.conditions if a < b
        )
    sheet = Sheet(fragment, Place.YAML_ITEM, origin, conditions, lookup)
    others = [(start, end, replace(sheet, origin=other)) for start, end, other in parts]
    left = _Left(for_size(EVENT_LIMIT, masked))
    for start, chunk in _chunks(masked):
        if wanted is None or wanted(chunk):
            yield from _documents(sheet, others, chunk, start, left, tolerant=template is not None)
            if left.events <= 0:
                return


def is_sound(text: str, wanted: Callable[[str], bool]) -> bool:
    """Whether surely no wanted document of a text is `Broken`, told without building a tree."""
    if len(text) > EVENT_LIMIT:
        return False
    return read_template(text) is not None or not any(
        _is_broken(chunk) for _, chunk in _chunks(text) if wanted(chunk)
    )


def _is_broken(chunk: str) -> bool:
    import yaml

    loader = getattr(yaml, "CSafeLoader", None)
    if loader is not None and _most_levels(chunk) <= NESTING_LIMIT:
        try:
            loader(chunk).raw_parse()
        except yaml.YAMLError:
            return True
        return False
    depth = 0
    deeper = {
        yaml.MappingStartEvent: 1,
        yaml.SequenceStartEvent: 1,
        yaml.MappingEndEvent: -1,
        yaml.SequenceEndEvent: -1,
    }
    try:
        for event in _events(chunk):
            depth += deeper.get(type(event), 0)
            if depth > NESTING_LIMIT:
                return True
    except yaml.YAMLError:
        return True
    return False


def _most_levels(chunk: str) -> int:
    """Levels that a text has at most: a bracket opens one, and a column a mapping and a sequence."""
    columns = max(map(len, chunk.splitlines()), default=0) + 1
    return 2 * columns + chunk.count("[") + chunk.count("{")


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Texts of the documents that hold anything, with where they start."""
    masked = _printable(text)
    edges = [0, *(match.start() for match in SEPARATOR.finditer(masked)), len(masked)]
    for start, end in pairwise(edges):
        chunk = masked[start:end]
        if not _is_empty(chunk):
            yield start, chunk


def _printable(text: str) -> str:
    """The text with question marks for what YAML does not allow. Most texts hold nothing that even Python would not
    print, which is told in a fraction of the time that the expression takes to compile."""
    if text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():
        return text
    return re.sub(UNPRINTABLE, "?", text)


def _is_empty(chunk: str) -> bool:
    """Whether there are only comments and directives, as before the first `---`."""
    lines = (line.strip() for line in chunk.split("\n"))
    return all(not line or line[0] in "#%" or line in ("...", "---") for line in lines)


class _Left:
    """What may still be read of a text."""

    def __init__(self, events: int) -> None:
        self.copies = COPY_LIMIT
        self.most_events = self.events = events


def _documents(
    sheet: Sheet, others: Others, chunk: str, start: int, left: _Left, *, tolerant: bool
) -> Iterator[AnyNode | Broken]:
    import yaml

    retries = RETRIES if tolerant and len(chunk) <= RETRY_SIZE else 0
    while True:
        builder = _Builder(sheet, others, start, left, templated=tolerant)
        try:
            roots: list[AnyNode | Broken] = [*builder.read(chunk)]
        except yaml.YAMLError as error:
            at, reason = _fault(error)
            if retries and (repaired := _without_line(chunk, at)) is not None:
                retries -= 1
                chunk = repaired
                continue
            roots = [*builder.roots]
            if not tolerant:
                roots.append(Broken(start + at, reason, chunk))
        left.copies -= builder.copied
        if builder.stopped_at is not None:
            reason = f"YAML: more than {left.most_events:,} values; from here on nothing is read"
            roots.append(Broken(start + builder.stopped_at, reason, chunk))
        yield from roots
        return


def _fault(error: Exception) -> tuple[int, str]:
    mark: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "context", None) or "not valid YAML"
    return (mark.index if mark is not None else 0), f"YAML: {reason}"


def _without_line(chunk: str, at: int) -> str | None:
    """The text with the line at a position blanked; the one above where that line is blank already."""
    end = chunk.find("\n", at)
    end = len(chunk) if end < 0 else end
    while end > 0:
        first = chunk.rfind("\n", 0, end) + 1
        line = chunk[first:end]
        if line.strip() and not line.startswith("---"):
            return chunk[:first] + " " * (end - first) + chunk[end:]
        end = first - 1
    return None


def _events(chunk: str) -> Iterator[Any]:
    """What `yaml.parse` gives, without its two calls for each event. Raises yaml.YAMLError."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", None) or yaml.SafeLoader
    return iter(loader(chunk).get_event, None)


class _Builder:
    """Builds trees from the events of a parser, without recursion."""

    def __init__(self, sheet: Sheet, others: Others, offset: int, left: _Left, *, templated: bool) -> None:
        self.sheet = sheet
        self.others = others
        self.offset = offset
        self.templated = templated
        self.roots: list[AnyNode] = []
        self.left = left
        self.stopped_at: int | None = None
        self.copied = 0
        self.anchors: dict[str, tuple[AnyNode, int]] = {}
        self.stack: list[tuple[Mapping | Sequence, str | None, list[Any], int]] = []
        self.merges_left = MERGE_LIMIT

    def read(self, chunk: str) -> list[AnyNode]:
        """Raises yaml.YAMLError; `roots` then holds the documents before the fault."""
        import yaml

        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._open_mapping,
            yaml.SequenceStartEvent: self._open_sequence,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.DocumentStartEvent: self._document,
        }
        for event in _events(chunk):
            self.left.events -= 1
            if self.left.events <= 0:
                self.stopped_at = event.start_mark.index
                break
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
        return self.roots

    def _document(self, event: Any) -> None:
        self.anchors = {}

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index + self.offset, event.end_mark.index + self.offset
        if not (event.style or event.anchor or event.tag or self.templated or self.others):
            self._add(Scalar(self.sheet, start, end, event.value, scalars.plain), None, end)
            return
        if event.anchor or event.tag:
            properties = PROPERTIES.match(self.sheet.fragment.text, start, end)
            start = properties.end() if properties else start
        style = event.style
        decode: Decoder | None = DECODERS.get(style)
        if style in ("|", ">"):
            decode = partial(scalars.block, stop=end, value=event.value)
            end = start + len(self.sheet.fragment.text[start:end].rstrip())
        text: str | None = event.value
        if self.templated:
            written = self.sheet.fragment.text[start:end]
            if "{{" in written or "{%" in written or DROPPED in written:
                text = None
        tag = event.tag
        strange = bool(tag) and tag != "!" and not tag.startswith(CORE_TAG)
        plain = style in (None, "") and not (tag and (tag == "!" or tag == CORE_TAG + "str"))
        sheet = self._sheet_at(start) if self.others else self.sheet
        node = Scalar(sheet, start, end, text, decode, plain=plain, strange=strange)
        self._add(node, event.anchor, end)

    def _sheet_at(self, at: int) -> Sheet:
        return next((sheet for start, end, sheet in self.others if start <= at < end), self.sheet)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index + self.offset, event.end_mark.index + self.offset
        node, size = self.anchors.get(event.anchor, (None, 0))
        if node is None or self.copied + size > self.left.copies:
            node, size = Scalar(self.sheet, start, end, None, strange=True), 0
        self.copied += size
        self._add(node, None, end)

    def _guard(self, event: Any) -> None:
        import yaml

        if len(self.stack) >= NESTING_LIMIT:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)

    def _open_mapping(self, event: Any) -> None:
        self._guard(event)
        start = event.start_mark.index + self.offset
        self.stack.append((Mapping(self.sheet, start, start), event.anchor, [], self.copied))

    def _open_sequence(self, event: Any) -> None:
        self._guard(event)
        start = event.start_mark.index + self.offset
        self.stack.append((Sequence(self.sheet, start, start), event.anchor, [], self.copied))

    def _close(self, event: Any) -> None:
        node, anchor, parts, copied_before = self.stack.pop()
        flow = event.end_mark.index > event.start_mark.index
        node.end = event.end_mark.index + self.offset if flow or not parts else parts[-1][1]
        node.end = max(node.start, node.end)
        if isinstance(node, Sequence):
            node.items = [item for item, _ in parts]
        else:
            self._fill(node, parts)
        self._add(node, anchor, node.end, self.copied - copied_before)

    def _add(self, node: AnyNode, anchor: str | None, end: int, copied: int = 0) -> None:
        """`copied` are the characters that aliases in the node stand for."""
        if anchor:
            self.anchors[anchor] = node, end - node.start + copied
        if self.stack:
            self.stack[-1][2].append((node, end))
        else:
            self.roots.append(node)

    def _fill(self, mapping: Mapping, parts: Items[tuple[AnyNode, int]]) -> None:
        entries = mapping.entries
        merged: list[AnyNode] = []
        for (key, _), (value, end) in zip(parts[::2], parts[1::2], strict=False):
            if not isinstance(key, Scalar):
                continue
            if key.plain and key.text == "<<":
                merged.extend(value.items if isinstance(value, Sequence) else (value,))
                continue
            entries.pop(key.text, None)
            entries[key.text] = Entry(key, value, max(end, key.end))
        for other in merged:
            if isinstance(other, Mapping) and self.merges_left > 0:
                self.merges_left -= len(other.entries)
                for name, entry in other.entries.items():
                    entries.setdefault(name, entry)

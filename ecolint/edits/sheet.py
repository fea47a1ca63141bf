"""The decoded text around a setting, and the way back from it to bytes."""

from __future__ import annotations

import ast
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ecolint.finding import Edit
from ecolint.records import dataclass
from ecolint.source import Fragment, SourceFile, Span, Unreadable

if TYPE_CHECKING:
    from ecolint.edits.outline import Outline
    from ecolint.parsers.pythonic.index import Index
    from ecolint.parsers.pythonic.syntax.text import Text

REACH = 2000
"""Characters of blanks that are looked through."""
YAML_NAME = re.compile(r"\.ya?ml(?:\.\w+)?\Z", re.I)
BLOCKS = ("body", "orelse", "finalbody")
"""Fields of nodes that hold statements."""
STRING_OF_LIST = re.compile(r'(?P<indent>[ \t]*)"')


Bounded = tuple[int, int, ast.expr]
"""Where an expression starts and ends, as character indices."""


class NotEditable(Exception):
    """A change that has no certain form in this text."""


class NothingLeft(NotEditable):
    """A setting that is alone where something must be left."""


class Steps:
    """A count of places."""

    def __init__(self) -> None:
        self.taken = 0


class Nested:
    """Parts of a text in each other, found by what they hold. Of parts with equal bounds the first is the outer one."""

    def __init__(self, parts: Iterable[Bounded]) -> None:
        self._parts = sorted(parts, key=lambda item: (item[0], -item[1]))
        self._starts = [item[0] for item in self._parts]
        self._around: list[int] = []
        open_ones: list[int] = []
        for number, (first, _, _) in enumerate(self._parts):
            while open_ones and self._parts[open_ones[-1]][1] <= first:
                open_ones.pop()
            self._around.append(open_ones[-1] if open_ones else -1)
            open_ones.append(number)

    def around(self, start: int, end: int) -> list[Bounded]:
        """The parts that hold these characters, the outermost first."""
        number = bisect_right(self._starts, start) - 1
        found = []
        while number >= 0:
            if self._parts[number][1] >= end:
                found.append(self._parts[number])
            number = self._around[number]
        return found[::-1]


@dataclass(frozen=True)
class Sheet:
    """Text as its reader sees it. In notebooks that is the source of the cells, and `source` is JSON."""

    source: SourceFile
    fragment: Fragment
    in_notebook: bool = False
    is_python: bool = False

    @property
    def text(self) -> str:
        return self.fragment.text

    @property
    def is_yaml(self) -> bool:
        """Whether the text is YAML, by its name."""
        return YAML_NAME.search(self.source.path) is not None

    def bounds(self, span: Span) -> tuple[int, int]:
        """Character indices of bytes. Raises NotEditable where they are not whole characters of this text."""
        starts, ends = self.fragment.starts, self.fragment.ends
        start = bisect_left(starts, span.start)
        end = bisect_left(ends, span.end) + 1
        if not (start < end <= len(ends) and starts[start] == span.start and ends[end - 1] == span.end):
            raise NotEditable("not written in one piece")
        return start, end

    def replaced(self, start: int, end: int, text: str) -> Edit:
        """The edit that puts `text` in the place of characters from `start` to `end`."""
        if start < end:
            span = self.fragment.span(start, end)
        elif start < len(self.text):
            span = Span(self.fragment.starts[start], self.fragment.starts[start])
        else:
            span = self.fragment.span(start, end)
        if self.in_notebook:
            return _in_json(self.source, span, text)
        return Edit(span.start, span.end, text)

    def inserted(self, at: int, text: str) -> Edit:
        """The edit that writes `text` behind the character before `at`."""
        if not self.in_notebook or at == 0:
            return self.replaced(at, at, text)
        offset = self.fragment.ends[at - 1]
        return _in_json(self.source, Span(offset, offset), text)

    @cached_property
    def tree(self) -> ast.Module:
        """The text as Python. Raises NotEditable where it is none."""
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise NotEditable("not read as Python") from None

    @cached_property
    def python(self) -> Text:
        """Where the nodes of the Python text stand."""
        from ecolint.parsers.pythonic.syntax.text import Text

        return Text(self.fragment)

    @cached_property
    def index(self) -> Index:
        """Names, calls and scopes of the Python text, all of its functions walked. Raises NotEditable."""
        from ecolint.parsers.pythonic.indexer import index_of

        found = index_of(self.tree, self.text, self.python.starts)
        assert found.calls is not None
        return found

    @cached_property
    def outline(self) -> Outline:
        """What is returned and read anywhere in the Python text. Raises NotEditable."""
        from ecolint.edits.outline import outline_of

        return outline_of(self.index)

    @cached_property
    def lists(self) -> tuple[Bounded, ...]:
        """Calls, dictionaries, lists and tuples of the Python text, with their character indices.

        Raises NotEditable.
        """
        text = self.python
        return tuple(
            (*text.bounds(node), node)
            for node in ast.walk(self.tree)
            if isinstance(node, (ast.Call, ast.Dict, ast.List, ast.Tuple))
        )

    @cached_property
    def texts(self) -> tuple[Bounded, ...]:
        """Strings of the Python text, with their character indices. Raises NotEditable."""
        text = self.python
        return tuple(
            (*text.bounds(node), node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )

    @cached_property
    def _nested_lists(self) -> Nested:
        return Nested(self.lists)

    @cached_property
    def _nested_lists_and_texts(self) -> Nested:
        return Nested((*self.lists, *self.texts))

    def lists_around(self, start: int, end: int) -> list[Bounded]:
        """The lists that hold these characters, the outermost first. Raises NotEditable."""
        return self._nested_lists.around(start, end)

    def innermost(self, start: int, end: int) -> ast.expr | None:
        """The smallest list or string that holds these characters, of equal ones the outermost. Raises NotEditable."""
        around = self._nested_lists_and_texts.around(start, end)
        return min(around, key=lambda item: item[1] - item[0])[2] if around else None

    @cached_property
    def neighbours(self) -> dict[ast.stmt, int]:
        """How many statements each block has, by each of them. Raises NotEditable."""
        blocks = (getattr(node, name, ()) for node in ast.walk(self.tree) for name in BLOCKS)
        return {item: len(block) for block in blocks if isinstance(block, list) for item in block}

    @cached_property
    def refusals(self) -> dict[tuple[object, ...], str]:
        """Why changes that were looked at so far cannot be made for the sake of others; "" where they can."""
        return {}

    @cached_property
    def steps(self) -> Steps:
        """What was looked at so far of who else uses what is changed."""
        return Steps()

    @cached_property
    def elements(self) -> dict[ast.AST, tuple[int, list[tuple[int, int]], int] | None]:
        """What was found of these so far: where each opens, the bounds of its elements, and where it closes."""
        return {}

    def line_start(self, at: int) -> int:
        """Index at which the line of a character starts."""
        feed = self.text.rfind("\n", 0, at)
        return max(feed, self.text.rfind("\r", feed + 1, at)) + 1

    def line_end(self, at: int) -> int:
        """Index behind the last character of the line of `at`, before its line end."""
        feed = self.text.find("\n", at)
        end = len(self.text) if feed < 0 else feed
        found = self.text.find("\r", at, end) if self._has_returns else -1
        return end if found < 0 else found

    @cached_property
    def _has_returns(self) -> bool:
        return "\r" in self.text

    def is_first(self, at: int) -> bool:
        """Whether nothing but blanks stands before a character on its line."""
        window = self.text[max(0, at - REACH) : at]
        blanks = window[len(window.rstrip()) :]
        return "\n" in blanks or "\r" in blanks or len(blanks) == at

    def blanks_before(self, at: int) -> int:
        """Index at which the blanks before a character begin."""
        low = max(0, at - REACH)
        return low + len(self.text[low:at].rstrip(" \t"))

    def next_line(self, at: int) -> int:
        """Index at which the line behind that of `at` starts."""
        end = self.line_end(at)
        if self.text.startswith("\r\n", end):
            return end + 2
        return min(end + 1, len(self.text))

    def newline(self, at: int) -> str:
        """Line end in use around a character."""
        end = self.line_end(at)
        if end == len(self.text):
            end = self.line_end(0)
        for mark in ("\r\n", "\n", "\r"):
            if self.text.startswith(mark, end):
                return mark
        return "\n"


@dataclass(frozen=True, slots=True)
class Sheets:
    """The texts of a file that settings can stand in: its program or whole text and, in notebooks, the shell commands,
    where the program has blanks, in the order of the file."""

    whole: Sheet
    commands: tuple[Sheet, ...] = ()

    def holding(self, span: Span) -> Sheet:
        """The text that holds these bytes. Raises NotEditable."""
        number = bisect_right(self.commands, span.start, key=lambda sheet: sheet.fragment.starts[0])
        for sheet in (*self.commands[number - 1 : number], self.whole):
            try:
                sheet.bounds(span)
            except NotEditable:
                continue
            return sheet
        raise NotEditable("not written in one piece")


@lru_cache(maxsize=2)
def sheets_of(source: SourceFile) -> Sheets:
    """The texts of a file that settings can stand in. Raises Unreadable."""
    from ecolint.discovery.kinds import HEAD
    from ecolint.parsers.registry import format_of

    kind = format_of(source.path, source.data[:HEAD])
    if kind is not None and kind.name == "python":
        from ecolint.parsers.pythonic.syntax.grammar import decoded

        return Sheets(Sheet(source, decoded(source), is_python=True))
    if kind is None or kind.name != "notebook":
        return Sheets(Sheet(source, source.fragment))
    from ecolint.parsers.pythonic.syntax.cells import notebook

    found = notebook(source)
    commands = sorted(filter(len, (*found.lines, *found.shell)), key=lambda part: part.starts[0])
    return Sheets(
        Sheet(source, found.program, in_notebook=True, is_python=True),
        tuple(Sheet(source, part, in_notebook=True) for part in commands),
    )


def _in_json(source: SourceFile, span: Span, text: str) -> Edit:
    """An edit of characters of a JSON string; one that empties a line of a cell takes the line's string."""
    indent = _list_indent(source, span)
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    if indent is not None:
        if not text and span.start < span.end:
            return _without_empty_string(source, span)
        try:
            newline = "\r\n" if source.has_crlf else "\n"
        except Unreadable:
            raise NotEditable("not readable") from None
        written = written.replace("\\n", f'\\n",{newline}{indent}"')
    return Edit(span.start, span.end, written)


def _list_indent(source: SourceFile, span: Span) -> str | None:
    """Blanks before the string that holds these bytes, where each line of the cell is a string of its own."""
    line = source.line_span(source.line_of(span.start))
    match = STRING_OF_LIST.match(source.cut(Span(line.start, min(line.end, line.start + REACH))))
    if match is None:
        return None
    rest = source.cut(Span(line.start, line.end)).rstrip()
    return match["indent"] if rest.endswith(('"', '",')) and not _is_member(rest) else None


def _is_member(line: str) -> bool:
    return re.match(r'\s*"[^"\\]*"\s*:', line) is not None


def _without_empty_string(source: SourceFile, span: Span) -> Edit:
    data = source.data
    if (
        source.encoding[0] != "utf-8"
        or data[span.start - 1 : span.start] != b'"'
        or data[span.end : span.end + 1] != b'"'
    ):
        return Edit(span.start, span.end, "")
    after = re.compile(rb'",[ \t]*\r?\n').match(data, span.end)
    low = max(0, span.start - 1 - REACH)
    start = low + len(data[low : span.start - 1].rstrip(b" \t"))
    if after is not None and data[start - 1 : start] == b"\n":
        return Edit(start, after.end(), "")
    last = re.compile(rb',\s*"\Z').search(data, max(0, span.start - 400), span.start)
    if after is None and last is not None:
        return Edit(last.start(), span.end + 1, "")
    return Edit(span.start, span.end, "")

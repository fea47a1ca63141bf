"""From the positions of `ast` nodes to bytes of the file."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from ecolint.source import Fragment, Span

LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass
class Text:
    """Python source as parsed, and the fragment of the file that it stands in (the same characters)."""

    fragment: Fragment

    @cached_property
    def starts(self) -> list[int]:
        """Character index at which each line starts."""
        return [0, *(match.end() for match in LINE_END.finditer(self.fragment.text))]

    def index(self, line: int, column: int) -> int:
        """Character index of a line (from 1) and a column in UTF-8 bytes (from 0)."""
        start = self.starts[line - 1]
        columns = self._columns(line)
        return start + (column if columns is None else bisect_left(columns, column))

    def _columns(self, line: int) -> list[int] | None:
        """Where each character of a line starts, in bytes of UTF-8; None where that is its index."""
        if self._is_ascii:
            return None
        if line not in self._known:
            end = self.starts[line] if line < len(self.starts) else len(self.fragment.text)
            text = self.fragment.text[self.starts[line - 1] : end]
            widths = (len(character.encode("utf-8", "surrogatepass")) for character in text)
            self._known[line] = None if text.isascii() else [0, *accumulate(widths)]
        return self._known[line]

    @cached_property
    def _is_ascii(self) -> bool:
        return self.fragment.text.isascii()

    @cached_property
    def _spans(self) -> dict[ast.AST, Span]:
        return {}

    @cached_property
    def _known(self) -> dict[int, list[int] | None]:
        return {}

    def bounds(self, node: ast.AST) -> tuple[int, int]:
        """Character indices of a node."""
        start = self.index(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        end_line = getattr(node, "end_lineno", None)
        if end_line is None:
            return start, start
        return start, self.index(end_line, getattr(node, "end_col_offset", 0))

    def span(self, node: ast.AST) -> Span:
        found = self._spans.get(node)
        if found is None:
            found = self._spans[node] = self.fragment.span(*self.bounds(node))
        return found

    def between(self, first: ast.AST, last: ast.AST) -> Span:
        """From the start of one node to the end of another."""
        return self.fragment.span(self.bounds(first)[0], self.bounds(last)[1])

"""Grammar that is newer than the running interpreter: what it does not know is masked, place for place."""

from __future__ import annotations

import ast

from ecolint.parsers.pythonic.syntax.depth import is_shallow
from ecolint.parsers.pythonic.syntax.grammar import Parsed, strict
from ecolint.parsers.pythonic.syntax.text import LINE_END
from ecolint.statements import Problem

ATTEMPTS = 25
MASKED_NODES = ("TypeParameters", "TypeAlias", "FormattedString", "TemplatedString")


def parse_newer(text: str) -> Parsed | None:
    """Tree of a text that libcst can parse and `ast` cannot; None where neither can."""
    found = masked(text)
    return None if found is None else Parsed(strict(found[0]), found[1])


def masked(text: str) -> tuple[str, tuple[Problem, ...]] | None:
    """The text with what only a newer Python knows replaced by something of the same length.

    Type parameters, type aliases and new kinds of strings say nothing about inference: they are blanked.
    Other statements are left out and told as problems. None where libcst cannot parse the text either.
    """
    if not is_shallow(text):
        return None
    import libcst
    from libcst.metadata import MetadataWrapper, PositionProvider

    try:
        wrapper = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
        positions = wrapper.resolve(PositionProvider)
    except Exception:  # what its parser cannot make sense of ends in errors of many kinds
        return None
    mask = _Mask(text)
    simple: list[tuple[int, int]] = []
    for node, place in positions.items():
        kind = type(node).__name__
        start = mask.index(place.start.line, place.start.column)
        end = mask.index(place.end.line, place.end.column)
        if kind in MASKED_NODES:
            mask.cover(kind, start, end)
        elif kind == "SimpleStatementLine":
            simple.append((start, end))
    problems: list[Problem] = []
    for _ in range(ATTEMPTS):
        try:
            strict(mask.text)
            return mask.text, tuple(problems)
        except SyntaxError as error:
            line = error.lineno or 1
            if not mask.leave_out(simple, line):
                return None
            problems.append(
                Problem(line, "newer syntax than the running Python knows: this statement was not read")
            )
        except (RecursionError, MemoryError, ValueError):
            return None
    return None


class _Mask:
    """A text in which parts are replaced by others of the same length."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in LINE_END.finditer(text))]

    def index(self, line: int, column: int) -> int:
        return self.starts[line - 1] + column if line <= len(self.starts) else len(self.text)

    def replace(self, start: int, end: int, head: str, tail: str = "") -> None:
        """Blank a part but for its line ends, and begin and end it as told."""
        blank = "".join(
            char if char in "\r\n" else " " for char in self.text[start + len(head) : end - len(tail)]
        )
        self.text = f"{self.text[:start]}{head}{blank}{tail}{self.text[end:]}"

    def cover(self, kind: str, start: int, end: int) -> None:
        if kind == "TypeParameters":
            self.replace(start, end, "")
        elif kind == "TypeAlias":
            self.replace(start, end, "pass")
        elif not _is_known(self.text[start:end]):
            quotes = '"""' if "\n" in self.text[start:end] else '"'
            self.replace(start, end, quotes, quotes)

    def leave_out(self, statements: list[tuple[int, int]], line: int) -> bool:
        """Blank the statement on a line; false where there is none."""
        for start, end in statements:
            if self._line(start) <= line <= self._line(max(start, end - 1)) and end - start >= 4:
                if self.text[start:end].strip() == "pass":
                    return False
                joined = self.text[start:end].count("\n")
                self.replace(start, end, "pass" if not joined else "(", "" if not joined else ")")
                return True
        return False

    def _line(self, index: int) -> int:
        return self.text.count("\n", 0, index) + 1


def _is_known(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True

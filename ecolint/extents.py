"""Which lines a comment holds for: its own, the next one, or all of the statement that begins there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, takewhile

from ecolint.records import dataclass
from ecolint.sieve import search
from ecolint.source import Span

ESCAPED = "surrogateescape"
SIGNS = ("#", "//", "--", "<!--", ";", "%", "/*")
"""What starts a comment in some format."""
FENCE = re.compile(r"\s*(```+|~~~+)")
IN_PROSE = ("<!--", "/*")
"""What starts a comment between the code of Markdown."""
MARK = search.MARK.decode()
LEFT = r"(?=(?P<before>\s*(?:-[ \t]+)*))(?P=before)"
"""The indentation of a line of YAML and the signs of its lists, which is not tried to be shorter."""
BLOCK_TEXT = re.compile(LEFT + r"(?P<key>[^\s#].*:[ \t]+)?[|>][-+0-9]{0,2}[ \t]*(?:#.*)?[\r\n]*\Z")
"""A line of YAML after which a block text begins, by its key or as an item of a list."""
FLOWING_TEXT = re.compile(
    LEFT + r"(?:(?P<key>[^\s#\"'{\[][^#:]*:[ \t]+)|(?![^#]*:(?:\s|\Z)))(?!---|-\s|[|>&!*?{\[#%@`])\S"
)
"""A line of YAML that holds a plain or quoted text, which goes on in lines that are indented deeper."""
BARE_KEY = re.compile(LEFT + r"(?P<key>[^\s#\"'{\[][^#]*:)\s*\Z")
"""A line of YAML with a key whose value stands below."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, with its number as `line_counter` counts. Bytes that are not valid UTF-8 are surrogates in its text, so
    that it measures right."""

    number: int
    span: Span
    text: str
    encoding: str = "utf-8"

    def offset(self, column: int) -> int:
        """Byte offset in the file of a character of the text."""
        errors = ESCAPED if self.encoding == "utf-8" else "replace"
        return min(self.span.start + len(self.text[:column].encode(self.encoding, errors)), self.span.end)


@dataclass(frozen=True, slots=True)
class Extents:
    """Statements over several lines, by the index of their first and of their last line; and the lines that have a
    comment which speaks to ecolint, None where that is not told."""

    begins: Mapping[int, range]
    ends: Mapping[int, range]
    speaking: frozenset[int] | None = None


NO_EXTENTS = Extents({}, {})


class Block:
    """Lines that stand together: a file's, or a notebook cell's. `extents` finds the statements over several."""

    def __init__(
        self,
        lines: Sequence[Line],
        signs: Sequence[str] = (),
        extents: Callable[[Sequence[Line]], Extents] | None = None,
    ) -> None:
        self.lines = lines
        self._signs = tuple(signs) or SIGNS
        self._find = extents
        self._fenced: dict[int, range] = {}
        self._meant: dict[range, frozenset[int]] = {}

    @cached_property
    def _extents(self) -> Extents:
        return self._find(self.lines) if self._find is not None else NO_EXTENTS

    @cached_property
    def _code(self) -> Sequence[int]:
        """Indices of the lines that are no comments."""
        return [index for index, line in enumerate(self.lines) if not is_comment(line.text, self._signs)]

    @property
    def has_code(self) -> bool:
        """Whether it is more than comments."""
        return bool(self._code)

    def is_heading(self, index: int) -> bool:
        """Whether nothing but comments stands up to a line."""
        return not self._code or index < self._code[0]

    def is_text(self, index: int) -> bool:
        """Whether a line speaks of ecolint within a string only."""
        return self._extents.speaking is not None and index not in self._extents.speaking

    def lines_meant(self, index: int, column: int) -> frozenset[int]:
        """Numbers of the lines that a comment at a place holds for."""
        line = self.lines[index]
        extents = self._extents
        place = bisect_right(self._code, index)
        if line.text[:column].strip() or place == len(self._code):
            alone = range(index, index + 1)
            return self._numbers(extents.begins.get(index) or extents.ends.get(index) or alone)
        following = self._code[place]
        fence = FENCE.match(self.lines[following].text)
        if fence is not None:
            return self._numbers(self._within_fence(following, fence[1]))
        if following in extents.begins:
            return self._numbers(extents.begins[following])
        return frozenset((line.number, self.lines[following].number))

    def _within_fence(self, opening: int, sign: str) -> range:
        if opening not in self._fenced:
            below = islice(self.lines, opening + 1, None)
            inside = takewhile(lambda other: not other.text.strip().startswith(sign), below)
            self._fenced[opening] = range(opening + 1, opening + 1 + sum(1 for _ in inside))
        return self._fenced[opening]

    def _numbers(self, indices: range) -> frozenset[int]:
        if indices not in self._meant:
            self._meant[indices] = frozenset(self.lines[index].number for index in indices)
        return self._meant[indices]


def is_comment(text: str, signs: tuple[str, ...]) -> bool:
    """Whether a line is blank or a comment."""
    text = text.lstrip()
    return not text or text.startswith(signs)


def of_python(texts: Iterable[str]) -> Extents:
    """The statements of Python, given in lines without their ends; none where they cannot be told apart into tokens."""
    import tokenize

    begins, ends, speaking = {}, {}, set()
    first = None
    try:
        for token in tokenize.generate_tokens(_to_be_tokenized(texts).__next__):
            index = token.start[0] - 1
            if token.type == tokenize.COMMENT:
                if MARK in token.string:
                    speaking.add(index)
            elif token.type == tokenize.NEWLINE:
                if first is not None and first < index:
                    begins[first] = ends[index] = range(first, index + 1)
                first = None
            elif first is None and token.type not in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
                first = index
    except (tokenize.TokenError, SyntaxError, ValueError):
        return NO_EXTENTS
    return Extents(begins, ends, frozenset(speaking))


def _to_be_tokenized(texts: Iterable[str]) -> Iterator[str]:
    """Raises ValueError for what the tokenizer had better not see."""
    from ecolint.parsers.pythonic.syntax.depth import has_long_number

    for text in texts:
        if has_long_number(text):
            raise ValueError("a number of too many digits")
        yield f"{text}\n"


def of_block_texts(lines: Sequence[Line]) -> Extents:
    """The texts of YAML over several lines, each with the key that it begins by: no comment can stand within them."""
    begins: dict[int, range] = {}
    start, indent, is_open = -1, 0, False
    for index, line in enumerate(lines):
        text = line.text.lstrip()
        if not text:
            continue
        flowing = FLOWING_TEXT.match(line.text)
        if start >= 0 and len(line.text) - len(text) > indent:
            if not is_open or (flowing is not None and not flowing["key"] and text[0] != "-"):
                begins[start] = range(start, index + 1)
                is_open = False
                continue
        head = BLOCK_TEXT.match(line.text) or flowing
        is_open = head is None and (head := BARE_KEY.match(line.text)) is not None
        start = index if head is not None else -1
        if head is not None:
            before = head["before"]
            indent = len(before) if head["key"] else before.rfind("-") if "-" in before else len(before) - 1
    return Extents(begins, {})


def of_markdown(lines: Sequence[Line]) -> Extents:
    """The comments of Markdown: all in its code, and those of HTML around it; a heading is none."""
    from ecolint.parsers.markdown import FENCE as FENCED
    from ecolint.parsers.markdown import closes

    speaking = set()
    fence = ""
    for index, line in enumerate(lines):
        opening = FENCED.match(line.text)
        if fence and closes(line.text, fence):
            fence = ""
        elif not fence and opening is not None:
            fence = opening[2]
        elif MARK in line.text and (fence or _comments_on_prose(line.text.partition(MARK)[0])):
            speaking.add(index)
    return Extents({}, {}, frozenset(speaking))


def _comments_on_prose(before: str) -> bool:
    """Whether a comment begins in the text before a mark, and not within words that are quoted as code."""
    return before.rstrip().endswith(IN_PROSE) and before.count("`") % 2 == 0

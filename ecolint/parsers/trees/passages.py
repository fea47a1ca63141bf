"""Text with some parts filled in: what is written, what was put in its place, and what is not known."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from ecolint.inference import Known, Located, Place
from ecolint.parsers import allowance
from ecolint.parsers.trees import templates
from ecolint.parsers.trees.nodes import Scalar, Sheet
from ecolint.parsers.trees.scalars import Pieces
from ecolint.records import dataclass, replace
from ecolint.source import Fragment, Span

Marked = tuple[int, int, str]
"""Characters from, to, and where their text comes from (or what it would depend on)."""
BLANKS = re.compile(r"\s+")
PLAIN = re.compile(r"[^\s'\"\\][^\s'\"\\{]*(?:\{(?!\{)[^\s'\"\\{]*)*")
"""A stretch without blanks and quotes, up to a template's `{{`."""
IN_DOUBLE = re.compile(r"[^\"\\]+")
ESCAPED = frozenset('"\\$ ')
"""Signs before which a backslash in double quotes falls away; a blank is the end of a line that YAML folded."""
HELD_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Hole:
    """Characters to be replaced by `text`; None where that is not known."""

    start: int
    end: int
    text: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A fragment; the parts of it that were filled in, and the parts that stay unknown."""

    fragment: Fragment
    sheet: Sheet
    derived: tuple[Marked, ...] = ()
    unknown: tuple[Marked, ...] = ()
    whole: Span | None = None

    @classmethod
    def of(cls, scalar: Scalar) -> Passage:
        """The text of a scalar, with the actions of a template resolved as far as its values are known."""
        passage = cls(scalar.content, scalar.sheet, whole=scalar.span)
        if scalar.strange:
            return replace(passage, unknown=((0, len(scalar.content), "tag"),))
        if "{{" not in scalar.content.text:
            return passage
        lookup = scalar.sheet.lookup
        return passage.filled(
            Hole(start, end, templates.resolve(body, lookup), f"template value {body}")
            for start, end, body in templates.holes(passage.fragment.text)
            if passage.fragment.text[start - 1 : start] != "$"
        )

    @property
    def is_known(self) -> bool:
        return not self.unknown

    def filled(self, found: Iterable[Hole]) -> Passage:
        """The passage with holes, given in their order, replaced."""
        pieces = Pieces(self.fragment)
        derived: list[Marked] = []
        unknown: list[Marked] = []
        moves: list[tuple[int, int]] = []
        at = length = 0
        for hole in found:
            if hole.start < at:
                continue
            pieces.cut(at, hole.start)
            length += hole.start - at
            size = hole.end - hole.start
            if hole.text is None:
                pieces.cut(hole.start, hole.end)
                unknown.append((length, length + size, hole.origin))
            else:
                pieces.put(hole.text, hole.start, hole.end)
                size = len(hole.text)
                derived.append((length, length + size, hole.origin))
            length += size
            at = hole.end
            moves.append((at, length - at))
        if not moves:
            return self
        pieces.cut(at, len(self.fragment))
        return replace(
            self,
            fragment=pieces.done(),
            derived=tuple(sorted((*_moved(self.derived, moves), *derived))),
            unknown=tuple(sorted((*_moved(self.unknown, moves), *unknown))),
        )

    def cut(self, start: int, end: int) -> Passage:
        return replace(
            self,
            fragment=self.fragment.cut(start, end),
            derived=_within(self.derived, start, end),
            unknown=_within(self.unknown, start, end),
            whole=None,
        )

    def located(self) -> Located[str]:
        """The text as one value. The value's span leaves out the quotes around it."""
        sheet = self.sheet
        inner = self.fragment.span() if len(self.fragment) else None
        span = self.whole or inner
        known, origin = Known.STATED, ""
        if sheet.origin:
            known, origin = Known.DERIVED, sheet.origin
        if self.derived:
            known, origin = Known.DERIVED, self.derived[0][2]
        if self.unknown:
            known, origin = Known.DYNAMIC, self.unknown[0][2]
        when = sheet.when(span) if span is not None and sheet.conditions else None
        return Located(
            self.fragment.text, known, span, None if sheet.origin else inner or span, origin, when, Place.FLAG
        )

    def marks(self) -> list[tuple[Span, str]]:
        """Bytes of the parts that were filled in, and where their text comes from."""
        return [
            (self.fragment.span(start, end), origin) for start, end, origin in self.derived if start < end
        ]


def _moved(marks: Sequence[Marked], moves: Sequence[tuple[int, int]]) -> list[Marked]:
    """Marks after the holes before them were filled; both are in the order of the text."""
    edges = [at for at, _ in moves]
    result = []
    for start, end, origin in marks:
        number = bisect_right(edges, start)
        shift = moves[number - 1][1] if number else 0
        result.append((start + shift, end + shift, origin))
    return result


def _within(marks: Sequence[Marked], start: int, end: int) -> tuple[Marked, ...]:
    """The marks that a stretch holds any of; they are in the order of the text and do not overlap."""
    if not marks:
        return ()
    first = bisect_right(marks, start, key=lambda mark: mark[1])
    last = bisect_left(marks, end, key=lambda mark: mark[0])
    return tuple((max(a, start) - start, min(b, end) - start, origin) for a, b, origin in marks[first:last])


def joined(passages: Sequence[Passage], separator: str) -> Passage:
    """Passages of one sheet in file order as one text."""
    derived: list[Marked] = []
    unknown: list[Marked] = []
    at = 0
    for passage in passages:
        derived.extend((a + at, b + at, origin) for a, b, origin in passage.derived)
        unknown.extend((a + at, b + at, origin) for a, b, origin in passage.unknown)
        at += len(passage.fragment) + len(separator)
    fragment = Fragment.join([passage.fragment for passage in passages], separator)
    return Passage(fragment, passages[0].sheet, tuple(derived), tuple(unknown))


def words_of(passage: Passage) -> list[Passage]:
    """The words of a command that no shell reads: blanks part them, quotes hold them together."""
    text = passage.fragment.text
    found: list[Passage] = []
    at = 0
    while (blank := BLANKS.match(text, at)) or at < len(text):
        if len(found) >= allowance.COMMAND:
            break
        if blank:
            at = blank.end()
            continue
        end, kept = _word(text, at)
        if end == at:
            at += 1
            continue
        found.append(_without_quotes(passage, at, end, kept))
        at = end
    return found


def _word(text: str, at: int) -> tuple[int, list[tuple[int, int]]]:
    """End of the word that begins at a character, and the stretches of it that are its text."""
    kept: list[tuple[int, int]] = []
    while at < len(text) and not text[at].isspace():
        sign = text[at]
        if sign == "'":
            end = text.find("'", at + 1)
            end = len(text) if end < 0 else end
            kept.append((at + 1, end))
            at = min(end + 1, len(text))
        elif sign == '"':
            at = _double_quoted(text, at + 1, kept)
        elif sign == "\\":
            if not text[at + 1 : at + 2].strip():
                break
            kept.append((at + 1, at + 2))
            at += 2
        else:
            end = _held(text, at) if sign in "{$" else 0
            if not end:
                match = PLAIN.match(text, at)
                assert match is not None
                end = match.end()
            if kept and kept[-1][1] == at:
                kept[-1] = (kept[-1][0], end)
            else:
                kept.append((at, end))
            at = end
    return at, kept


def _held(text: str, at: int) -> int:
    """End of the template action, on one line, that begins at a character; 0 where none does."""
    start = at + 1 if text.startswith("$", at) else at
    if not text.startswith("{{", start):
        return 0
    end = text.find("}}", start + 2, start + HELD_LIMIT + 4)
    return end + 2 if end > 0 and text.find("\n", start, end) < 0 else 0


def _double_quoted(text: str, at: int, kept: list[tuple[int, int]]) -> int:
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            kept.append((at + 1, at + 2) if text[at + 1 : at + 2] in ESCAPED else (at, at + 2))
            at += 2
            continue
        match = IN_DOUBLE.match(text, at)
        assert match is not None
        kept.append(match.span())
        at = match.end()
    return min(at + 1, len(text))


def _without_quotes(passage: Passage, start: int, end: int, kept: list[tuple[int, int]]) -> Passage:
    whole = passage.fragment.span(start, end)
    if len(kept) == 1:
        return replace(passage.cut(*kept[0]), whole=whole)
    cuts = [passage.cut(a, b) for a, b in kept]
    if not cuts:
        return replace(passage.cut(start, start), whole=whole)
    return replace(joined(cuts, ""), whole=whole)

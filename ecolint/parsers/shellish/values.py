"""Text with a known place: the value of a word or variable, and how such values are put together."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from ecolint.inference import Known, Located, Place
from ecolint.records import dataclass, replace
from ecolint.source import Fragment, Span

Hole = tuple[int, int]
HOLE_LIMIT = 100
"""Holes of one value; one with more is a single hole."""
SEAM_LIMIT = 100
"""Seams of one value; one with more is found where it is used alone."""
NOWHERE = Fragment("", (), ())


@dataclass(frozen=True, slots=True)
class Value:
    """What a word stands for: its characters, where they stand, and how they are known.

    `span` covers the value as written, quotes included. `holes` are the characters that depend on run time;
    there the text is what is written. `origin` is set where the text came through a variable or a default.
    `fragment` finds what came through a variable where that variable is used; `deep` finds it where it is
    assigned, and has `seams` where text from different places meets.
    """

    fragment: Fragment
    span: Span
    holes: tuple[Hole, ...] = ()
    origin: str = ""
    deep: Fragment | None = None
    seams: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return self.fragment.text

    @property
    def is_dynamic(self) -> bool:
        return bool(self.holes)

    @property
    def known(self) -> Known:
        if self.holes:
            return Known.DYNAMIC
        return Known.DERIVED if self.origin else Known.STATED

    @property
    def located(self) -> Located[str]:
        return Located(self.text, self.known, self.span, self._inside(), self.origin)

    def entry(self, span: Span) -> Located[str]:
        """As an entry of an environment whose name and value cover `span`."""
        return Located(self.text, self.known, span, self.span, self.origin, place=Place.ENVIRONMENT)

    def derived(self, origin: str) -> Value:
        """The same value read through `origin`, which is told unless it already has one."""
        return self if self.origin else replace(self, origin=origin)

    def cut(self, start: int, end: int | None = None) -> Value:
        end = len(self.text) if end is None else min(end, len(self.text))
        whole = self.fragment
        if self.deep is not None and not any(start < seam < end for seam in self.seams):
            whole = self.deep
        part = whole.cut(start, end)
        seams = tuple(seam - start for seam in self.seams if start < seam < end)
        deep = self.deep.cut(start, end) if seams and self.deep is not None else None
        holes = tuple(
            (max(first, start) - start, min(last, end) - start)
            for first, last in self.holes
            if first < end and last > start
        )
        if not part.text:
            at = self.fragment.span(start, start) if len(self.fragment) else self.span
            return Value(part, at, holes, self.origin)
        return Value(part, extent(part), holes, self.origin, deep, seams)

    def masked(self) -> str:
        """The text with its holes filled by a sign that is neither blank nor a quote."""
        text = self.text
        for first, last in reversed(self.holes):
            text = text[:first] + "\0" * (last - first) + text[last:]
        return text

    def _inside(self) -> Span:
        return extent(self.fragment) if self.text else self.span


Values = tuple[Value, ...]


def extent(fragment: Fragment) -> Span:
    """Bytes of a fragment; of its first character alone where its parts do not stand in order."""
    span = fragment.span()
    return span if span.start <= span.end else fragment.span(0, 1)


def spread(text: str, span: Span) -> Fragment:
    """Text of which each character comes from all of `span`."""
    size = len(text)
    return Fragment(text, array("I", [span.start]) * size, array("I", [span.end]) * size)


def value_of(located: Located[str], fragment: Fragment | None = None) -> Value:
    """A word or variable that another reader located.

    Without `fragment` its characters are taken from `value_span` (or `span`) where the lengths agree.
    """
    text = "" if located.value is None else str(located.value)
    span = located.value_span or located.span or Span(0, 0)
    if fragment is None:
        width = span.end - span.start
        size = len(text.encode("utf-8", "surrogatepass"))
        if size == width:
            fragment = Fragment.of(text, offset=span.start)
        elif size + 2 == width:
            fragment = Fragment.of(text, offset=span.start + 1)
        else:
            fragment = spread(text, span)
    holes = () if located.is_known else ((0, max(len(text), 1)),)
    origin = located.origin or ("another place" if located.known is Known.DERIVED else "")
    return Value(fragment, located.span or span, holes, origin)


@dataclass(frozen=True, slots=True)
class _Piece:
    value: Value
    expanded: bool
    written: Span


class Builder:
    """Puts one word together from literals and expansions.

    The span is that of the text where it stands: a word that is nothing but a variable's value is found at
    that value, any other word where it is written.
    """

    __slots__ = ("pieces",)

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []

    @property
    def started(self) -> bool:
        return bool(self.pieces)

    def literal(self, fragment: Fragment) -> None:
        span = fragment.span()
        self.pieces.append(_Piece(Value(fragment, span), False, span))

    def unknown(self, fragment: Fragment) -> None:
        """What is only known as written."""
        span = fragment.span()
        self.pieces.append(_Piece(Value(fragment, span, ((0, len(fragment)),)), False, span))

    def expansion(self, value: Value, written: Span) -> None:
        self.pieces.append(_Piece(value, True, written))

    def finish(self, written: Span | None = None) -> Value:
        """The word; `written` covers it as it stands, where it is not part of a longer one."""
        pieces = [piece for piece in self.pieces if piece.value.text or piece.value.holes]
        if len(pieces) == 1:
            value = pieces[0].value
            if pieces[0].expanded:
                return replace(value, span=extent(value.fragment)) if value.text else value
            return replace(value, span=written or value.span)
        if not pieces:
            span = written or (self.pieces[0].written if self.pieces else Span(0, 0))
            return Value(NOWHERE, span, origin=_origin(self.pieces))
        parts = [spread(p.value.text, p.written) if p.expanded else p.value.fragment for p in pieces]
        joined = Fragment.join(parts)
        values = [piece.value for piece in pieces]
        deep, seams = _deep(values)
        return Value(joined, written or extent(joined), _holes(values), _origin(pieces), deep, seams)


def _origin(pieces: Sequence[_Piece]) -> str:
    return next((piece.value.origin for piece in pieces if piece.value.origin), "")


def _holes(values: Sequence[Value]) -> tuple[Hole, ...]:
    holes: list[Hole] = []
    at = 0
    for value in values:
        holes += ((at + first, at + last) for first, last in value.holes)
        at += len(value.text)
    return tuple(holes) if len(holes) <= HOLE_LIMIT else ((0, at),)


def _deep(values: Sequence[Value]) -> tuple[Fragment | None, tuple[int, ...]]:
    """The values one after the other at the places where they are assigned, and where they meet."""
    seams: list[int] = []
    at = 0
    for value in values:
        seams += (at, *(at + seam for seam in value.seams))
        at += len(value.text)
    if len(seams) > SEAM_LIMIT:
        return None, ()
    return Fragment.join([value.deep or value.fragment for value in values]), tuple(seams[1:])


def appended(first: Value, second: Value) -> Value:
    """`A+=text`."""
    if not first.text and not first.holes:
        return second
    joined = Fragment.join([first.fragment, second.fragment])
    deep, seams = _deep((first, second))
    return Value(joined, second.span, _holes((first, second)), first.origin or second.origin, deep, seams)

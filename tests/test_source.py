"""Text and its bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.source import Fragment, Position, SourceFile, Span, Unreadable

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))


@given(TEXT, st.sampled_from(("utf-8", "utf-16-le", "utf-32-be")), st.integers(0, 5))
def test_each_character_has_its_bytes(text: str, encoding: str, offset: int) -> None:
    fragment = Fragment.of(text, encoding, offset)
    data = b"x" * offset + text.encode(encoding)
    for index, character in enumerate(text):
        span = fragment.span(index, index + 1)
        assert data[span.start : span.end].decode(encoding) == character
    whole = fragment.span()
    if text:
        assert (whole.start, whole.end) == (offset, len(data))


@given(TEXT, st.data())
def test_parts_keep_their_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    fragment = Fragment.of(text)
    assert fragment.cut(start, end).span() == fragment.span(start, end) or start == end
    assert fragment.cut(start, end).text == text[start:end]


@given(st.lists(TEXT, max_size=5))
def test_joined_fragments_keep_their_places(texts: list[str]) -> None:
    offset = 0
    parts = []
    for text in texts:
        parts.append(Fragment.of(text, offset=offset))
        offset += len(text.encode()) + 7
    joined = Fragment.join(parts, "\n")
    assert joined.text == "\n".join(texts)
    at = 0
    for part in parts:
        assert list(joined.starts[at : at + len(part)]) == list(part.starts)
        at += len(part) + 1


@given(TEXT)
def test_positions_agree_with_lines(text: str) -> None:
    source = SourceFile("x", text.encode())
    for number in range(1, len(source.line_starts) + 1):
        span = source.line_span(number)
        assert source.position(span.start).line == number
        assert source.line_of(span.end) == number


@pytest.mark.parametrize(
    ("data", "offset", "position"),
    [
        (b"a\nb", 2, (2, 1)),
        (b"a\r\nb", 3, (2, 1)),
        (b"a\rb", 2, (2, 1)),
        ("\u00e4=b".encode(), 2, (1, 2)),
        ("\U0001f600b".encode(), 4, (1, 2)),
        (b"\xef\xbb\xbfab", 4, (1, 2)),
        (b"a\x0cb", 2, (1, 3)),
        (b"ab", 99, (1, 3)),
    ],
)
def test_position(data: bytes, offset: int, position: tuple[int, int]) -> None:
    assert SourceFile("x", data).position(offset) == Position(*position)


def test_bad_bytes_name_their_line() -> None:
    with pytest.raises(Unreadable) as error:
        _ = SourceFile("x", b"a\nb\xff").fragment
    assert error.value.line == 2


def test_cut_and_contains() -> None:
    source = SourceFile("x", "löad".encode())
    assert source.cut(Span(0, 3)) == "lö"
    assert Span(0, 5).contains(Span(1, 5))
    assert not Span(1, 5).contains(Span(0, 5))

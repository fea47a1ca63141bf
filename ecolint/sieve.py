"""The sieve on raw bytes: which files need to be read at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


@cache
def keywords() -> tuple[bytes, ...]:
    """Byte strings of which one stands in every file that ecolint can find something in, sorted."""
    from ecolint.frameworks.registry import anchors
    from ecolint.parsers.registry import formats
    from ecolint.suppressions import MARK

    own = {anchor for item in formats() for anchor in item.anchors}
    return tuple(sorted({*anchors(), *own, MARK}))


@cache
def _search() -> Callable[[bytes], bool]:
    """Whether bytes hold any keyword; by automaton where its library is there, one by one where it is not."""
    try:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind
    except ImportError:
        return lambda data: any(keyword in data for keyword in keywords())
    automaton = BytesAhoCorasick(list(keywords()), matchkind=MatchKind.LeftmostFirst)
    return lambda data: bool(automaton.find_matches_as_indexes(data))


def is_candidate(data: bytes) -> bool:
    """Whether the bytes hold a keyword of any framework or format, in UTF-8, UTF-16 or UTF-32."""
    if data.startswith(WIDE_BOMS):
        data = data.replace(b"\0", b"")
    return _search()(data)

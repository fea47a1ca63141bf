"""Conditions in words: what holds where several do, or any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

ONLY = "only when "
MOST_ALTERNATIVES = 2
LONGEST = 160
"""Characters of alternatives that are told in full, where they have something in common."""
CUT_OFF = "…"
EXCEPTION = "only when an exception is raised before"
OTHERWISE = "or otherwise"
BETWEEN = re.compile("( and | or )")
BRACKETS = ("()", "[]", "{}")
OPPOSITES = ((" == ", " != "), (" not in ", " in "), (" is not ", " is "), (" is not set", " is set"))


def both(conditions: Iterable[str | None]) -> str | None:
    """What is asked for where all of these hold; the longest where that cannot be told as one."""
    told = list(dict.fromkeys(filter(None, conditions)))
    ways = [list(_ways(text)) for text in told if text.startswith(ONLY)]
    if len(told) < 2 or len(ways) < len(told) or any(len(way) > 1 for way in ways):
        return max(told, key=len, default=None)
    return ONLY + " and ".join(dict.fromkeys(part for (way,) in ways for part in way))


def either(conditions: Iterable[str]) -> str | None:
    """What is asked for where any of these is enough; None where nothing is. Of many ones what all ask for; the first
    one where they cannot be told as one."""
    told = list(dict.fromkeys(conditions))
    if len(told) == 1 or not all(text.startswith(ONLY) for text in told):
        return told[0]
    ways = _joined(part for text in told for part in _ways(text))
    if not all(ways):
        return None
    return in_words(ways, is_open=any(text.endswith(OTHERWISE) for text in told))


def in_words(ways: Sequence[Sequence[str]], *, is_open: bool = False) -> str:
    """Ways in words; of many ones what all of them ask for. There are more of them where they are open."""
    shared = [part for part in ways[0] if all(part in way for way in ways)]
    texts = [" and ".join(way) for way in ways[:MOST_ALTERNATIVES]]
    text = " or ".join(texts)
    if is_open and len(text) > LONGEST:
        text = min(texts, key=len)
    is_much = len(ways) > MOST_ALTERNATIVES or (len(ways) > 1 and len(text) > LONGEST)
    if is_much and shared and not is_open:
        return ONLY + " and ".join(shared)
    more = is_open or len(ways) > MOST_ALTERNATIVES
    return ONLY + text + (f" {OTHERWISE}" if more else "")


def widest(ways: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The ways of which no other asks for less."""
    found = list(ways)
    return [way for way in found if not any(set(other) < set(way) for other in found)]


def _ways(text: str) -> Iterator[tuple[str, ...]]:
    way: list[str] = []
    part = ""
    for piece in BETWEEN.split(text.removeprefix(ONLY).removesuffix(f" {OTHERWISE}")):
        if part or not BETWEEN.fullmatch(piece):
            part += piece
            if _is_whole(part):
                way.append(part)
                part = ""
        elif piece == " or ":
            yield tuple(way)
            way = []
    yield (*way, part) if part else tuple(way)


def _is_whole(part: str) -> bool:
    """Whether a part of a text ends where its brackets and quotes do, or was cut off there."""
    closed = all(part.count(pair[0]) == part.count(pair[1]) for pair in BRACKETS)
    return part.endswith(CUT_OFF) or (closed and part.count("'") % 2 == 0)


def _joined(ways: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The widest ways; two that differ in opposites alone are one without them."""
    found: list[tuple[str, ...]] = []
    for way in ways:
        for other in found:
            differing = set(way) ^ set(other)
            if len(way) == len(other) and len(differing) == 2 and _are_opposite(*differing):
                found.remove(other)
                way = tuple(part for part in way if part not in differing)
                break
        found.append(way)
    return widest(dict.fromkeys(found))


def _are_opposite(one: str, other: str) -> bool:
    if f"not ({one})" == other or f"not ({other})" == one:
        return True
    return any(
        {one, other} == {text, text.replace(positive, negative, 1)}
        for positive, negative in OPPOSITES
        for text in (one, other)
        if positive in text
    )

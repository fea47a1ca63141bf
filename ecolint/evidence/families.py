"""Checkpoints of a known family under a name that no table lists: fine-tunes, conversions, local copies."""

from __future__ import annotations

import re
from functools import cache

from ecolint.evidence.modeltable import Entry, entries, one_size
from ecolint.evidence.names import stated_size, stated_sizes

_WORDS = re.compile(r"(?<![a-z])(mini|small|medium|large|xl|xxl|lite|nano|pro|plus|tiny|micro)(?![a-z])")
_KINDS = re.compile(
    r"(?<![a-z])(vision|multimodal|vl|v|omni|audio|speech|ocr|moe|embed(?:ding)?|reranker|guard|h"
    r"|\w{0,8}llava|(?:instruct)?blip2?|ultravox|vila)(?![a-z0-9])"
)
_VERSION_NEXT = r"(?!\d|[.]\d|[-_ ]?v?\d+(?:[._]\d+)?(?![\d.]*[bmxk]|\d))"
SETTLED = 3


@cache
def _grouped() -> dict[str, tuple[Entry, ...]]:
    groups: dict[str, list[Entry]] = {}
    for entry in entries():
        groups.setdefault(entry.family, []).append(entry)
    return {family: tuple(found) for family, found in groups.items()}


@cache
def _pattern(family: str) -> re.Pattern[str]:
    spelled = re.sub(r"(?<=[a-z])-?(?=\d)", "-", family)
    escaped = re.escape(spelled).replace(r"\-", "[-_ ]?").replace(r"\.", "[._-]?")
    versioned = spelled[-1].isdigit()
    return re.compile(rf"(?<![a-z0-9]){escaped}(?![a-z])" + (r"(?!\d|[.]\d)" if versioned else _VERSION_NEXT))


@cache
def _pieces(family: str) -> tuple[str, ...]:
    """Words and numbers that stand in every name of the family."""
    return tuple(re.findall(r"[a-z]+|[0-9]+", family))


@cache
def _rarest() -> tuple[tuple[str, str], ...]:
    """Families with the longest of their pieces, which few names hold."""
    return tuple((name, max(_pieces(name), key=len)) for name in _grouped())


def _families_in(part: str) -> list[str]:
    found = [
        name
        for name, piece in _rarest()
        if piece in part and all(one in part for one in _pieces(name)) and _pattern(name).search(part)
    ]
    return sorted(found, key=len, reverse=True)


@cache
def _words(part: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(part))


@cache
def _kinds(part: str) -> frozenset[str]:
    return frozenset(_KINDS.findall(part))


def _labels(entry: Entry) -> tuple[float, ...]:
    short = entry.name.rpartition("/")[2]
    size = stated_size(short)
    return (size.total_b,) if size else stated_sizes(short)


def _short(entry: Entry) -> str:
    return entry.name.lower().rpartition("/")[2]


@cache
def by_family(part: str) -> Entry | None:
    """The listed checkpoint of the same family and size label, None where the name does not settle it.

    The longest family name found in `part` decides; within it the size (`7b`) or size word (`mini`) must
    pick checkpoints of one size. A name without either is settled only by a family of a single size.
    """
    named = stated_size(part)
    sizes = {named.total_b} if named else set(stated_sizes(part))
    words, kinds = _words(part), _kinds(part)
    for family in _families_in(part):
        members = [entry for entry in _grouped()[family] if _kinds(_short(entry)) == kinds]
        if sizes:
            found = [one for one in members if sizes & set(_labels(one)) and _words(_short(one)) <= words]
        elif words:
            found = [one for one in members if _words(_short(one)) == words]
        else:
            found = members if len(members) >= SETTLED else []
        if found:
            return one_size(found)
    return None

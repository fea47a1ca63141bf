"""A glance at the bytes of configurations, scripts and build files: whether the default rules may judge anything."""

from __future__ import annotations

import re
from functools import cache

from ecolint.sieve.search import WIDE_BOMS, finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ecolint.sieve.search import Finder

HARMLESS = re.compile(rb"(?m)\badamw_bnb_8bit\b|\bload_in_[48]bit:[ \t]*false[ \t]*\r?$")
"""An optimizer that is named as a quantisation is, and switches that are off: neither is judged by itself."""
PARTS_OF_HARMLESS = (b"adamw_bnb_8bit", b"load_in_")
"""One of these stands in whatever is harmless; looking for them takes a tenth of the time."""
SMALL_LETTERS = bytes(range(256)).lower()
SEPARATORS = b"-_"


def folded(data: bytes) -> bytes:
    """The bytes without case and separators: `maxNumSeqs`, `max-num-seqs` and `MAX_NUM_SEQS` read the same."""
    return data.translate(SMALL_LETTERS, SEPARATORS)


@cache
def _words() -> Finder:
    from ecolint.sieve.document_words import WORDS

    return finder(WORDS)


@cache
def _keys() -> Finder:
    from ecolint.sieve.document_words import KEYS

    return finder(KEYS)


def may_be_judged(data: bytes) -> bool:
    """Whether the bytes of a file may hold something that the default rules judge, or cannot be read as text.

    What they refer to in other files is not looked at.
    """
    if data.startswith(WIDE_BOMS):
        return True
    told = HARMLESS.sub(b"", data) if any(part in data for part in PARTS_OF_HARMLESS) else data
    return bool(_words()(told) or _keys()(folded(told))) or not _is_text(data)


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False

"""Names for findings that outlive edits elsewhere in the file.

Two of them: one of content, for baselines, and the line hash that GitHub code scanning knows alerts by. The
upload action computes that hash itself and warns of any other, so this one follows it exactly.
"""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import accumulate
from sys import byteorder

from ecolint.digests import hexadecimal

BASE = 37
WINDOW = 100
END_MARKER = 0xFFFF
LINE_FEED = 0x0A
UTF_16 = f"utf-16-{byteorder[0]}e"
_MASK = (1 << 64) - 1
_DROPPED = pow(BASE, WINDOW, 1 << 64)


def content_fingerprint(rule: str, path: str, construct: str, occurrence: int) -> str:
    """32 hexadecimal digits that name a finding by what it says and not by its line.

    `construct` is the reported text; white space in it does not count. `occurrence` tells equal constructs of
    one rule in one file apart, from 0.
    """
    parts = (rule, path, " ".join(construct.split()), str(occurrence))
    return hexadecimal("sha256", "\0".join(parts).encode("utf-8", "surrogatepass"))[:32]


def primary_location_line_hashes(data: bytes) -> list[str]:
    """For each line of a file its hash and how often it has occurred so far, as `hex:occurrence`.

    The hash is a polynomial over the 100 UTF-16 code units from the first one of the line on that is neither
    space nor tab, across line ends, modulo 2**64. The file counts as UTF-8 whatever it is, as it does for the
    action; its end is a unit of its own, followed by zeros.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    kept = text.replace(" ", "").replace("\t", "")
    units = array("H", kept.encode(UTF_16)) + array("H", [END_MARKER])
    line_starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == LINE_FEED)]
    padded = units + array("H", bytes(2 * WINDOW))
    sums = array("Q", accumulate(padded, lambda total, unit: (total * BASE + unit) & _MASK, initial=0))
    seen: Counter[int] = Counter()
    hashes = []
    for start in line_starts:
        value = (sums[start + WINDOW] - sums[start] * _DROPPED) & _MASK
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes

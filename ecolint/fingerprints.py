"""Names for findings that outlive edits elsewhere in the file.

Two of them: one of content, for baselines, and the line hash that GitHub code scanning knows alerts by. The
upload action computes that hash itself and warns of any other, so this one follows it exactly.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import accumulate
from sys import byteorder

BASE = 37
WINDOW = 100
END_MARKER = 0xFFFF
_MASK = (1 << 64) - 1
_DROPPED = pow(BASE, WINDOW, 1 << 64)


def content_fingerprint(rule: str, path: str, construct: str, occurrence: int) -> str:
    """32 hexadecimal digits that name a finding by what it says and not by its line.

    `construct` is the reported text; white space in it does not count. `occurrence` tells equal constructs of
    one rule in one file apart, from 0.
    """
    parts = (rule, path, " ".join(construct.split()), str(occurrence))
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:32]


def primary_location_line_hashes(data: bytes) -> list[str]:
    """For each line of a file its hash and how often it has occurred so far, as `hex:occurrence`.

    The hash is a polynomial over the 100 UTF-16 code units from the first one of the line on that is neither
    space nor tab, across line ends, modulo 2**64. The file counts as UTF-8 whatever it is, as it does for the
    action; its end is a unit of its own, followed by zeros.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    kept = text.replace(" ", "").replace("\t", "")
    units = [*_code_units(kept), END_MARKER]
    line_starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == 0x0A)]
    sums = list(
        accumulate(units + [0] * WINDOW, lambda total, unit: (total * BASE + unit) & _MASK, initial=0)
    )
    seen: Counter[int] = Counter()
    hashes = []
    for start in line_starts:
        value = (sums[start + WINDOW] - sums[start] * _DROPPED) & _MASK
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def _code_units(text: str) -> memoryview:
    encoded = text.encode("utf-16-le" if byteorder == "little" else "utf-16-be")
    return memoryview(encoded).cast("H")

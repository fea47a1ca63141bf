"""Trees of any number of files, made of files of other trees; the same ones everywhere and every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

SEED = "ecolint"


def order(paths: Sequence[str]) -> list[str]:
    """The paths in an order that looks random and depends on nothing but them."""
    return sorted(paths, key=lambda path: hashlib.sha256(f"{SEED}/{path}".encode()).digest())


def sample(paths: Sequence[str], count: int) -> Iterator[tuple[str, str]]:
    """`count` pairs of a path and of the place of its copy, which keeps the folders below `part<n>/`.

    Where there are fewer paths than that, they are taken again from the beginning, into the next part. Raises
    ValueError without any path.
    """
    if not paths:
        raise ValueError("no files to sample")
    shuffled = order(paths)
    for number in range(count):
        part, index = divmod(number, len(shuffled))
        yield shuffled[index], f"part{part}/{shuffled[index]}"

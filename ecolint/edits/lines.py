"""Which lines differ between two texts, in time that grows with their length and no faster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from ecolint.records import dataclass

WINDOW = 100
"""Lines that are compared with each other at a time; a fix changes fewer in one place."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of one text, from `start` to `end`, in whose place other lines stand in the other one."""

    start: int
    end: int
    new_start: int
    new_end: int


def changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """What differs, in the order of the texts; between two changes there are lines that both texts have."""
    waiting: Change | None = None
    for change in _found(old, new):
        if waiting is not None and waiting.end == change.start and waiting.new_end == change.new_start:
            change = Change(waiting.start, change.end, waiting.new_start, change.new_end)
        elif waiting is not None:
            yield waiting
        waiting = change
    if waiting is not None:
        yield waiting


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Number of items that two sequences begin with alike."""
    differing = (index for index, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(differing, min(len(one), len(other)))


def _found(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Changes, of which one may begin where the one before ends."""
    at = new_at = shared(old, new)
    tail = shared(old[at:][::-1], new[at:][::-1])
    end, new_end = len(old) - tail, len(new) - tail
    while at < end or new_at < new_end:
        stop, new_stop = min(at + WINDOW, end), min(new_at + WINDOW, new_end)
        is_last = stop == end and new_stop == new_end
        blocks = SequenceMatcher(
            None, old[at:stop], new[new_at:new_stop], autojunk=False
        ).get_matching_blocks()
        matched = 0, 0
        for start, new_start, size in blocks if is_last or len(blocks) == 1 else blocks[:-1]:
            if (start, new_start) > matched:
                yield Change(at + matched[0], at + start, new_at + matched[1], new_at + new_start)
            matched = start + size, new_start + size
        at, new_at = at + matched[0], new_at + matched[1]
        while at < end and new_at < new_end and old[at] == new[new_at]:
            at, new_at = at + 1, new_at + 1

"""Lines that differ: what is found makes one text the other, shows no more than must be, and is found in one go."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.edits import lines
from ecolint.edits.lines import changes

TEXTS = st.lists(st.sampled_from("abc"), max_size=30)


def applied(old: list[str], new: list[str]) -> list[str]:
    """The old lines with their changes made; of two changes, none begins where the other ends."""
    result: list[str] = []
    at = 0
    for number, change in enumerate(changes(old, new)):
        assert change.start > at or not number
        assert (change.end, change.new_end) > (change.start, change.new_start)
        result += [*old[at : change.start], *new[change.new_start : change.new_end]]
        at = change.end
    return result + old[at:]


@given(TEXTS, TEXTS, st.integers(1, 9))
def test_changes_make_one_text_the_other(old: list[str], new: list[str], window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "WINDOW", window)
        assert applied(old, new) == new


@given(TEXTS, TEXTS)
def test_what_fits_into_a_window_is_compared_as_a_whole(old: list[str], new: list[str]) -> None:
    kept = len(old) - sum(change.end - change.start for change in changes(old, new))
    head = lines.shared(old, new)
    tail = lines.shared(old[head:][::-1], new[head:][::-1])
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    assert kept == head + tail + sum(size for _, _, size in matcher.get_matching_blocks())


@pytest.mark.parametrize("every", [1, 2, 7, 50])
def test_small_changes_all_over_a_long_text_stay_small(every: int) -> None:
    blocks = [[f"a{number}:", "image: b", "limit: 1", "port: 2"] for number in range(2000)]
    old = [line for block in blocks for line in block]
    new = [
        line for number, block in enumerate(blocks) for line in block if line != "limit: 1" or number % every
    ]
    found = list(changes(old, new))
    assert len(found) == len(old) - len(new) == -(-len(blocks) // every)
    assert all(old[change.start : change.end] == ["limit: 1"] for change in found)


def test_a_long_text_is_not_compared_with_itself_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    class Counting(SequenceMatcher):  # type: ignore[type-arg]
        def __init__(self, junk: None, one: list[str], other: list[str], autojunk: bool) -> None:
            lengths.append(len(one) + len(other))
            super().__init__(junk, one, other, autojunk)

    monkeypatch.setattr(lines, "SequenceMatcher", Counting)
    old = ["a", "b"] * 10_000
    new = [line if number % 20 else "c" for number, line in enumerate(old)]
    assert applied(old, new) == new
    assert max(lengths) <= 2 * lines.WINDOW
    assert sum(lengths) < 4 * len(old)


def test_a_long_part_that_goes_is_one_change() -> None:
    old = [str(number) for number in range(3000)]
    (found,) = changes(old, old[:500] + old[2500:])
    assert (found.start, found.end, found.new_start, found.new_end) == (500, 2500, 500, 500)

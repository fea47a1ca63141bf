"""The line hash against the values that the upload action's own tests expect, and the content fingerprint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecolint.fingerprints import content_fingerprint, primary_location_line_hashes

GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_line_hashes_are_those_of_the_upload_action(text: str, hashes: list[str]) -> None:
    assert primary_location_line_hashes(text.encode()) == hashes


def _plain(text: str) -> list[int]:
    """The hash as its definition reads, one window at a time."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    raw = kept.encode("utf-16-be")
    units = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)] + [65535] + [0] * 100
    starts = [0] + [at + 1 for at, unit in enumerate(units) if unit == 10]
    return [
        sum(unit * 37 ** (99 - place) for place, unit in enumerate(units[start : start + 100])) % 2**64
        for start in starts
    ]


@given(st.text(alphabet=st.sampled_from("ab \t\r\n\ufeffé漢😀"), max_size=300))
def test_line_hashes_follow_the_definition(text: str) -> None:
    hashes = primary_location_line_hashes(text.encode())
    assert [int(one.partition(":")[0], 16) for one in hashes] == _plain(text)
    assert len(set(hashes)) == len(hashes)


def test_bytes_that_are_no_text_have_hashes_too() -> None:
    assert len(primary_location_line_hashes(b"\xff\xfe\x00\n\x80\n")) == 3


def test_content_fingerprint_ignores_white_space_only() -> None:
    one = content_fingerprint("ECO001", "a.py", "load_in_8bit=True", 0)
    assert len(one) == 32
    assert int(one, 16) >= 0
    assert content_fingerprint("ECO001", "a.py", "\n load_in_8bit=True  ", 0) == one
    others = [
        content_fingerprint("ECO002", "a.py", "load_in_8bit=True", 0),
        content_fingerprint("ECO001", "b.py", "load_in_8bit=True", 0),
        content_fingerprint("ECO001", "a.py", "load_in_4bit=True", 0),
        content_fingerprint("ECO001", "a.py", "load_in_8bit=True", 1),
    ]
    assert len({one, *others}) == 5


def test_content_fingerprint_takes_paths_that_are_not_unicode() -> None:
    assert content_fingerprint("ECO001", "\udcff.py", "x", 0)
    assert content_fingerprint("ECO001", "\ud800.py", "x", 0)

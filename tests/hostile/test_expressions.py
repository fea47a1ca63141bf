"""No regular expression takes more than linear time on any text that was made to be hard for it."""

from __future__ import annotations

import multiprocessing
import os
import time
from multiprocessing.connection import Connection

import pytest

from tests.hostile.expressions import Expression, expressions, hard_texts

SIZES = (24, 200, 6_000)
LARGE = (*SIZES, 30_000, 1_000_000)
SECONDS_PER_MB = 3.0
SECONDS_AT_LEAST = 0.15
SECONDS_OF_ALL = 900
"""Expressions that are known to be slow and are to be mended."""
NAMES = "names are cut to 300 characters"
BOUNDED = {
    "drift.py:14": "a version of a requirement has 40 characters at most",
    "ecolint.cli.advice_values._SIZE": "a word of the command line, cut to 100 characters",
    "ecolint.evidence.gpus._COUNT": NAMES,
    "ecolint.evidence.gpus._SLICE": NAMES,
    "ecolint.evidence.names._HUB_FILE": NAMES,
    "ecolint.frameworks.transformers.GENERATES": "names of classes are cut to 300 characters",
    "ecolint.parsers.pythonic.glancing.glance.OWNER": "looks at the last 200 bytes of a line",
    "ecolint.parsers.pythonic.batching.prompts.PLURAL": "names are cut to 40 characters",
    "ecolint.stack.REQUIREMENT_FILE": "a file's name",
    "ecolint.evidence.instances._COUNTED": NAMES,
    "ecolint.evidence.instances._PREFIX_REST": NAMES,
    "ecolint.evidence.instances._SIZE": NAMES,
    "ecolint.evidence.names._GGUF": NAMES,
    "ecolint.evidence.names._NOISE": NAMES,
    "ecolint.model_kinds._OTHER_CLASS": NAMES,
    "ecolint.parsers.documents.dstack.AMOUNT": "amounts are cut to 40 characters",
    "ecolint.parsers.trees.nodes.DECIMAL": "numbers have 40 characters at most",
    "ecolint.parsers.trees.nodes.NUMBER": "numbers have 40 characters at most",
}
"""Expressions, by place, that are only used on text of a bounded length, with the reason."""


def slowest(item: Expression, sizes: tuple[int, ...]) -> tuple[int, float, str] | None:
    """Size, seconds and beginning of a text for which an expression takes too long; None where there is none."""
    use = item.pattern.search if item.searches else item.pattern.match
    for size in sizes:
        allowed = SECONDS_AT_LEAST + SECONDS_PER_MB * size / 1_000_000
        for text in hard_texts(item.pattern, size):
            taken = min(_timed(use, text) for _ in range(1))
            if taken > allowed and (taken := min(_timed(use, text) for _ in range(2))) > allowed:
                return size, taken, repr(text[:24])
    return None


def _timed(use: object, text: object) -> float:
    started = time.process_time()
    use(text)  # type: ignore[operator]
    return time.process_time() - started


def _check(items: list[Expression], sizes: tuple[int, ...], sender: Connection) -> None:
    for item in items:
        sender.send(item.place)
        found = slowest(item, sizes)
        if found is not None:
            sender.send((item.place, item.pattern.pattern, *found))
    sender.send(None)


def faults(items: list[Expression], sizes: tuple[int, ...], seconds: float) -> list[object]:
    """What takes too long, told from a process of its own, for an expression cannot be interrupted."""
    context = multiprocessing.get_context("fork" if os.name != "nt" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_check, args=(items, sizes, sender))
    process.start()
    sender.close()
    found: list[object] = []
    place = ""
    deadline = time.monotonic() + seconds
    while True:
        if not receiver.poll(max(0.0, deadline - time.monotonic())):
            process.kill()
            found.append((place, "is still at it"))
            break
        said = receiver.recv()
        if said is None:
            break
        if isinstance(said, str):
            place = said
        else:
            found.append(said)
    process.join()
    return found


def test_there_are_expressions() -> None:
    places = {item.place for item in expressions()}
    assert len(places) > 150
    assert any(place.startswith("names of ") for place in places)


def test_a_slow_expression_is_found() -> None:
    import re

    for text in (r"(a+)+b", r"\s*\Z", r"#.*?b\Z", r"[a-z]*-[a-z]*\d"):
        assert faults([Expression("x", re.compile(text, re.DOTALL), True)], LARGE, 20), text


def test_no_expression_is_slow() -> None:
    assert faults(unbounded(), SIZES, SECONDS_OF_ALL) == []


def unbounded() -> list[Expression]:
    """Expressions that may be used on text of any length; those of bounded texts must still not explode."""
    return [item for item in expressions() if item.place not in BOUNDED]


def test_no_expression_explodes() -> None:
    chosen = [item for item in expressions() if item.place in BOUNDED]
    assert len(chosen) > 6
    assert faults(chosen, (24, 300), SECONDS_OF_ALL) == []


@pytest.mark.long
def test_no_expression_is_slow_for_a_megabyte() -> None:
    assert faults(unbounded(), LARGE, SECONDS_OF_ALL) == []

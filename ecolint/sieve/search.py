"""The sieve on raw bytes: which files need to be read at all."""

from __future__ import annotations

from ecolint.sieve import vocabulary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")
    Finder = Callable[[bytes], list[tuple[int, int, int]]]

WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
MARK = b"ecolint:"
ANY_OBJECT = (b".generate", b".chat")
"""Methods by which whatever object generates; those of `LOADED` count for one that is loaded in the same file."""
LOADED = (b".invoke", b".predict", b".complete", b".stream")
LOADERS = (
    b"HFLM",
    b"HuggingFaceLLM",
    b"from_model_id",
    b"from_pretrained",
    b"pipeline(",
)
STARTS = (
    b"subprocess",
    b"popen",
    b".system",
    b"import system",
    b".containers.",
    b"airflow",
    b"V1Container",
    b"serving_container_",
)
"""What stands in every Python module that starts a program or a container."""
OF_CALLS = (*dict.fromkeys((*vocabulary.KEYWORDS_OF, *vocabulary.VALUES_OF, *vocabulary.NAMES_OF)),)
BUCKETS = 16
"""Buckets of the search, into which words are dealt in turn."""


def _dealt(words: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The words in an order that puts those that begin alike into one bucket, which makes the search a third faster."""
    ordered = sorted(words)
    rows = -(-len(ordered) // BUCKETS)
    return tuple(word for row in range(rows) for word in ordered[row::rows])


IN_PYTHON = _dealt((MARK, *ANY_OBJECT, *LOADERS, *STARTS, *OF_CALLS))
"""Words of which one stands in every Python module in which the default rules find something."""
LINES = (*vocabulary.LINES_OF,)
MOST_WORDS = 64
"""Words up to which an automaton takes several bytes at once; with more it is four times slower."""


def keywords() -> tuple[bytes, ...]:
    """Byte strings of which one stands in every file that ecolint can find something in, sorted."""
    return vocabulary.KEYWORDS


def finder(words: tuple[bytes, ...]) -> Finder:
    """A search for all words at once: number of the word, start and end of each match, none within another.

    An automaton where its library is there; where it is not, the words one by one.
    """
    try:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind
    except ImportError:
        return lambda data: [
            (number, start, start + len(word))
            for number, word in enumerate(words)
            for start in places(data, word)
        ]
    automaton = BytesAhoCorasick(list(words), matchkind=MatchKind.LeftmostFirst)
    search: Finder = automaton.find_matches_as_indexes
    return search


def _once(make: Callable[[], T]) -> Callable[[], T]:
    """A function that is called once, and gives its result ever after; functools takes longer to load."""
    made: list[T] = []

    def give() -> T:
        if not made:
            made.append(make())
        return made[0]

    return give


def places(data: bytes, word: bytes) -> list[int]:
    """Where a word begins."""
    found = []
    at = data.find(word)
    while at >= 0:
        found.append(at)
        at = data.find(word, at + len(word))
    return found


@_once
def _any_keyword() -> tuple[Finder, ...]:
    """Searches that together know all keywords, each small enough to take several bytes at once."""
    words = keywords()
    parts = -(-len(words) // MOST_WORDS)
    return tuple(finder(words[part::parts]) for part in range(parts))


@_once
def _in_python() -> Finder:
    return finder(IN_PYTHON)


@_once
def _sure() -> frozenset[int]:
    """Which of the words in Python modules hold a keyword themselves."""
    return frozenset(
        number for number, word in enumerate(IN_PYTHON) if any(keyword in word for keyword in keywords())
    )


@_once
def _of_lines() -> Finder:
    return finder(LINES)


def is_candidate(data: bytes) -> bool:
    """Whether the bytes hold a keyword of any framework or format, in UTF-8, UTF-16 or UTF-32."""
    if data.startswith(WIDE_BOMS):
        data = data.replace(b"\0", b"")
    return any(search(data) for search in _any_keyword())


def is_telling_module(data: bytes) -> bool:
    """Whether the bytes of a Python module hold a keyword and may hold something that the default rules judge.

    Says yes wherever the parsed module would give a finding or an undecided value; where the bytes leave a doubt,
    too.
    """
    if data.startswith(WIDE_BOMS):
        return is_candidate(data)
    matches = _in_python()(data)
    if not matches or not (any(number in _sure() for number, _, _ in matches) or is_candidate(data)):
        return False
    found: dict[bytes, list[int]] = {}
    for number, start, _ in matches:
        found.setdefault(IN_PYTHON[number], []).append(start)
    if MARK in found:
        return True
    lines: dict[bytes, list[int]] = {}
    if not found.keys().isdisjoint(STARTS):
        for number, start, _ in _of_lines()(data):
            lines.setdefault(LINES[number], []).append(start)
    if not lines and found.keys() <= {*STARTS}:
        return False
    from ecolint.parsers.pythonic.glancing.glance import may_be_judged

    return may_be_judged(data, found, lines)

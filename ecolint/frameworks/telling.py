"""The words of all vocabularies and formats by which the sieve passes over files, gathered into one light module.

Importing every vocabulary costs more than sieving a thousand files, so `ecolint/sieve_words.py` keeps the gathered
words; `python -m ecolint.frameworks.telling` writes it, and a test fails where it is not what this module gathers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from ecolint.frameworks.registry import anchors, frameworks
from ecolint.suppressions import MARK

TARGET = os.path.join(os.path.dirname(os.path.dirname(__file__)), "sieve_words.py")
HEAD = '''"""Words that the sieve looks for. Written by `python -m ecolint.frameworks.telling`; not edited by hand."""

from __future__ import annotations
'''


def shortest(words: Iterable[bytes]) -> tuple[bytes, ...]:
    """The words that contain none of the others, sorted."""
    every = set(words)
    return tuple(
        sorted(word for word in every if not any(other != word and other in word for other in every))
    )


def keywords() -> tuple[bytes, ...]:
    """Byte strings of which one stands in every file that ecolint can find something in."""
    from ecolint.parsers.registry import formats

    return shortest((*anchors(), *(anchor for item in formats() for anchor in item.anchors), MARK))


def owners(*, lines: bool) -> dict[bytes, tuple[str, ...]]:
    """Words that tell, in a Python module, of a call (or of a command line) that the default rules may judge, and the
    vocabularies that they tell of. A word that contains another one is left out: the shorter one stands for both."""
    found: dict[bytes, set[str]] = {}
    for item in frameworks():
        if item.programs if lines else callee_names(item.calls):
            for word in (item.telling_lines if lines else item.telling_calls) or item.anchors:
                found.setdefault(word, set()).add(item.name)
    return {
        word: tuple(sorted({name for longer, names in found.items() if word in longer for name in names}))
        for word in shortest(found)
    }


def callee_names(patterns: Iterable[str]) -> tuple[bytes, ...]:
    """Last names of callees; of a constructor `from_dict` its class. Callees of unknown objects have none."""
    names = set()
    for pattern in patterns:
        head, _, name = pattern.rpartition(".")
        if head != "?":
            names.add((head.rpartition(".")[2] if name == "from_dict" else name).encode())
    return tuple(sorted(names))


def text() -> str:
    """The module `ecolint/sieve_words.py`."""
    return HEAD + "".join(_tables())


def _tables() -> Iterator[str]:
    yield _assigned("KEYWORDS", "In every file that anything can be found in.", map(repr, keywords()), "()")
    yield _assigned(
        "OF_CALLS",
        "In Python: words that tell of a judged call, and of whose.",
        (f"{word!r}: {names!r}" for word, names in owners(lines=False).items()),
        "{}",
    )
    yield _assigned(
        "OF_LINES",
        "In Python: words that tell of a judged command line.",
        map(repr, owners(lines=True)),
        "()",
    )
    yield _assigned(
        "CALLEES",
        "In Python: names of what each vocabulary calls.",
        (f"{item.name!r}: {names!r}" for item in frameworks() if (names := callee_names(item.calls))),
        "{}",
    )
    other = sorted({_expression(pattern) for item in frameworks() for pattern in item.other_calls})
    yield _assigned("OTHER_CALLS", "Patterns of callees that say nothing.", map(repr, other), "()")


def _expression(pattern: str) -> str:
    """Regular expression of a pattern in which `*` stands for any text; the same on every Python, in linear time."""
    first, *rest = map(re.escape, pattern.split("*"))
    middle = "".join(f"(?:(?!{part}).)*{part}" for part in rest[:-1])
    return f"(?s:{first}{middle}{''.join(f'.*{part}' for part in rest[-1:])})\\Z"


def _assigned(name: str, meaning: str, items: Iterable[str], brackets: str) -> str:
    inner = "".join(f"    {item},\n" for item in items)
    return f'\n{name} = {brackets[0]}\n{inner}{brackets[1]}\n"""{meaning}"""\n'


if __name__ == "__main__":
    gathered = text()
    with open(TARGET, "w", encoding="utf-8") as handle:
        handle.write(gathered)

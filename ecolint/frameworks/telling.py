"""The words of all vocabularies and formats by which the sieve passes over files, gathered into light modules.

Importing every vocabulary costs more than sieving a thousand files, so `vocabulary.py` of `ecolint/sieve` keeps the
gathered words, and `document_words.py` those that tell of a judged setting in configurations, scripts and build files;
`python -m ecolint.frameworks.telling` writes both, and a test fails where one is not what this module gathers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecolint.frameworks.base import Framework
from ecolint.frameworks.registry import anchors, frameworks
from ecolint.sieve.document_glance import folded
from ecolint.sieve.search import ANY_OBJECT, LOADERS, MARK, STARTS

HOME = os.path.join(os.path.dirname(os.path.dirname(__file__)), "sieve")
HEAD = '''"""Words that %s. Written by `python -m ecolint.frameworks.telling`; not edited by hand."""

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
    return shortest((*anchors(), *_of_formats(), MARK))


def _of_formats() -> Iterator[bytes]:
    from ecolint.parsers.registry import formats

    return (anchor for item in formats() for anchor in item.anchors)


Words = dict[bytes, tuple[str, ...]]
"""Words, and the vocabularies that they tell of."""


def of_calls() -> tuple[Words, Words, Words]:
    """Words that tell, in a Python module, of a call that the default rules may judge: as keywords, in texts, and
    wherever they stand. A word that contains another one is left out: the shorter one stands for both."""
    callers = [item for item in frameworks() if callee_names(item.calls)]
    kinds = (
        {item.name: item.telling_keywords for item in callers},
        {item.name: item.telling_values for item in callers},
        {item.name: _names(item) for item in callers},
    )
    short = shortest(word for kind in kinds for words in kind.values() for word in words)
    keywords, values, names = (_owners(short, kind) for kind in kinds)
    return keywords, values, names


def of_lines() -> Words:
    """Words that tell, in a Python module, of a command line that the default rules may judge."""
    kind = {item.name: item.telling_lines or item.anchors for item in frameworks() if item.programs}
    return _owners(shortest(word for words in kind.values() for word in words), kind)


def of_documents() -> tuple[bytes, ...]:
    """Words of which one stands wherever the default rules may judge something in another file, but for keys in
    another spelling: those of command lines, those that name a vocabulary wherever only its name tells, those of the
    formats, and those of Python, which other files hold as well."""
    found = {MARK, *ANY_OBJECT, *LOADERS, *STARTS, *_of_formats()}
    found.update(word for words in of_calls() for word in words)
    for item in frameworks():
        found.update(item.telling_lines or item.anchors)
        if item.configs and not item.telling_keys:
            found.update(item.anchors)
    return shortest(found)


def of_keys() -> tuple[bytes, ...]:
    """The beginnings of judged keys, without case and separators."""
    return shortest(folded(key) for item in frameworks() for key in item.telling_keys)


def _names(item: Framework) -> tuple[bytes, ...]:
    stated = item.telling_keywords or item.telling_values or item.telling_names
    return item.telling_names if stated else item.anchors


def _owners(short: Iterable[bytes], kind: Mapping[str, Sequence[bytes]]) -> Words:
    return {
        word: owners
        for word in short
        if (
            owners := tuple(
                sorted(name for name, words in kind.items() if any(word in item for item in words))
            )
        )
    }


def starters(item: Framework) -> tuple[bytes, ...]:
    """What stands in every text that starts a program or image of a vocabulary, or sets a variable of its own, but for
    programs that are called by common words."""
    named = {_program(pattern) for pattern in item.programs} - {*_common(item)}
    named.update(part.strip("*") for part in (*item.images, *item.own_variables))
    return shortest(word.encode() for word in named)


def _common(item: Framework) -> Iterator[str]:
    """Programs that are called by common words, as `server` is."""
    return (word for word in item.programs if word.isalpha())


def _program(pattern: str) -> str:
    """The word of a command prefix that tells most."""
    first, *rest = (word for word in pattern.split() if word != "-m")
    return (rest[0] if first == "python" else first).rpartition("/")[2].strip("*")


def callee_names(patterns: Iterable[str]) -> tuple[bytes, ...]:
    """Last names of callees; of a constructor `from_dict` its class. Methods of whatever a call gives have none."""
    names = set()
    for pattern in patterns:
        head, _, name = pattern.rpartition(".")
        if not head.endswith(("?", "()")):
            names.add((head.rpartition(".")[2] if name == "from_dict" else name).encode())
    return tuple(sorted(names))


def sieve_words() -> str:
    """The module `ecolint/sieve/vocabulary.py`."""
    return HEAD % "the sieve looks for" + "".join(_tables())


def document_words() -> str:
    """The module `ecolint/sieve/document_words.py`."""
    words = _assigned("WORDS", "As they are written.", map(repr, of_documents()), "()")
    keys = _assigned("KEYS", "Without case, `-` and `_`.", map(repr, of_keys()), "()")
    return HEAD % "tell of judged settings" + words + keys


WRITTEN = {"vocabulary.py": sieve_words, "document_words.py": document_words}


def _tables() -> Iterator[str]:
    yield _assigned("KEYWORDS", "In every file that anything can be found in.", map(repr, keywords()), "()")
    keywords_of, values_of, names_of = of_calls()
    yield _table("KEYWORDS_OF", "In Python: words that tell of a judged call as keyword or key.", keywords_of)
    yield _table("VALUES_OF", "In Python: words that tell of a judged call in a text.", values_of)
    yield _table(
        "VALUES",
        "In Python: the texts themselves.",
        {item.name: item.telling_values for item in frameworks() if item.telling_values},
    )
    yield _table("NAMES_OF", "In Python: words that tell of a judged call wherever they stand.", names_of)
    yield _table("LINES_OF", "In Python: words that tell of a judged command line.", of_lines())
    yield _table(
        "STARTERS",
        "In Python: words of which one stands in every text that starts them.",
        {item.name: starters(item) for item in frameworks() if item.programs},
    )
    yield _table(
        "COMMON_STARTERS",
        "In Python: programs that are called by common words.",
        {
            item.name: tuple(word.encode() for word in sorted(_common(item)))
            for item in frameworks()
            if any(_common(item))
        },
    )
    yield _table(
        "CALLEES",
        "In Python: names of what each vocabulary calls.",
        {item.name: names for item in frameworks() if (names := callee_names(item.calls))},
    )
    other = sorted({_expression(pattern) for item in frameworks() for pattern in item.other_calls})
    yield _assigned("OTHER_CALLS", "Patterns of callees that say nothing.", map(repr, other), "()")


def _table(name: str, meaning: str, rows: Mapping[Any, object]) -> str:
    return _assigned(name, meaning, (f"{key!r}: {value!r}" for key, value in rows.items()), "{}")


def _expression(pattern: str) -> str:
    """Regular expression of a pattern in which `*` stands for any text; the same on every Python, in linear time."""
    first, *rest = map(re.escape, pattern.split("*"))
    middle = "".join(f"(?:(?!{part}).)*{part}" for part in rest[:-1])
    return f"(?s:{first}{middle}{''.join(f'.*{part}' for part in rest[-1:])})\\Z"


def _assigned(name: str, meaning: str, items: Iterable[str], brackets: str) -> str:
    inner = "".join(f"    {item},\n" for item in items)
    return f'\n{name} = {brackets[0]}\n{inner}{brackets[1]}\n"""{meaning}"""\n'


if __name__ == "__main__":
    gathered = {name: text() for name, text in WRITTEN.items()}
    for name, content in gathered.items():
        with open(os.path.join(HOME, name), "w", encoding="utf-8") as handle:
            handle.write(content)

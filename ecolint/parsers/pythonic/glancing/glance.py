"""Whether a module is worth parsing: whether its bytes can hold anything that the default rules may judge.

A parse costs a hundred times what this costs, and most files that name a framework neither configure nor start
anything. A module is worth it where it holds

- a word that tells of a judged setting and, in its code, a callee that takes it or the start of a program, or
- a call that generates, in its code, that a loop may run, or
- a load that takes keywords from another module, or an `ecolint:` comment.

Words and callees are the vocabularies' own. Where the bytes leave a doubt, the answer is yes.
"""

from __future__ import annotations

import re
from functools import cache

from ecolint.parsers.pythonic.glancing import looping
from ecolint.parsers.pythonic.glancing.lexis import code_of
from ecolint.parsers.pythonic.glancing.mentions import (
    NAME_LIMIT,
    OF_WORD,
    is_key,
    is_quoted,
    line_start,
    text_at,
)
from ecolint.parsers.pythonic.glancing.origins import split
from ecolint.sieve import search, vocabulary
from ecolint.sieve.search import ANY_OBJECT, LOADED, LOADERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Places = Mapping[bytes, Sequence[int]]
    Words = tuple[bytes, ...]
    Owners = tuple[str, ...]

START = re.compile(
    rb"subprocess\s*\.\s*(?:[rgP]|c[ah])|create_subprocess_|import\s+subprocess\s+as|from\s+(?:subprocess|os)\s+import"
    rb"|os\s*\.\s*(?:system|popen)|import\s+os\s+as|get_ipython"
    rb"|containers\s*\.\s*(?:run|create)|Model\s*\.\s*upload|V1Container|DockerOperator|KubernetesPodOperator"
)
"""A program or container is started, or what starts it is given another name."""
SPREADING = (b"from_pretrained", b"from_model_id")
SPREAD = re.compile(rb"\s*\([^()]*\*\*\s*([A-Za-z_]\w*)")
IMPORT = re.compile(rb"import\b(?:[ \t]*\([^()]*|[^\n;#\\]*(?:\\\r?\n[^\n;#\\]*)*)")
WORD = re.compile(rb"\w+")
COMMON_STARTER = (
    rb"[\[,]\s{0,200}[fFrR]?[\"'](?:%b)(?:\.exe)?[\"']\s{0,200},"
    rb"|(?:/|\bjoin\([^()\n]{0,200},)\s{0,200}[fFrR]?[\"'](?:%b)(?:\.exe)?[\"']"
    rb"|[\"'](?:%b)[ ]|/(?:%b)(?:\.exe)?[\"'\s]"
)
"""A program that is called by a common word stands in a list before its arguments, begins a text or ends a path."""
BYTES_LIMIT = 3_000_000
"""Bytes of arguments that are looked at for one callee; a module that needs more is worth parsing."""
MOST_NAMES = 8
"""Names that may stand for one callee; a module with more of them is worth parsing."""
ANY = (b"",)
CARRIERS = (b"*", b"{", b"args")
"""What stands among arguments that hold settings by another name."""
USE = re.compile(rb"(?!\w)\s*(?:(\(|\.\s*from_dict\b)|as\s+(\w+)|(?=[^.\w])|\Z)")
"""What follows a callee that is called, given another name by an import, or assigned."""
ASSIGNED = re.compile(rb"=[^(]*\Z")
ARGUMENT = re.compile(rb"\s*(?:\)|,\s*\n)")
"""What follows the value of a keyword rather than of a variable."""
VALUE = re.compile(rb"(?:\A|[{,])\s*(?:\w+\.[\w.]+\s*)?:\s*\Z")
"""What stands before a value in a mapping whose key is a text, or an attribute."""
PARTIAL = re.compile(rb"\bpartial\s{0,200}\(\s{0,200}[\w.]{0,200}\Z")
"""What stands before a callee that is given some arguments without being called."""
OTHER_NAME = re.compile(rb"(?:\w|\b(?:def|class)\s+)\Z")
OWNER = re.compile(rb"[\w.]+\Z")
PIPELINE = (b"pipeline(", b"from_model_id")
TELLING_CALLEES = vocabulary.KEYWORDS_OF.keys() & {
    name for names in vocabulary.CALLEES.values() for name in names
}
"""Callees that only serve to set what is judged."""


def may_be_judged(data: bytes, places: Places, lines: Places) -> bool:
    """Whether a module may hold something that the default rules judge.

    `places` are where the sieve's words stand, `lines` where words of command lines do.
    """
    if _spreads_imported(data, places):
        return True
    calls = _calls(data, places)
    starts = _may_start(data, lines)
    generates = _may_generate(data, places)
    if not (calls or starts or generates):
        return False
    parts = code_of(data)
    if parts is None:
        return True
    code, texts = parts
    if any(_is_used(code, name, words) or _is_used(texts, name) for name, words in calls.items()):
        return True
    if starts and any(START.search(part) for part in parts):
        return True
    return generates and (looping.generates_in_loop(code) or looping.generates_in_field(texts))


def _calls(data: bytes, places: Places) -> dict[bytes, Words | None]:
    """Names in the module that may be given a judged setting, each with the words of which one must stand among the
    arguments; None where any call counts."""
    anyhow = _owners(vocabulary.NAMES_OF, data, places) | _by_value(data, places)
    found: dict[bytes, Words | None] = dict.fromkeys(
        name for owner in anyhow for name in vocabulary.CALLEES[owner] if _stands(data, name)
    )
    found.update(
        (name, ANY) for name in TELLING_CALLEES & places.keys() if _stands_outside(data, places[name])
    )
    keywords: dict[str, list[bytes]] = {}
    for word in vocabulary.KEYWORDS_OF.keys() & places.keys():
        if any(is_key(data, start) for start in places[word]):
            for owner in vocabulary.KEYWORDS_OF[word]:
                keywords.setdefault(owner, []).append(word)
    for owner in keywords.keys() - anyhow:
        for name in vocabulary.CALLEES[owner]:
            known = found.get(name, ())
            if known is not None and _stands(data, name):
                found[name] = (*known, *keywords[owner])
    return found


def _owners(table: Mapping[bytes, Owners], data: bytes, places: Places) -> set[str]:
    """Vocabularies of which a word stands outside of comments and examples."""
    found: set[str] = set()
    for word in table.keys() & places.keys():
        if not found.issuperset(table[word]) and _stands_outside(data, places[word]):
            found.update(table[word])
    return found


def _by_value(data: bytes, places: Places) -> set[str]:
    """Vocabularies of which a value stands in a text."""
    found: set[str] = set()
    for word in vocabulary.VALUES_OF.keys() & places.keys():
        owners = vocabulary.VALUES_OF[word]
        for start in places[word]:
            if found.issuperset(owners):
                break
            text = text_at(data, start)
            found.update(
                owner for owner in owners if any(value in text for value in vocabulary.VALUES[owner])
            )
    return found


def _may_start(data: bytes, lines: Places) -> bool:
    """Whether a command line may be judged: a word of a vocabulary's flags stands there, and one of its programs."""
    owners = _owners(vocabulary.LINES_OF, data, lines)
    return any(_begins_word(data, word) for owner in owners for word in vocabulary.STARTERS[owner]) or any(
        _common_starter(owner).search(data) for owner in owners & vocabulary.COMMON_STARTERS.keys()
    )


@cache
def _common_starter(owner: str) -> re.Pattern[bytes]:
    return re.compile(COMMON_STARTER % ((b"|".join(vocabulary.COMMON_STARTERS[owner]),) * 4))


def _begins_word(data: bytes, word: bytes) -> bool:
    """Whether a word stands somewhere, and not at the end of another one."""
    at = data.find(word)
    while at > 0 and data[at] in OF_WORD and data[at - 1] in OF_WORD:
        at = data.find(word, at + 1)
    return at >= 0


def _stands(data: bytes, name: bytes) -> bool:
    """Whether a name stands somewhere, and not as part of another one."""
    end = 0
    while (at := data.find(name, end)) >= 0:
        end = at + len(name)
        if data[end : end + 1].isalnum() or data[end : end + 1] == b"_":
            continue
        if at == 0 or data[at - 1] not in OF_WORD:
            return True
    return False


def _stands_outside(data: bytes, places: Iterable[int]) -> bool:
    return any(not is_quoted(data, start) for start in places)


def _may_generate(data: bytes, places: Places) -> bool:
    """Whether something that generates is called outside of comments and examples, and there are loops or lists."""

    renamed = PIPELINE if places.keys() & PIPELINE and _renames_pipeline(data) else ()

    def called(names: Iterable[bytes], places: Places) -> bool:
        return _stands_outside(
            data,
            (
                start
                for name in names
                for start in places.get(name, ())
                if looping.CALLED.match(data, start + len(name.rstrip(b"(")))
                and (
                    not data.endswith(b"super()", 0, start)
                    if name.startswith(b".")
                    else start == 0 or data[start - 1] not in OF_WORD or name in renamed
                )
            ),
        )

    if not called((*ANY_OBJECT, *PIPELINE), places):
        if not called(LOADERS, places):
            return False
        if not called(LOADED, {name: search.places(data, name) for name in LOADED}):
            return False
    return b"for " in data or looping.MANY.search(data) is not None


def _renames_pipeline(data: bytes) -> bool:
    return any(looping.is_renamed(data, found.start()) for found in looping.RENAMED.finditer(data))


def _spreads_imported(data: bytes, places: Places) -> bool:
    """Whether a load takes `**keywords` whose name is imported."""
    names = {
        spread[1]
        for word in SPREADING
        for start in places.get(word, ())
        if (spread := SPREAD.match(data, start + len(word)))
    }
    return bool(names) and any(
        not names.isdisjoint(WORD.findall(statement[0])) for statement in IMPORT.finditer(data)
    )


def _is_used(code: bytes, name: bytes, words: Words | None = None, known: tuple[bytes, ...] = ()) -> bool:
    """Whether a name is called with one of the words, or a mapping, among its arguments; or is given another name
    that may be. With no words any call counts. `known` are the names that stand for the same.
    """
    known = (*known, name)
    if len(known) > MOST_NAMES:
        return True
    at = -1
    left = BYTES_LIMIT
    while (at := code.find(name, at + 1)) >= 0:
        first = line_start(code, at)
        if first is None:
            return True
        line = code[first:at]
        use = USE.match(code, at + len(name))
        if use is None or OTHER_NAME.search(line) or _says_nothing(line, name):
            continue
        if use[2]:
            if use[2] not in known and _is_used(code, use[2], words, known):
                return True
        elif not use[1]:
            if PARTIAL.search(code, max(0, at - NAME_LIMIT), at):
                return True
            if VALUE.search(line) or (ASSIGNED.search(line) and not ARGUMENT.match(code, use.end())):
                return True
        elif words is None:
            return True
        else:
            arguments, end = split(code, use.end())
            left -= end - use.end()
            if left < 0 or _hold(arguments, words):
                return True
    return False


def _hold(arguments: list[bytes], words: Words) -> bool:
    return any(part.strip() and any(word in part for word in (*words, *CARRIERS)) for part in arguments)


def _says_nothing(line: bytes, name: bytes) -> bool:
    """Whether the callee that ends a line with this name is one that no vocabulary wants, by its text."""
    if line.endswith(b"self.") and name not in LOADERS:
        return True
    if not line.endswith(b"."):
        return False
    owner = OWNER.search(line, max(0, len(line) - NAME_LIMIT))
    return (
        owner is not None and _other_calls().match((owner[0] + name).decode("ascii", "replace")) is not None
    )


@cache
def _other_calls() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.OTHER_CALLS))

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

from ecolint import sieve_words
from ecolint.parsers.pythonic import looping
from ecolint.parsers.pythonic.lexis import code_of
from ecolint.sieve import ANY_OBJECT, LOADED, LOADERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Places = Mapping[bytes, Sequence[int]]

START = re.compile(
    rb"subprocess\s*\.\s*(?:[rgP]|c[ah])|create_subprocess_|import\s+subprocess\s+as|from\s+(?:subprocess|os)\s+import"
    rb"|os\s*\.\s*(?:system|popen)|import\s+os\s+as"
)
"""A program is started, or what starts it is given another name."""
SPREAD = re.compile(rb"from_(?:pretrained|model_id)\s*\([^()]*\*\*\s*([A-Za-z_]\w*)")
IMPORTED = rb"\bimport\b[^;'\"#=:]{0,4000}?\b%b\b"
QUOTED_LINE = re.compile(rb"[ \t]*(?:>>>|\.\.\. |#)")
"""A line that starts so is an example in a text, or a comment, or no Python at all."""
OF_NAME = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.~-")
LINE_LIMIT = 2000
"""Bytes before a word in which its line is expected to begin; a module with longer lines is worth parsing."""
NAME_LIMIT = 200
OF_WORD = OF_NAME - frozenset(b".~-")
USE = re.compile(rb"(?!\w)(\s*(?:\(|\.\s*from_dict|as\b))?")
OTHER_NAME = re.compile(rb"(?:\w|\b(?:def|class)\s+)\Z")
OWNER = re.compile(rb"[\w.]+\Z")
PIPELINE = (b"pipeline(", b"from_model_id")


def may_be_judged(data: bytes, places: Places, lines: Sequence[int]) -> bool:
    """Whether a module may hold something that the default rules judge.

    `places` are where the sieve's words stand, `lines` where words of command lines do.
    """
    if _spreads_imported(data, places):
        return True
    callees = _callees(data, places)
    starts = _stands_outside(data, lines)
    generates = _may_generate(data, places)
    if not (callees or starts or generates):
        return False
    parts = code_of(data)
    if parts is None:
        return True
    if any(_is_used(part, name) for part in parts for name in callees):
        return True
    if starts and any(START.search(part) for part in parts):
        return True
    code, texts = parts
    return generates and (looping.generates_in_loop(code) or looping.generates_in_field(texts))


def _callees(data: bytes, places: Places) -> frozenset[bytes]:
    """Names in the module that take settings of which a word stands outside of comments and examples."""
    found: set[str] = set()
    for word in sieve_words.OF_CALLS.keys() & places.keys():
        owners = sieve_words.OF_CALLS[word]
        if not found.issuperset(owners) and _stands_outside(data, places[word]):
            found.update(owners)
    return frozenset(name for owner in found for name in sieve_words.CALLEES[owner] if name in data)


def _stands_outside(data: bytes, places: Iterable[int]) -> bool:
    return any(not _is_quoted(data, start) for start in places)


def _is_quoted(data: bytes, start: int) -> bool:
    """Whether a place is seen to be a comment, an example in a text, or a name that a text marks as code."""
    line = data.rfind(b"\n", max(0, start - LINE_LIMIT), start) + 1
    if line == 0 and start > LINE_LIMIT:
        return False
    if QUOTED_LINE.match(data, line):
        return True
    while start > line and data[start - 1] in OF_NAME:
        start -= 1
    return start > line and data[start - 1 : start] == b"`"


def _may_generate(data: bytes, places: Places) -> bool:
    def outside(names: Iterable[bytes]) -> bool:
        return _stands_outside(
            data,
            (
                start
                for name in names
                for start in places.get(name, ())
                if name.startswith(b".") or start == 0 or data[start - 1] not in OF_WORD
            ),
        )

    if not (outside((*ANY_OBJECT, *PIPELINE)) or (outside(LOADED) and outside(LOADERS))):
        return False
    return b"for " in data or b"while" in data


def _spreads_imported(data: bytes, places: Places) -> bool:
    """Whether a load takes `**keywords` whose name is imported."""
    if b"from_pretrained" not in places and b"from_model_id" not in places:
        return False
    return any(re.search(IMPORTED % name, data) for name in set(SPREAD.findall(data)))


def _is_used(code: bytes, name: bytes) -> bool:
    """Whether a name is called, imported under another one, or assigned."""
    at = -1
    while (at := code.find(name, at + 1)) >= 0:
        first = code.rfind(b"\n", max(0, at - LINE_LIMIT), at) + 1
        if first == 0 and at > LINE_LIMIT:
            return True
        line = code[first:at]
        use = USE.match(code, at + len(name))
        if use is None or OTHER_NAME.search(line) or _says_nothing(line, name):
            continue
        if use[1] or (b"=" in line and b"(" not in line.rpartition(b"=")[2]):
            return True
    return False


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
    return re.compile("|".join(sieve_words.OTHER_CALLS))

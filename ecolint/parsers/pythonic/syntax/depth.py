"""Whether a text is shallow enough for a parser that descends without a limit of its own.

libcst's parser overflows the stack of the process on deep nesting, which nothing can catch.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections import Counter

SIZE_LIMIT = 2_000_000
NUMBER_LIMIT = 4_300
"""Digits of a number; Python reads no longer ones, and its tokenizer takes 600 bytes for each."""
DIGITS = re.compile(r"[0-9A-Fa-f_]+")
NESTING_LIMIT = 80
CHAIN_LIMIT = 400
FLAT = frozenset((",", ":", "=", "(", ")", "[", "]", "{", "}", ";", "->"))


def has_long_number(text: str) -> bool:
    """Whether a text may hold a number of more digits than Python reads."""
    return any(found.end() - found.start() > NUMBER_LIMIT for found in DIGITS.finditer(text))


def is_shallow(text: str) -> bool:
    """Whether brackets, operators, keywords and branches nest and chain within limits."""
    if len(text) > SIZE_LIMIT or has_long_number(text):
        return False
    depth = 0
    chained = 0
    before = 0
    branches: Counter[int] = Counter()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NEWLINE:
                chained = 0
            elif token.type == tokenize.OP:
                depth += (token.string in "([{") - (token.string in ")]}")
                chained += token.string not in FLAT
            elif token.type == tokenize.NAME and token.string == "elif":
                branches[token.start[1]] += 1
            elif token.type == tokenize.STRING:
                chained += before == tokenize.STRING
            elif keyword.iskeyword(token.string):
                chained += 1
            before = token.type
            if depth > NESTING_LIMIT or chained > CHAIN_LIMIT:
                return False
    except (tokenize.TokenError, SyntaxError, ValueError):
        return False
    return max(branches.values(), default=0) <= CHAIN_LIMIT

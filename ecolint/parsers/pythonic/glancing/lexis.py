"""Python's code apart from its strings and comments, without parsing it.

One regular expression reads strings and comments as the language defines them, prefixes and escapes included.
What it cannot be sure of (strings without an end, quotes nested in the fields of an f-string) makes `code_of`
give up, so that nothing is passed over on a guess.
"""

from __future__ import annotations

import re

_LONG = {quote: rb"[^\\%b]*(?:(?:\\.|%b(?!%b%b))[^\\%b]*)*" % ((quote,) * 5) for quote in (b'"', b"'")}
_SHORT = {quote: rb"[^\\%b\r\n]*(?:\\(?:\r\n|.)[^\\%b\r\n]*)*" % (quote, quote) for quote in (b'"', b"'")}


def _string() -> bytes:
    """Pattern of a string after its first quote."""
    sides = (
        rb"(?<=%b)(?:%b%b%b%b%b%b|(?!%b%b)%b%b)"
        % (quote, quote, quote, _LONG[quote], *(quote,) * 5, _SHORT[quote], quote)
        for quote in (b'"', b"'")
    )
    return b"(?:" + b"|".join(sides) + b")"


_LEXEME = re.compile(
    rb"""["'#](?:(?<=\#)[^\r\n]*|(?:(?<=[fFtT]["'])|(?<=[fFtT][rR]["']))(%b)|%b|(?<=(["'])))"""
    % (_string(), _string()),
    re.DOTALL,
)
"""A string or comment. The groups are the rest of an f-string after its first quote, and a quote without end."""
_FIELD = re.compile(rb"\{([^{}]+)")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_KINDS = bytes(
    ord(
        " "
        if sign in b" \t\r\n\f"
        else "a"
        if sign >= 0x80 or chr(sign).isalnum() or sign == ord("_")
        else "."
    )
    for sign in range(256)
)
"""For each byte whether it is blank, part of a word, or a sign."""


def code_of(data: bytes) -> tuple[bytes, bytes] | None:
    """The code in the bytes of a module, and the texts of its f-strings, one on a line.

    In the code strings and comments are single spaces, so lines that end inside of strings are joined; of an f-string
    the words in its fields are left. None where strings and code cannot be told apart with certainty.
    """
    parts = _LEXEME.split(data)
    if any(parts[2::3]):
        return None
    texts = list(filter(None, parts[1::3]))
    for text in texts:
        if text.count(b"{") != text.count(b"}") or text.count(b"{{") != text.count(b"}}"):
            return None
    parts[1::3] = [_words(text) if text else b" " for text in parts[1::3]]
    del parts[2::3]
    return b"".join(parts), b"\n".join(texts)


def tokens_in(data: bytes) -> int:
    """About how many words, strings, comments and signs the bytes of a module hold."""
    parts = _LEXEME.split(data)
    kinds = b" ".join(filter(None, parts)).translate(_KINDS)
    return kinds.count(b".") + kinds.count(b".a") + kinds.count(b" a") + len(parts) // 3


def _words(text: bytes) -> bytes:
    """Words in the fields of an f-string."""
    return b" %b " % b" ".join(word for field in _FIELD.findall(text) for word in _WORD.findall(field))

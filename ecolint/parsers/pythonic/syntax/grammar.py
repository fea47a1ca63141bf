"""Source text to a syntax tree, as much of it as can be had."""

from __future__ import annotations

import ast
import re
import warnings

from ecolint.parsers.allowance import for_size
from ecolint.parsers.pythonic.glancing import lexis
from ecolint.records import dataclass
from ecolint.source import Fragment, SourceFile, Unreadable
from ecolint.statements import Problem

MOST_TOKENS = 50_000
"""Tokens that are parsed of each megabyte: a syntax tree takes some 550 bytes for one. The modules of the repositories
that ecolint is tried on have 44,000 at most."""
COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, and what had to be left out of it."""

    tree: ast.Module
    problems: tuple[Problem, ...] = ()


def decoded(source: SourceFile) -> Fragment:
    """The file as text, in the encoding that its first two lines declare (PEP 263).

    Raises Unreadable.
    """
    encoding, mark = source.encoding
    if mark or encoding != "utf-8":
        return source.fragment
    for line in source.data.split(b"\n", 2)[:2]:
        match = COOKIE.match(line)
        if match is not None:
            name = match[1].decode("ascii").lower().replace("_", "-")
            if name not in ("utf-8", "utf8", "utf-8-unix", "ascii", "us-ascii"):
                return _decoded_as(source, name)
            break
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return source.fragment


def _decoded_as(source: SourceFile, encoding: str) -> Fragment:
    try:
        text = source.data.decode(encoding)
        if not isinstance(text, str) or "\0" in text:
            raise Unreadable(f"not {encoding} text", 1)
        if text.encode(encoding) != source.data:
            return source.fragment
        return Fragment.of(text, encoding)
    except (LookupError, ValueError, TypeError):
        raise Unreadable(f"cannot be decoded as the declared {encoding}", 1) from None


def parse(text: str) -> Parsed:
    """Tree of a module.

    Where the running interpreter's grammar is older than the text, statements that it does not know are left
    out and told as problems. Raises Unreadable where nothing can be parsed.
    """
    most = for_size(MOST_TOKENS, text)
    if len(text) > most and tokens_in(text) > most:
        raise Unreadable(too_long(most), 1)
    try:
        return Parsed(strict(text))
    except SyntaxError as error:
        from ecolint.parsers.pythonic.syntax.newer import parse_newer

        parsed = parse_newer(text)
        if parsed is not None:
            return parsed
        raise Unreadable(f"not valid Python: {error.msg}", error.lineno or 1) from None
    except (RecursionError, MemoryError):
        raise Unreadable("nested too deeply", 1) from None
    except ValueError as error:
        raise Unreadable(f"not valid Python: {error}", 1) from None


def too_long(most: int) -> str:
    """What is wrong with a text of more tokens than that."""
    return f"more than {most:,} names, values and signs of Python"


def tokens_in(text: str) -> int:
    """About how many tokens a text has."""
    return lexis.tokens_in(text.encode(errors="replace"))


def strict(text: str) -> ast.Module:
    """The interpreter's own parser, without its warnings on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)

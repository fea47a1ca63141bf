"""Whether a script may call its own functions in a way that is not followed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ecolint.parsers.shellish.nodes import Function
from ecolint.parsers.shellish.options import listed

COMMENT = re.compile(r"(?m)#(?<![^\s;]#).*$")
TOKEN = re.compile(r"[^\s;&|()`\"']+|[;&|()`\"'\n]")
DYNAMIC = re.compile(
    r"(?m)(?:^|[;&|({`!]|\b(?:then|do|else|time|exec|if|while|until|eval))[ \t]*"
    r"[\"']?(?:[\w-]*[_-])?\$\{?[!\w@*]|\beval\b"
)
"""A command whose name is only known at run time."""
NO_COMMAND = re.compile(r"\\\r?\n|\((?<==\()[^()]{0,4000}\)")
"""Ends of lines that go on in the next one, and items of arrays: what follows or stands there is no command."""
PROGRAMS = listed(
    "vllm docker podman nerdctl kubectl systemctl ollama compose uv npm poetry pdm bentoml ray litellm"
)
"""Programs of which the next word is their own command, whatever the script calls its functions."""


def unnamed(functions: Iterable[Function], text: str) -> frozenset[str]:
    """Functions that nothing outside their own bodies names; none where the text may call any of them."""
    if DYNAMIC.search(NO_COMMAND.sub(" ", text)):
        return frozenset()
    counts = Counter(_mentions(text))
    names = set()
    for function in functions:
        own = Counter(_mentions(text[function.start : function.end]))
        if counts[function.name] <= own[function.name]:
            names.add(function.name)
    return frozenset(names)


def _mentions(text: str) -> Iterator[str]:
    """Words that may name a function."""
    before = ""
    for found in TOKEN.finditer(COMMENT.sub("", text)):
        word = found[0]
        if before not in PROGRAMS:
            yield word
        before = word

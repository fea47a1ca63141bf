"""Whether code, as bytes without strings and comments, may generate in a loop: told by its indentation.

Says yes more often than the parsed module does, never less often.
"""

from __future__ import annotations

import re

from ecolint.sieve import ANY_OBJECT, LOADED, LOADERS

GENERATES = re.compile(rb"(?:%b)\s*\(" % b"|".join(map(re.escape, (*ANY_OBJECT, *LOADED))))
LOADS = re.compile(rb"(?<!\w)(?:%b)\s*\(" % b"|".join(loader.rstrip(b"(") for loader in LOADERS))
PIPELINES = re.compile(
    rb"(?<![\w.])(?<!def )pipeline\s*\(|transformers\s*\.\s*pipeline\s*\("
    rb"|[pP]ipeline\w{0,100}\s*\.\s*from_\w{1,100}\s*\("
)
OTHER_NAME = b"import transformers as"
LOOPS = re.compile(rb"\b(?:for|while)\b")
HEADER = re.compile(rb"(?:async[ \t]+)?(?:for|while)\b")
DEFINITION = re.compile(rb"(?:async[ \t]+)?def[ \t]+(\w+)")
NO_BLOCK = (b")", b"]", b"}", b"@")
"""Beginnings of lines that open no block, whatever their indentation."""
CONTINUES = re.compile(rb"\s*(?:(?:async|for|if|else|and|or|not|in|is)\b|[)\]},.+*/%|&<>=-])")
MARKS = re.compile(rb"[(\[{]|[)\]}]|\bfor\b|\n")
MOST_CALLS = 40
"""Calls that are looked at; a module with more of them is worth parsing."""
CALLER_DEPTH = 2
"""How many calls of functions are followed outwards, as in `loops`."""


def generates_in_loop(code: bytes) -> bool:
    """Whether a call that generates may stand in a loop, or in a function that is called in one."""
    if b"ipeline" in code and LOOPS.search(code) and (OTHER_NAME in code or PIPELINES.search(code)):
        return True
    loads = LOADS.search(code) is not None
    calls = [
        call.start()
        for call in GENERATES.finditer(code)
        if (loads or code.startswith(ANY_OBJECT, call.start()))
        and not code.endswith(b"super()", 0, call.start())
    ]
    return len(calls) > MOST_CALLS or any(_in_loop(code, at, 0) for at in calls)


def generates_in_field(texts: bytes) -> bool:
    """Whether a call that generates stands in a field of an f-string, given the texts of f-strings by lines."""
    for call in GENERATES.finditer(texts):
        before = texts[texts.rfind(b"\n", 0, call.start()) + 1 : call.start()]
        if before.count(b"{") > before.count(b"}"):
            return True
    return False


def _in_loop(code: bytes, at: int, depth: int) -> bool:
    if _in_comprehension(code, at):
        return True
    line = code.rfind(b"\n", 0, at) + 1
    indent = _indent(code[line:at])
    nearest = True
    while line > 0 and indent:
        end = line - 1
        line = code.rfind(b"\n", 0, end) + 1
        stripped = code[line:end].strip()
        if not stripped:
            continue
        header = HEADER.match(stripped) is not None
        if header and nearest and not stripped.endswith(b":"):
            return True
        nearest = False
        here = _indent(code[line:end])
        if here >= indent or stripped.startswith(NO_BLOCK):
            continue
        if header:
            return True
        indent = here
        definition = DEFINITION.match(stripped)
        if definition:
            return _called_in_loop(code, definition[1], depth)
    return False


def _called_in_loop(code: bytes, name: bytes, depth: int) -> bool:
    if depth >= CALLER_DEPTH:
        return False
    found = re.finditer(rb"(?:self\.|(?<![\w.])(?<!def ))%b\s*\(" % name, code)
    calls = [call.start() for call in found]
    return len(calls) > MOST_CALLS or any(_in_loop(code, at, depth + 1) for at in calls)


def _indent(line: bytes) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _in_comprehension(code: bytes, at: int) -> bool:
    """Whether `for` follows in the same statement, or a loop begins before on the same line."""
    if LOOPS.search(code, code.rfind(b"\n", 0, at) + 1, at):
        return True
    depth = 0
    for mark in MARKS.finditer(code, at):
        text = mark[0]
        if text == b"for":
            return True
        if text == b"\n":
            if depth <= 0 and not CONTINUES.match(code, mark.end()):
                return False
        else:
            depth += 1 if text in b"([{" else -1
    return False

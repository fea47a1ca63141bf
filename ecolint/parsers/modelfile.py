"""Ollama Modelfiles, as a mapping of their instructions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecolint.inference import Known, Located, Place
from ecolint.parsers.base import Format
from ecolint.records import dataclass
from ecolint.repository import Repository
from ecolint.source import Fragment, SourceFile, Span
from ecolint.statements import Config, Reading

INSTRUCTIONS = frozenset(
    (
        "from",
        "license",
        "template",
        "system",
        "adapter",
        "draft",
        "renderer",
        "parser",
        "parameter",
        "message",
        "requires",
    )
)
NAMED = frozenset(("parameter", "message"))
"""Instructions whose first word is a name of its own."""
KEYWORD = re.compile(r"[ \t]*([A-Za-z]+)(?:[ \t]+|(?=\"))")
NAME = re.compile(r"([\w.-]+)[ \t]+")
QUOTES = '"""'


@dataclass(frozen=True, slots=True)
class Instruction:
    """`key` is the instruction, or for parameters `parameter.NAME`, in lower case."""

    key: str
    value: str
    span: Span
    value_span: Span


def instructions(fragment: Fragment) -> Iterator[Instruction]:
    """The instructions of a Modelfile in their order."""
    text = fragment.text
    at = 0
    while at < len(text):
        stop = _line_end(text, at)
        found = KEYWORD.match(text, at, stop)
        key = found[1].lower() if found is not None else ""
        if found is None or key not in INSTRUCTIONS:
            at = stop + 1
            continue
        begin = found.end()
        if key in NAMED and (name := NAME.match(text, begin, stop)):
            key, begin = f"{key}.{name[1].lower()}", name.end()
        first, last, end = _value(text, begin, stop)
        span = fragment.span(found.start(1), end)
        yield Instruction(key, text[first:last], span, fragment.span(first, last))
        at = max(end, _line_end(text, end)) + 1


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop


def _value(text: str, begin: int, stop: int) -> tuple[int, int, int]:
    """First and last character of a value, and the end of what is written for it."""
    if text.startswith(QUOTES, begin):
        close = text.find(QUOTES, begin + 3)
        close = len(text) if close < 0 else close
        return begin + 3, close, min(close + 3, len(text))
    last = begin + len(text[begin:stop].rstrip())
    if text.startswith('"', begin) and last - begin > 1 and text[last - 1] == '"':
        return begin + 1, last - 1, last
    return begin, last, last


def config(fragment: Fragment) -> Config | None:
    """The mapping that a Modelfile amounts to; None for a text without FROM.

    The first FROM is the model; of other instructions the last of several counts.
    """
    tree: dict[str, Located[str]] = {}
    for item in instructions(fragment):
        if item.key != "from" or item.key not in tree:
            known = Known.DYNAMIC if "$" in item.value or "{{" in item.value else Known.STATED
            tree[item.key] = Located(item.value, known, item.span, item.value_span, place=Place.INSTRUCTION)
    model = tree.get("from")
    if model is None or model.span is None:
        return None
    return Config("ollama-modelfile", tree, model.span)


def read(source: SourceFile, repository: Repository) -> Reading:
    """Raises Unreadable."""
    found = config(source.fragment)
    return Reading((found,)) if found is not None else Reading()


FORMAT = Format(
    "modelfile",
    read,
    names=("modelfile", "*.modelfile", "modelfile.*", "modelfile[-_]*", "*[-_]modelfile"),
    anchors=(b"PARAMETER ", b"parameter num_", b"FROM llama", b"FROM hf.co/", b"FROM ./", b"FROM qwen"),
    priority=60,
)

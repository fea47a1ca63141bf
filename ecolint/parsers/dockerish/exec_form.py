"""The exec form of an instruction: a JSON array of strings, with the place of every character."""

from __future__ import annotations

import re

from ecolint.parsers import allowance
from ecolint.parsers.shellish.values import spread
from ecolint.source import Fragment

BLANKS = re.compile(r"\s*")
RUN = re.compile(r"[^\"\\\x00-\x1f]+")
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
UNICODE = re.compile(r"[0-9A-Fa-f]{4}")


def exec_form(fragment: Fragment) -> list[Fragment] | None:
    """The strings of the array; None where the text is none, so that Docker takes it for shell text."""
    text = fragment.text
    at = _past_blanks(text, 0)
    if not text.startswith("[", at):
        return None
    at = _past_blanks(text, at + 1)
    items: list[Fragment] = []
    while text.startswith('"', at):
        item = _string(fragment, at + 1)
        if item is None:
            return None
        if len(items) < allowance.COMMAND:
            items.append(item[0])
        at = _past_blanks(text, item[1])
        if not text.startswith(",", at):
            break
        at = _past_blanks(text, at + 1)
        if not text.startswith('"', at):
            return None
    if not text.startswith("]", at) or text[at + 1 :].strip():
        return None
    return items


def _past_blanks(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    return found.end() if found else at


def _string(fragment: Fragment, at: int) -> tuple[Fragment, int] | None:
    """Characters of a string that begins at `at`, and the index after its closing quote."""
    text = fragment.text
    parts: list[Fragment] = []
    start = at
    while at < len(text):
        run = RUN.match(text, at)
        if run:
            parts.append(fragment.cut(at, run.end()))
            at = run.end()
        elif text[at] == '"':
            return (Fragment.join(parts) if parts else fragment.cut(start, start)), at + 1
        elif text[at] == "\\":
            sign, end = _escape(text, at)
            if sign is None:
                return None
            parts.append(spread(sign, fragment.span(at, end)))
            at = end
        else:
            return None
    return None


def _escape(text: str, at: int) -> tuple[str | None, int]:
    sign = text[at + 1 : at + 2]
    if sign == "u" and (code := UNICODE.match(text, at + 2)):
        number = int(code[0], 16)
        return ("\ufffd" if 0xD800 <= number < 0xE000 else chr(number)), code.end()
    return ESCAPES.get(sign), at + 2

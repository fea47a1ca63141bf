"""A Dockerfile as instructions: continuation lines joined, comments removed, here-documents taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ecolint.parsers.shellish.skipping import HEREDOC, heredoc_end
from ecolint.records import dataclass
from ecolint.source import Fragment, Span

DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
KEYWORD = re.compile(r"\s*([A-Za-z]+)[ \t]*")
WITH_HEREDOCS = frozenset(("RUN", "COPY", "ADD"))


@dataclass(frozen=True, slots=True)
class Instruction:
    """`keyword` in capitals; `arguments` on one line; `whole` with the here-documents that follow."""

    keyword: str
    arguments: Fragment
    whole: Fragment
    span: Span
    bodies: tuple[Fragment, ...] = ()


def instructions(fragment: Fragment) -> Iterator[Instruction]:
    """The instructions of a Dockerfile in their order. Lines that hold none are passed over."""
    text = fragment.text
    at, escape = _directives(text)
    while at < len(text):
        lines, after = _logical_line(text, at, escape)
        start, at = at, after
        if not lines:
            continue
        joined = Fragment.join(fragment.cut(first, last) for first, last in lines)
        keyword = KEYWORD.match(joined.text)
        if keyword is None:
            continue
        name = keyword[1].upper()
        arguments = joined.cut(keyword.end())
        bodies: list[Fragment] = []
        if name in WITH_HEREDOCS and "<<" in arguments.text:
            bodies, at = _bodies(fragment, arguments.text, at)
        whole = Fragment.join([arguments, fragment.cut(lines[-1][1], at)]) if bodies else arguments
        first = lines[0][0] + len(text[slice(*lines[0])]) - len(text[slice(*lines[0])].lstrip())
        last = at if bodies else lines[-1][1]
        last -= len(text[start:last]) - len(text[start:last].rstrip())
        yield Instruction(name, arguments, whole, fragment.span(first, last), tuple(bodies))


def _directives(text: str) -> tuple[int, str]:
    """Start of the first line after the parser directives, and the escape sign."""
    at, escape = 0, "\\"
    while at < len(text):
        stop = _line_end(text, at)
        found = DIRECTIVE.match(text[at : min(stop, at + 200)])
        if found is None:
            break
        if found[1].lower() == "escape" and found[2] in ("`", "\\"):
            escape = found[2]
        at = stop + 1
    return at, escape


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop


def _logical_line(text: str, at: int, escape: str) -> tuple[Sequence[tuple[int, int]], int]:
    """Parts of the lines that make up one instruction, without escapes; empty for blanks and comments."""
    parts: list[tuple[int, int]] = []
    while at < len(text):
        stop = _line_end(text, at)
        line = text[at:stop]
        content = line.strip()
        if not content or content.startswith("#"):
            at = stop + 1
            if parts:
                continue
            return [], at
        ending = line.rstrip()
        continues = ending.endswith(escape)
        parts.append((at, at + len(ending) - continues))
        at = stop + 1
        if not continues:
            break
    return parts, min(at, len(text))


def _bodies(fragment: Fragment, arguments: str, at: int) -> tuple[list[Fragment], int]:
    bodies: list[Fragment] = []
    for found in HEREDOC.finditer(arguments):
        if arguments[max(found.start() - 1, 0) : found.start()] == "<" or len(bodies) >= 20:
            continue
        quoted = found[2] or found[3]
        stop, after = heredoc_end(
            fragment.text, at, len(fragment.text), quoted or found[4], strip_tabs=bool(found[1])
        )
        bodies.append(fragment.cut(at, stop))
        at = after
    return bodies, at

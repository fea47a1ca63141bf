"""Finding the end of a nested construct without reading what is in it, in one pass."""

from __future__ import annotations

import re

SPECIAL = re.compile(r"[\\'\"`$(){}<\n#]")
HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([A-Za-z_][\w.-]*))")
ANSI_STRING = re.compile(r"\$'[^\\']*(?:\\.[^\\']*)*'?", re.DOTALL)


def heredoc_end(text: str, at: int, end: int, delimiter: str, strip_tabs: bool) -> tuple[int, int]:
    """End of a here-document's body that starts at `at`, and the start of the line after its delimiter."""
    while at < end and (place := text.find(delimiter, at, end)) >= 0:
        start = max(at, text.rfind("\n", at, place) + 1)
        newline = text.find("\n", place, end)
        stop = end if newline < 0 else newline
        line = text[start:stop].rstrip("\r")
        if (line.lstrip("\t") if strip_tabs else line) == delimiter:
            return start, min(stop + 1, end)
        at = stop + 1
    return end, end


def skip(text: str, at: int, end: int, closer: str) -> int:
    """Index after the `closer` (`)`, `}`, `"` or a backtick) of what was opened just before `at`.

    `end` where it is never closed.
    """
    stack = [closer]
    quoted = 1 if closer == '"' else 0
    pending: list[tuple[str, bool]] = []
    while (found := SPECIAL.search(text, at, end)) is not None:
        at = found.start()
        sign = text[at]
        top = stack[-1]
        at += 1
        if sign == "\\":
            at += 1
        elif sign == top:
            stack.pop()
            quoted -= sign == '"'
            if not stack:
                return at
        elif top == "`":
            continue
        elif sign == "$" and text[at : at + 1] in ("(", "{"):
            stack.append(")" if text[at] == "(" else "}")
            at += 1
        elif sign == "`":
            stack.append("`")
        elif top == '"':
            continue
        elif sign == '"':
            stack.append('"')
            quoted += 1
        elif sign == "'":
            if top == "}" and quoted:
                continue
            close = text.find("'", at, end)
            if close < 0:
                return end
            at = close + 1
        elif sign == "$" and text[at : at + 1] == "'":
            ansi = ANSI_STRING.match(text, at - 1, end)
            at = ansi.end() if ansi else at
        elif top == ")":
            if sign == "(":
                stack.append(")")
            elif sign == "#" and text[at - 2 : at - 1] in (" ", "\t", "\n", ";", "("):
                newline = text.find("\n", at, end)
                at = end if newline < 0 else newline
            elif sign == "<" and text[at : at + 1] == "<":
                opened = HEREDOC.match(text, at - 1, end)
                if opened and text[at + 1 : at + 2] != "<":
                    pending.append((opened[2] or opened[3] or opened[4], bool(opened[1])))
                    at = opened.end()
                else:
                    at += 2
            elif sign == "\n" and pending:
                for delimiter, strip_tabs in pending:
                    _, at = heredoc_end(text, at, end, delimiter, strip_tabs)
                pending.clear()
    return end

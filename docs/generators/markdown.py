"""Markdown that generators write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def cell(text: str) -> str:
    """A text as a cell of a table: on one line, with nothing in it that Markdown would read as a sign."""
    plain = " ".join(text.split())
    for sign in "\\|<*_[]":
        plain = plain.replace(sign, f"\\{sign}")
    return plain


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of finished cells; ends with a line end."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def details(summary: str, body: str) -> str:
    """A part that is folded until somebody opens it, on GitHub as on the site."""
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{body.strip()}\n\n</details>\n'

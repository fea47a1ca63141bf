"""A comparison as a Markdown table, columns aligned."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.advice.answer import Table


def markdown_table(table: Table) -> Iterator[str]:
    """Lines of the table; the last one names the winner of each dimension."""
    won = tuple(
        ", ".join(f"✓ {dimension}" for dimension, column in table.winners if column == title)
        for title in table.columns
    )
    cells = [
        ("Dimension", *table.columns),
        *((name, *(cell.text for cell in line)) for name, line in table.lines),
        ("Winner", *won),
    ]
    escaped = [tuple(text.replace("|", "\\|") for text in line) for line in cells]
    widths = [max(len(line[index]) for line in escaped) for index in range(len(escaped[0]))]
    for number, line in enumerate(escaped):
        yield "| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        if number == 0:
            yield "|" + "|".join("-" * (width + 2) for width in widths) + "|"

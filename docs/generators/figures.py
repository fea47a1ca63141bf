"""Charts of the documentation: a drawing in docs/charts, and the Markdown that shows it with its words and data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docs.generators.markdown import cell, details, table
from ecolint import evidence
from ecolint.charts import Chart, stylesheet

FOLDER = "charts"
WIDTH = 600
EXPLORER = "evidence.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart under the name of its file."""

    name: str
    chart: Chart

    def drawing(self) -> str:
        """The file: a picture of its own, light and dark."""
        style = f"<style>{stylesheet()}svg.eco-chart {{ width: {WIDTH}px; }}</style>"
        paper = '<rect width="100%" height="100%" style="fill: var(--eco-paper)"/>'
        opening, _, rest = self.chart.svg.partition(">")
        opening = opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        return f"{opening}>\n{style}\n{paper}\n{rest}\n"

    def markdown(self, up: str = "") -> str:
        """Title, picture, notes and data; `up` leads from the page to docs/."""
        chart = self.chart
        words = " ".join(chart.text_alternative.split()).replace("[", "(").replace("]", ")")
        parts = [f"### {chart.title}\n", f"![{words}]({up}{FOLDER}/{self.name}.svg)\n"]
        if chart.notes:
            parts.append("".join(f"- {cell(note)}\n" for note in chart.notes))
        parts.append(details("Data of this chart", self.data(up)))
        return "\n".join(parts)

    def data(self, up: str) -> str:
        """The table of the chart; a row of the evidence is a link to where all of it stands."""
        known = {row.id for row in evidence.rows()}
        rows = (
            [row_link(text, up) if text in known else cell(text) for text in line]
            for line in self.chart.table.rows
        )
        return table(self.chart.table.columns, rows)


def row_link(row_id: str, up: str = "") -> str:
    """A row's name as a link to its line in the explorer."""
    return f"[`{row_id}`]({up}{EXPLORER}#{row_id})"


def drawings(figures: tuple[Figure, ...]) -> dict[str, Callable[[], str]]:
    """The files of charts, by path."""
    return {f"docs/{FOLDER}/{figure.name}.svg": figure.drawing for figure in figures}

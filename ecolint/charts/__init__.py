"""Charts of the measured rows as inline SVG, each with its words and its table.

What they draw comes from `ecolint.evidence`; of files and findings they know nothing. A page that shows a chart
includes `stylesheet()` once; a page with a colour scheme of its own sets the properties named there.
"""

from ecolint.charts.bars import Bar, bar_chart
from ecolint.charts.base import Chart, Table, stylesheet
from ecolint.charts.crossover import Mark, crossover_chart
from ecolint.charts.energy import energy_chart
from ecolint.charts.lanes import Lane, lane_chart

__all__ = [
    "Bar",
    "Chart",
    "Lane",
    "Mark",
    "Table",
    "bar_chart",
    "crossover_chart",
    "energy_chart",
    "lane_chart",
    "stylesheet",
]

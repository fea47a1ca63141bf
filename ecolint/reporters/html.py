"""The report as one page that needs nothing else: findings, filters, charts, and the rows they rest on."""

from __future__ import annotations

from collections.abc import Iterator

from ecolint.finding import Report
from ecolint.reporters.base import RenderContext, Reporter


def render(report: Report, context: RenderContext) -> Iterator[str]:
    """One HTML document. The same report gives the same bytes, so it tells no time of the run."""
    from ecolint.reporters.page.document import document

    return document(report, context)


HTML = Reporter("html", render)

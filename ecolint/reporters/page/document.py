"""The page put together: template, style and script in one file that may load nothing and run only itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ecolint.charts import stylesheet
from ecolint.finding import Report
from ecolint.reporters.base import RenderContext
from ecolint.reporters.escaping import visible
from ecolint.reporters.page.figures import groups
from ecolint.reporters.page.findings import files, quoted_rows
from ecolint.reporters.page.overview import overview
from ecolint.reporters.quotes import precision_words, quote, source_link
from ecolint.reporters.setups import how_known, setup_words, view

HERE = Path(__file__).parent
STARS = 3


def document(report: Report, context: RenderContext) -> Iterator[str]:
    """The page in pieces."""
    style, script = _text("style.css", stylesheet()), _text("script.js")
    template = _environment().get_template("page.html")
    head = overview(report, context)
    shown = tuple(files(report.findings, context))
    yield from template.generate(
        report=report,
        context=context,
        overview=head,
        gravest=next((one for file in shown for one in file.findings if one.finding is head.gravest), None),
        groups=groups(report, context),
        files=shown,
        quotes=[quote(row) for row in quoted_rows(report.findings)],
        undecided=sorted(report.undecided, key=lambda one: (one.path, one.region.span, one.rule)),
        setups=sorted(report.setups, key=lambda one: (one.path, one.region.span)),
        style=Markup(style),
        script=Markup(script),
        policy=policy(style, script),
    )
    yield "\n"


def policy(style: str, script: str) -> str:
    """A content security policy that admits this style and this script, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _text(name: str, before: str = "") -> str:
    return f"\n{before}{(HERE / name).read_text(encoding='utf-8')}"


def _shown(value: Any) -> Any:
    """What every expression of the template passes through: text is made visible, markup is the page's own."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _known(value: Any) -> str:
    """How a value of a setup is known, in words."""
    when = f", {value.when}" if value.when else ""
    shown = "?" if value.is_dynamic else getattr(value.value, "value", value.value)
    return f"{shown} ({how_known(value.known, value.origin)}{when})"


def _coded(text: str) -> Markup:
    """Text whose parts in backticks are code."""
    ways = (Markup("{}"), Markup("<code>{}</code>"))
    return Markup().join(
        ways[number % 2].format(part) for number, part in enumerate(visible(text).split("`"))
    )


def _address(source_id: str) -> str:
    """Where a source can be read, empty where it has no address."""
    link = source_link(source_id)
    return f"https://{link}" if "." in link.partition("/")[0] else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "svg": Markup,
        "precision": precision_words,
        "known": _known,
        "address": _address,
        "coded": _coded,
    }
    environment.globals |= {
        "STARS": STARS,
        "setup_words": lambda setup: " · ".join(setup_words(view(setup))),
    }
    return environment

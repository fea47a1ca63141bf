"""What the site does differently from GitHub: MkDocs calls it for every page.

Links that leave docs/ lead to the repository, and charts stand in the page itself, so that they follow its colours and
tell what their points are.
"""

from __future__ import annotations

import logging
import posixpath
import re
from html import escape
from pathlib import Path
from typing import Any

from ecolint import HOMEPAGE

ROOT = Path(__file__).parent.parent
DOCS = "docs"
OUTSIDE = re.compile(r"\]\(((?:\.\./)+[^)#\s]+)(#[^)\s]*)?\)")
PICTURE = re.compile(r"^!\[([^\]]*)\]\(((?:\.\./)*charts/[\w.-]+\.svg)\)$", re.M)
STYLE = re.compile(r"<style>.*?</style>\s*", re.S)
DIALOG = 'data-md-component="search" role="dialog"'
WIDE = frozenset(("evidence.md", "matrix.md", "verdicts.md", "questions.md"))
log = logging.getLogger("mkdocs.hooks.ecolint")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page's Markdown as the site wants it."""
    name = page.file.src_uri
    if name in WIDE:
        page.meta.setdefault("hide", ["toc"])
    return with_repository_links(with_charts(markdown, name), name)


def on_post_page(output: str, **_: Any) -> str:
    """The finished page, with the name that the theme's search dialog lacks."""
    return output.replace(DIALOG, f'{DIALOG} aria-label="Search"')


def with_charts(markdown: str, name: str) -> str:
    """Pictures of charts become the charts."""

    def inline(match: re.Match[str]) -> str:
        drawing = (ROOT / _path(name, match[2])).read_text(encoding="utf-8")
        label = f'aria-label="{escape(match[1])}"'
        svg = re.sub(r'aria-label="[^"]*"', lambda _: label, STYLE.sub("", drawing), count=1)
        return f'<figure class="eco-figure">{"".join(svg.splitlines())}</figure>'

    return PICTURE.sub(inline, markdown)


def with_repository_links(markdown: str, name: str) -> str:
    """Links that leave docs/ become addresses; where the file does not exist, a warning fails the build."""

    def address(match: re.Match[str]) -> str:
        path = _path(name, match[1])
        if path.startswith(f"{DOCS}/"):
            return match[0]
        if path.startswith("../") or not (ROOT / path).exists():
            log.warning("%s: a link leads to %s, which does not exist", name, path)
        return f"]({HOMEPAGE}/blob/main/{path}{match[2] or ''})"

    return OUTSIDE.sub(address, markdown)


def _path(name: str, link: str) -> str:
    """A link of a page, from the root of the repository."""
    return posixpath.normpath(posixpath.join(DOCS, posixpath.dirname(name), link))

"""The built site: the build fails on what is broken, pages load nothing from elsewhere, and the explorer filters."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from docs.generate import ROOT
from docs.generators.rule_figures import figures
from ecolint import evidence
from ecolint.rules.registry import rules

pytest.importorskip("material", reason="needs the extra `docs`")
pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOADING = {"script": "src", "img": "src", "iframe": "src", "link": "href", "source": "src", "use": "href"}
RELATIONS = frozenset(("stylesheet", "icon", "preload", "preconnect", "dns-prefetch", "manifest"))
ABSOLUTE = re.compile(r"^(?:[a-z]+:)?//", re.I)


def build(root: Path, out: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)),
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    done = build(ROOT, out)
    assert done.returncode == 0, done.stderr
    return out


BROKEN = {
    "confidence.md": ("[gone](gone.md)", "gone.md"),
    "design.md": ("[no such place](confidence.md#nowhere)", "#nowhere"),
    "index.md": ("[not in the repository](../gone.py)", "gone.py"),
    "rules/ECO001.md": ("[no such row](../evidence.md#row-0)", "#row-0"),
    "lost.md": ("# Not in the navigation", "lost.md"),
}


def test_what_is_broken_fails_the_build(tmp_path) -> None:
    for entry in ROOT.iterdir():
        if entry.name not in ("docs", "mkdocs.yml") and not entry.name.startswith("."):
            (tmp_path / entry.name).symlink_to(entry)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (text, _) in BROKEN.items():
        with (tmp_path / "docs" / name).open("a", encoding="utf-8") as page:
            page.write(f"\n{text}\n")
    done = build(tmp_path, tmp_path / "out")
    assert done.returncode != 0
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line or line.startswith("  - ")]
    for name, (_, said) in BROKEN.items():
        assert any(name in line and said in line for line in warnings), (name, done.stderr)


class Loaded(HTMLParser):
    """What a page loads, and how many charts it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.charts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.charts += tag == "svg" and given.get("class") == "eco-chart"
        name = LOADING.get(tag)
        relations = set((given.get("rel") or "").split())
        if name and given.get(name) and (tag != "link" or relations & RELATIONS):
            self.addresses.append(given[name] or "")


def loaded(path: Path) -> Loaded:
    page = Loaded()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_nothing_is_loaded_from_elsewhere(site) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 25
    for path in pages:
        addresses = loaded(path).addresses
        assert addresses
        assert not [address for address in addresses if ABSOLUTE.match(address)], path
    for path in site.rglob("*.css"):
        found = re.findall(r"(?:@import\s+|url\()['\"]?([^'\")\s]+)", path.read_text(encoding="utf-8"))
        assert not [address for address in found if ABSOLUTE.match(address)], path


def test_every_measured_rule_shows_its_charts(site) -> None:
    for rule in rules():
        assert loaded(site / f"rules/{rule.code}/index.html").charts == len(figures(rule)), rule.code


def test_generators_are_no_part_of_the_site(site) -> None:
    assert not [*site.rglob("*.py"), *site.rglob("*.md"), *site.rglob("__pycache__")]
    assert not (site / "generators").exists()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Rows(HTMLParser):
    """Rows of the explorer in a page as the browser has it: all of them, and those that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: dict[str, bool] = {}
        self.filters = 0
        self._is_shown = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self._is_shown = "hidden" not in given
        self.filters += tag == "form" and given.get("class") == "eco-filter"
        name = given.get("id") or ""
        if tag == "a" and name in {row.id for row in evidence.rows()}:
            self.shown[name] = self._is_shown


def rows_at(url: str, profile: Path) -> Rows:
    """The explorer, opened in Chromium."""
    assert CHROMIUM is not None
    flags = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", f"--user-data-dir={profile}"),
    )
    done = subprocess.run(
        (CHROMIUM, *flags, "--virtual-time-budget=5000", "--dump-dom", url),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    page = Rows()
    page.feed(done.stdout)
    return page


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", {}),
        ("?gpu=A800&setting=NF4", {"gpu": "A800", "precision": "nf4"}),
        ("?quality=implausible", {"quality": "implausible"}),
        ("?gpu=none+such", {}),
    ],
)
def test_explorer_filters(address, tmp_path, query, chosen) -> None:
    page = rows_at(f"{address}/evidence/{query}", tmp_path)
    assert page.filters == 1
    wanted = {
        row.id
        for row in evidence.rows()
        if all(getattr(row, name) == value for name, value in chosen.items())
    }
    assert {name for name, shown in page.shown.items() if shown} == wanted
    assert len(page.shown) == len(evidence.rows())


def test_explorer_without_scripts_is_the_whole_table(site) -> None:
    page = Rows()
    page.feed((site / "evidence/index.html").read_text(encoding="utf-8"))
    assert page.filters == 0
    assert list(page.shown) == [row.id for row in evidence.rows()]
    assert all(page.shown.values())

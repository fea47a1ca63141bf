"""The pages of the documentation: nothing missing, nothing invented, no link into the void."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from docs.generate import PAGES, ROOT
from docs.generators.rule_figures import figures
from docs.site import with_charts, with_repository_links
from ecolint import HOMEPAGE, evidence
from ecolint.evidence.nearness import candidates
from ecolint.rules.base import Basis
from ecolint.rules.registry import rules
from tests.test_numbers import unknown

DOCS = ROOT / "docs"
PROSE = (
    *(DOCS / f"{name}.md" for name in ("index", "confidence", "design", "add-a-rule")),
    DOCS / "rules/index.md",
)
READ = sorted(
    (
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *ROOT.glob("examples/**/*.md"),
        ROOT / "tests/fixtures/README.md",
    )
)
LINK = re.compile(r"!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
HEADING = re.compile(r"^#+ (.+)$", re.M)
ANCHOR = re.compile(r'<a id="([^"]+)"')


def lines_of(text: str) -> list[list[str]]:
    """Cells of every line of a page's tables."""
    return [
        [cell.strip().replace("\\", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in text.splitlines()
        if line.startswith("| ")
    ]


def anchors(path: Path) -> set[str]:
    """What links may lead to: headings as GitHub and MkDocs name them, and anchors."""
    text = FENCED.sub("", path.read_text(encoding="utf-8"))
    slugs = (
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(text)
    )
    return {*slugs, *ANCHOR.findall(text)}


@pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path) -> None:
    for link in LINK.findall(FENCED.sub("", path.read_text(encoding="utf-8"))):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{path.name}: {link}"
        assert target.is_relative_to(ROOT), f"{path.name}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{path.name}: {link}"


def test_every_page_has_its_place_in_the_navigation() -> None:
    configuration = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

    def leaves(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        children = node if isinstance(node, list) else list(node.values())
        return [leaf for child in children for leaf in leaves(child)]

    named = leaves(configuration["nav"])
    assert len(named) == len(set(named))
    assert set(named) == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_every_rule_has_its_page_with_what_was_measured(rule) -> None:
    text = (DOCS / f"rules/{rule.code}.md").read_text(encoding="utf-8")
    assert all(f"\n## {heading}\n" in text for heading in rule.sections)
    drawn = re.findall(r"^!\[([^\]]{40,})\]\(\.\./charts/([\w.-]+)\.svg\)$", text, re.M)
    assert [name for _, name in drawn] == [figure.name for figure in figures(rule)]
    assert bool(drawn) == (rule.basis is Basis.MEASURED)
    if rule.basis is Basis.CONVENTION:
        assert evidence.CONVENTION in text
    for figure in figures(rule):
        assert f"\n### {figure.chart.title}\n" in text
        assert all(note.replace("*", "") in text.replace("\\", "") for note in figure.chart.notes)
    rows = {row.id: row for row in evidence.rows()}
    linked = re.findall(r"\[`([^`]+)`\]\(\.\./evidence\.md#([^)]+)\)", text)
    assert all(shown == anchor for shown, anchor in linked)
    shown = [rows[name] for name, _ in linked]
    assert all(evidence.usable(row) for row in shown)
    assert bool(shown) == (rule.basis is Basis.MEASURED)
    for precision in rule.rows:
        wanted = {row.id for row in candidates(evidence.Measured(precision))}
        assert wanted <= {row.id for row in shown}
    for cells in lines_of(text):
        row = next(
            (rows[name] for name in re.findall(r"\[`([^`]+)`\]", " ".join(cells)) if name in rows), None
        )
        if row is not None and row.needs_note:
            assert cells[-1].startswith(f"{row.quality}: "), "a doubtful row stands with its note"


def test_sound_rows_alone_give_the_ranges() -> None:
    """The page of ECO001 says that no sound row saved energy; preprint rows at -15 % must not seem to be such."""
    (figure,) = figures(next(rule for rule in rules() if rule.code == "ECO001"))
    low, high = evidence.int8_default_observed_range()
    sound = re.sub(r"only with notes: [^;]*", "", figure.chart.text_alternative)
    said = [float(number) for number in re.findall(r"[+-][\d.]+(?=%)", sound)]
    assert (min(said), max(said)) == (low, high)


@pytest.mark.parametrize("path", sorted((DOCS / "charts").glob("*")), ids=lambda path: path.name)
def test_drawings_are_used_and_harmless(path) -> None:
    assert path.relative_to(ROOT).as_posix() in PAGES, "nothing generates it any more"
    assert any(f"charts/{path.name}" in page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    tree = ElementTree.parse(path)
    assert tree.getroot().tag == "{http://www.w3.org/2000/svg}svg"
    for element in tree.iter():
        assert element.tag.partition("}")[2] in {
            "svg",
            "style",
            "rect",
            "line",
            "circle",
            "polygon",
            "text",
            "title",
        }
        assert not any(name.startswith("on") or "href" in name for name in element.keys())  # noqa: SIM118
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", path.read_text(encoding="utf-8"))


def test_explorer_has_every_row_once_with_source_quality_and_note() -> None:
    text = (DOCS / "evidence.md").read_text(encoding="utf-8")
    lines = [line for line in lines_of(text.partition("## Rows")[2].partition("## Sources")[0])]
    columns, _, *body = lines
    assert len(body) == len(evidence.rows())
    for row, cells in zip(evidence.rows(), body, strict=True):
        found = dict(zip(columns, cells, strict=True))
        assert f'<a id="{row.id}"></a>`{row.id}`' == found["Row"]
        assert text.count(f'id="{row.id}"') == 1
        assert found["Source"] == f"[{row.source_id}](#source-{row.source_id})"
        assert found["Quality"] == row.quality
        assert found["Note"] == " ".join(row.note.split())
        assert found["Model"] == row.model
        if row.delta_energy_pct is not None:
            assert float(found["Against FP16"].rstrip("%")) == row.delta_energy_pct
    for source in evidence.sources():
        assert text.count(f'id="source-{source.source_id}"') == 1
        assert source.licence in text.replace("\\", "")


@pytest.mark.parametrize("path", PROSE, ids=lambda path: path.name)
def test_figures_of_prose_are_known(path) -> None:
    assert not unknown(FENCED.sub("", path.read_text(encoding="utf-8")))


def test_links_out_of_the_documentation_become_addresses(caplog) -> None:
    text = "[a](../CONTRIBUTING.md#documentation) [b](confidence.md) [c](../docs/ci.md)"
    assert with_repository_links(text, "index.md") == (
        f"[a]({HOMEPAGE}/blob/main/CONTRIBUTING.md#documentation) [b](confidence.md) [c](../docs/ci.md)"
    )
    deep = with_repository_links("[d](../../tests/fixtures/README.md) [e](../evidence.md)", "rules/ECO001.md")
    assert deep == f"[d]({HOMEPAGE}/blob/main/tests/fixtures/README.md) [e](../evidence.md)"
    assert not caplog.records
    with_repository_links("[f](../missing.md)", "index.md")
    with_repository_links("[g](../../outside.md)", "index.md")
    assert ["does not exist" in record.message for record in caplog.records] == [True, True]


def test_pictures_of_charts_become_charts() -> None:
    page = with_charts('before\n\n![A "word" <b>](../charts/eco006-pairs.svg)\n\nafter', "rules/ECO006.md")
    head, figure, tail = page.split("\n\n")
    assert (head, tail) == ("before", "after")
    assert 'aria-label="A &quot;word&quot; &lt;b&gt;"' in figure
    assert "<style>" not in figure
    ElementTree.fromstring(figure)

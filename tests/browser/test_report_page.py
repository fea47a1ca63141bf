"""The HTML report in a real browser: of a repository that attacks it, by keyboard, without scripts, and large."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecolint.cli.app import run
from tests.conftest import INT8

from . import hostile
from .conftest import Open

pytestmark = pytest.mark.browser


def report_of(root: Path, out: Path, *options: str) -> Path:
    """The report of everything below `root`."""
    before = Path.cwd()
    os.chdir(root)
    try:
        run(["scan", ".", "--isolated", "--exit-zero", "--format", "html", "--output", str(out), *options])
    finally:
        os.chdir(before)
    return out


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    hostile.write(root)
    out = tmp_path_factory.mktemp("out") / "report.html"
    page = report_of(root, out, "--show-undecided", "--show-setups")
    assert page.read_text(encoding="utf-8").count('class="finding ') > 20
    return page


@pytest.fixture(scope="module")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 5,000 findings in 500 files of 100 folders."""
    root = tmp_path_factory.mktemp("large")
    models = ("mistralai/Mistral-7B-v0.1", "Qwen/Qwen2-1.5B", "meta-llama/Llama-3.1-8B", "google/gemma-2-2b")
    for number in range(500):
        folder = root / f"team{number % 20}" / f"service{number % 100}"
        folder.mkdir(parents=True, exist_ok=True)
        calls = "".join(
            f"\n\ndef load_{call}():\n    config = BitsAndBytesConfig(load_in_8bit=True)\n    return AutoModelForCausalLM."
            f"from_pretrained('{models[(number + call) % len(models)]}', quantization_config=config)\n"
            for call in range(10)
        )
        source = f"from transformers import AutoModelForCausalLM, BitsAndBytesConfig\n{calls}"
        (folder / f"load{number}.py").write_text(source, encoding="utf-8")
    return report_of(root, tmp_path_factory.mktemp("out") / "large.html")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_script_of_the_repository_runs_and_nothing_is_asked_for(
    browser: Open, hostile_page: Path, width: int
) -> None:
    seen = browser(width)
    seen.open(hostile_page)
    seen.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    seen.run("document.querySelectorAll('*').forEach(one => one.dispatchEvent(new MouseEvent('mouseover')))")
    seen.wait_for("!document.querySelector('[data-same]')")
    assert seen.run("return window.pwned") is None
    assert seen.run("return document.scripts.length") == 1
    assert seen.run("return document.images.length") == 0
    assert seen.requests() == []
    assert seen.console() == []


def test_the_policy_of_the_page_stops_a_script_that_would_get_in(
    browser: Open, hostile_page: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.html"
    text = hostile_page.read_text(encoding="utf-8")
    attack = f"{hostile.SCRIPT}<p style='color:red' onclick='window.pwned=1'>x</p>{hostile.IMAGE}<main>"
    broken.write_text(text.replace("<main>", attack, 1), encoding="utf-8")
    seen = browser()
    seen.open(broken)
    seen.run("document.querySelector('p[onclick]').click()")
    assert seen.run("return window.pwned") is None
    assert "Content Security Policy" in " ".join(seen.console())


def test_invisible_characters_are_shown(browser: Open, hostile_page: Path) -> None:
    seen = browser()
    seen.open(hostile_page)
    text = seen.run("return document.body.textContent")
    assert not set(text) & set("\u202e\u2066\u2069\u200f\u061c\x1b\x07\x9b")
    assert "\\u202egnp.exe/\\u2066moc.py" in text
    assert "\\x1b[31mred\\x07.py" in text
    assert hostile.SCRIPT in text
    assert "{{ 7*7 }}" in text


def test_blank_lines_of_an_excerpt_are_as_high_as_others(browser: Open, tmp_path: Path) -> None:
    config = "config = BitsAndBytesConfig(load_in_8bit=True)\n"
    (tmp_path / "app.py").write_text(INT8.replace(config, f"\n{config}\n"), encoding="utf-8")
    seen = browser()
    seen.open(report_of(tmp_path, tmp_path / "report.html"))
    places = seen.run(
        "return [...document.querySelectorAll('.code .row')].map(one => {"
        " const box = one.getBoundingClientRect(); return [box.top, box.bottom]; })"
    )
    assert len(places) == 3
    assert all(bottom - top > 15 for top, bottom in places)
    assert all(abs(places[number + 1][0] - places[number][1]) < 1 for number in range(2))
    assert "`" not in seen.run("return document.querySelector('.facts dl').textContent")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_window(browser: Open, hostile_page: Path, width: int) -> None:
    seen = browser(width)
    seen.open(hostile_page)
    seen.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert seen.run("return document.documentElement.scrollWidth") <= width


def test_filters_work_by_keyboard(browser: Open, hostile_page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    seen = browser()
    seen.open(hostile_page)
    every = seen.shown()
    status = "document.getElementById('shown').textContent"
    assert seen.run(f"return {status}") == f"{len(every)} of {len(every)} findings shown"

    seen.tab_to("#search")
    seen.press("SERVED-model")
    seen.wait_for(f"{status}.startsWith('1 of ')")
    assert len(seen.shown()) == 1
    seen.press_with(Keys.CONTROL, "a")
    seen.press(Keys.DELETE)
    seen.wait_for(f"{status}.startsWith(arguments[0])", f"{len(every)} of ")

    seen.tab_to("[name=level][value=warning]")
    seen.press(Keys.SPACE)
    seen.wait_for(f"!{status}.startsWith(arguments[0])", f"{len(every)} of ")
    levels = {seen.find(f"#{one}").get_dom_attribute("data-level") for one in seen.shown()}
    assert levels == {"note"}
    seen.press(Keys.SPACE)

    seen.tab_to("[name=rule][value=ECO001]")
    seen.press(Keys.SPACE)
    seen.wait_for("[...document.querySelectorAll('[data-rule=ECO001]')].every(e => e.hidden)")
    seen.press(Keys.SPACE)

    seen.tab_to("#framework")
    seen.press("vllm")
    seen.wait_for(f"{status}.startsWith('1 of ')")
    seen.tab_to("#reset")
    seen.press(Keys.ENTER)
    seen.wait_for(f"{status}.startsWith(arguments[0])", f"{len(every)} of ")

    seen.press_with(Keys.SHIFT, Keys.TAB)
    assert seen.run("return document.activeElement.id") == "folder"
    seen.press("deploy")
    seen.wait_for(f"{status}.startsWith('1 of ')")
    paths = seen.run("return [...document.querySelectorAll('.file:not([hidden])')].map(e => e.dataset.path)")
    assert [path.startswith("deploy/") for path in paths] == [True]

    seen.tab_to("#fold")
    seen.press(Keys.SPACE)
    assert seen.run("return document.querySelectorAll('.file[open]').length") == 0
    assert seen.console() == []


def test_a_filter_that_nothing_fits_says_so(browser: Open, hostile_page: Path) -> None:
    seen = browser()
    seen.open(hostile_page)
    seen.tab_to("#search")
    seen.press("no such words anywhere")
    seen.wait_for("!document.getElementById('none').hidden")
    assert seen.shown() == []


def test_a_link_to_a_finding_that_is_filtered_away_shows_it(browser: Open, hostile_page: Path) -> None:
    seen = browser()
    seen.open(hostile_page)
    seen.tab_to("#search")
    seen.press("no such words anywhere")
    seen.wait_for("!document.getElementById('none').hidden")
    seen.run("location.hash = '#f3'")
    seen.wait_for("document.getElementById('f3').checkVisibility()")


def test_a_repeated_explanation_opens_in_place(browser: Open, hostile_page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    seen = browser()
    seen.open(hostile_page)
    seen.run("document.querySelector('[data-same] > summary').focus()")
    seen.press(Keys.ENTER)
    seen.wait_for("document.activeElement.parentElement.querySelector('.why')")
    assert "Confidence" in seen.run("return document.activeElement.parentElement.innerText")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_an_accessibility_checker_finds_nothing_serious(
    browser: Open, hostile_page: Path, width: int, scheme: str
) -> None:
    seen = browser(width, scheme)
    seen.open(hostile_page)
    seen.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert seen.faults() == []


def test_everything_can_be_read_without_scripts(browser: Open, hostile_page: Path) -> None:
    with_scripts, without = browser(), browser(scripts=False)
    with_scripts.open(hostile_page)
    without.open(hostile_page)
    assert without.find("#filters").is_displayed() is False
    assert without.find("#shown").is_displayed() is False
    article = without.find("#f1")
    assert article.is_displayed()
    assert "Confidence" in article.text
    visible = "return [...document.querySelectorAll('.finding, figure svg, .evidence-row')].filter(e => e.checkVisibility()).length"
    assert without.run(visible) == with_scripts.run(visible)


def test_paper_shows_what_is_folded_and_leaves_the_filters_out(browser: Open, hostile_page: Path) -> None:
    seen = browser()
    seen.open(hostile_page)
    seen.run("document.querySelectorAll('.file, .more').forEach(one => { one.open = false; })")
    finding = "document.querySelector('#f1 .why')"
    assert not seen.run(f"return {finding}.checkVisibility()")
    seen.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert seen.run(f"return {finding}.checkVisibility()")
    assert not seen.find("#filters").is_displayed()


def test_paper_is_light_where_the_screen_is_dark(browser: Open, hostile_page: Path) -> None:
    seen = browser()
    seen.open(hostile_page)
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    ink = "return getComputedStyle(document.querySelector('#f1')).color"
    colours = {}
    for media, features in (("screen", [dark]), ("print", [dark]), ("print", [])):
        seen.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        colours[media, bool(features)] = seen.run(ink)
    assert colours["print", True] == colours["print", False] != colours["screen", True]


def test_five_thousand_findings_stay_usable(browser: Open, large_page: Path) -> None:
    assert large_page.stat().st_size < 8_000_000
    seen = browser()
    seen.open(large_page)
    assert seen.run("return document.querySelectorAll('.finding').length") == 5_000
    timing = seen.run(
        "const one = performance.getEntriesByType('navigation')[0]; return [one.loadEventEnd, "
        "performance.getEntriesByName('first-contentful-paint')[0].startTime]"
    )
    print(f"loaded after {timing[0]:.0f} ms, first painted after {timing[1]:.0f} ms")
    assert timing[0] < 8_000, "a wild outlier, not a benchmark"
    seen.tab_to("#search")
    seen.press("service42 gemma")
    seen.wait_for("document.getElementById('shown').textContent.startsWith('15 of 5000')")
    assert len(seen.shown()) == 15
    assert seen.console() == []

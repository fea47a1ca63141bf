"""A headless Chromium of the system, new for every test; nothing is downloaded.

Without the browser, its driver, selenium or axe-core a test skips and says what is missing; `.ci/run` installs all four.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

AXE = "ECOLINT_AXE"
SWITCHES = (
    *("--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
LOCAL = ("file:", "data:", "about:", "chrome:", "devtools:")


@dataclass(frozen=True)
class Browser:
    """One browser with one page."""

    driver: Any

    def open(self, path: Path) -> None:
        self.driver.get(path.as_uri())

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> Any:
        from selenium.webdriver.common.by import By

        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def press(self, *keys: str) -> None:
        """Keys to whatever has the focus."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def press_with(self, modifier: str, key: str) -> None:
        """A key while another is held."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def tab_to(self, selector: str, most: int = 80) -> None:
        """Press Tab until the element has the focus. Raises AssertionError where it never gets it."""
        from selenium.webdriver.common.keys import Keys

        for _ in range(most):
            self.press(Keys.TAB)
            if self.run("return document.activeElement.matches(arguments[0])", selector):
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    def wait_for(self, condition: str, *arguments: object) -> None:
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, 10).until(lambda _: self.run(f"return {condition}", *arguments), condition)

    def shown(self) -> list[str]:
        """Ids of the findings that can be seen."""
        script = "return [...document.querySelectorAll('.finding')].filter(e => !e.closest('[hidden]')).map(e => e.id)"
        return self.run(script)

    def console(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses asked for, other than local ones."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        asked = (
            one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"
        )
        return [url for url in asked if not url.startswith(LOCAL)]

    def faults(self) -> list[str]:
        """What axe-core finds, as far as it is serious or critical."""
        self.run(axe())
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(done, e => done({violations: [{impact: 'critical', "
            "id: String(e), nodes: []}]}))"
        )
        return [
            f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


def axe() -> str:
    """The source of axe-core; skips the test where there is none."""
    path = os.environ.get(AXE, "")
    if not path:
        pytest.skip(f"{AXE} does not name an axe.min.js (npm install axe-core@4)")
    return Path(path).read_text(encoding="utf-8")


Open = Callable[..., Browser]


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Starts a browser: `width` in pixels, `scheme` light or dark, `scripts` whether pages may run any."""
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="needs selenium: pip install -e '.[browser]'"
    )
    program, server = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or server is None:
        pytest.skip("needs chromium and chromedriver: apt-get install chromium chromium-driver")
    drivers = []

    def start(width: int = 1280, scheme: str = "light", *, scripts: bool = True) -> Browser:
        options = webdriver.ChromeOptions()
        options.binary_location = program
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
            options.add_argument(switch)
        if not scripts:
            options.add_experimental_option(
                "prefs", {"profile.managed_default_content_settings.javascript": 2}
            )
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(server))
        drivers.append(driver)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        return Browser(driver)

    yield start
    for driver in drivers:
        driver.quit()

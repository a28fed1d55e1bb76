"""A real browser without a screen, and a service for it to open."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from kgqa import KGQA
from kgqa.server import ServerOptions, create_app

_FLAGS = (
    "--headless",
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_S = 120  # machines that run tests are busy


class Browser:
    """What somebody does on the page, and sees of it."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)

    def one(self, selector: str) -> WebElement:
        """The first element that matches, once it is there."""
        found: WebElement = self.until(lambda: next(iter(self.all(selector)), None), selector)
        return found

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        return [
            str(text)
            for text in self.run(
                "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector
            )
        ]

    def text(self, selector: str) -> str:
        return " ".join(self.one(selector).text.split())

    def ask(self, question: str) -> None:
        """Type a question and press Enter."""
        field = self.one("#question")
        field.clear()
        field.send_keys(question, Keys.ENTER)

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    @property
    def focused(self) -> str:
        """The id, or else the text, of what has the focus."""
        return str(self.run("return document.activeElement.id || document.activeElement.textContent"))

    def answers(self) -> set[str]:
        """The names of the answers, once they are there."""
        self.one("#result .answer .name")
        return set(self.texts("#result .answer .name"))

    def run(self, script: str, *args: object) -> Any:
        return self.driver.execute_script(script, *args)

    def command(self, name: str, **parameters: object) -> Any:
        """A command of the browser's developer tools."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait for something to come true, whatever it gives."""
        return WebDriverWait(self.driver, _PATIENCE_S, 0.05).until(lambda _: condition(), f"waiting for {what}")

    def errors(self) -> list[str]:
        """Errors and warnings of the console since it was last looked at."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] in {"WARNING", "SEVERE"}]


@contextmanager
def open_browser(profile: Path) -> Iterator[Browser]:
    """A browser of its own; skips the test if there is none."""
    chromium, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium: install it with its driver (Debian's packages chromium and chromium-driver)")
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = Chrome(options=options, service=ChromeService(driver))
    try:
        yield Browser(started)
    finally:
        started.quit()


@contextmanager
def serve(qa: KGQA, options: ServerOptions | None = None) -> Iterator[str]:
    """The URL of a graph that is served from another thread."""
    server = uvicorn.Server(uvicorn.Config(create_app(qa, options), host="127.0.0.1", port=0, log_config=None))
    thread = threading.Thread(target=server.run, name="served")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join()

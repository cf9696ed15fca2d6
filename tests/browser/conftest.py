from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support.server import CHROMIUM_ARGUMENTS, ROOT, Server, find_chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium, Chrome or Edge is installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def server(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "machine") as running:
        yield running
        assert running.attempts() == ""
    # The server itself logs connections that end; what must not fail is anything of ours.
    assert f'File "{ROOT}' not in running.output.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def page(browser: Browser, server: Server, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(90_000)
    problems: list[str] = []
    far: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: far.append(request.url) if not _is_near(request.url, server.url) else None)
    page.goto(server.url)
    yield page
    page.screenshot(path=tmp_path / "last.png")  # for who wants to know how it ended; pytest keeps the folder
    context.close()
    assert not problems
    assert not far, f"the page reached beyond this machine: {far}"


def _is_near(url: str, server: str) -> bool:
    return url.startswith((server, server.replace("http", "ws", 1), "data:", "blob:", "about:"))

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import shifts, stocked_wardrobe, visit
from tests.browser.support.server import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
MOST_SHIFT = 0.05
MOST_REQUESTS = 40  # photos among them; a full load of the program alone takes more


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("shifting") / "machine"
    stocked_wardrobe.fill(folder / "data", 12)
    with serving(folder) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    made = context.new_page()
    made.set_default_timeout(60_000)
    yield made
    context.close()


def archive(page: Page) -> None:
    page.get_by_role("button", name="Archive", exact=True).click()
    page.locator(".st-key-notice_undo").wait_for()


def take_back(page: Page) -> None:
    page.locator(".st-key-notice_undo button").click()
    page.locator(".st-key-notice_undo").wait_for(state="detached")


def test_undo_by_keyboard_leaves_the_focus_in_the_notice_and_tells_screen_readers(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/garment?item=2")
    page.locator(".st-key-garment_2").wait_for()
    visit.until_drawn(page)
    archive(page)
    page.locator("#wardrobe-status[role=status]").filter(has_text="Archived").wait_for(state="attached")
    page.locator(".st-key-notice_undo button").focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-notice_undo").wait_for(state="detached")
    page.locator("#wardrobe-status[role=status]").filter(has_text="Undone").wait_for(state="attached")
    page.wait_for_function("() => document.activeElement.closest('.st-key-notice_close') !== null")


def close(page: Page) -> None:
    page.locator(".st-key-notice_close button").click()
    page.locator(".st-key-notice").wait_for(state="detached")


def calm(page: Page, act: Callable[[Page], None]) -> None:
    # Nothing jumps when ``act`` is done, and little is loaded.
    with shifts.counted(page) as change:
        act(page)
    assert change.shift < MOST_SHIFT, (act.__name__, change.moved)
    assert len(change.requests) < MOST_REQUESTS, (act.__name__, change.requests)


def settle(page: Page) -> None:
    visit.until_drawn(page)
    page.wait_for_timeout(1000)
    shifts.watch(page)


def test_a_notice_moves_nothing_when_it_comes_is_used_and_goes(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/garment?item=1")
    page.locator(".st-key-garment_1").wait_for()
    settle(page)
    for act in (archive, take_back, close):
        calm(page, act)


def wear_today(page: Page) -> None:
    page.locator(".st-key-home_wear button").click()


def test_home_keeps_its_places_when_it_is_drawn_again(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("heading", name="Latest additions").wait_for()
    page.locator(".strip.waiting").first.wait_for(state="detached")
    settle(page)
    if page.locator(".st-key-home_wear button").count():
        calm(page, wear_today)

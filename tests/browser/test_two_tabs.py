from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


def shows(tab: Page, label: str, value: str) -> None:
    from playwright.sync_api import expect  # here, since a browser is not everywhere

    # A field of a page that was just opened is drawn empty first, and filled a moment later.
    expect(tab.get_by_label(label)).to_have_value(value, timeout=20_000)


def test_what_is_typed_in_one_tab_outlives_what_is_saved_in_the_other(
    page: Page, server: Server, tmp_path: Path
) -> None:
    visit.add_photos(page, save_photos(tmp_path / "photos", 1, size=(300, 400)))
    other = page.context.new_page()
    other.set_default_timeout(90_000)
    for tab in (page, other):
        tab.goto(f"{server.url}/garment?item=1")
        tab.get_by_role("button", name="Save details").wait_for()
        visit.until_drawn(tab)

    other.get_by_label("Notes").fill("from the other tab")
    other.get_by_label("Brand").fill("Acme")
    other.get_by_role("button", name="Save details").click()
    other.get_by_test_id("stMain").get_by_text("Details saved.").wait_for()

    page.get_by_label("Notes").fill("typed meanwhile")
    page.get_by_role("button", name="Save details").click()
    page.get_by_text("Changed in another tab").wait_for()
    visit.until_drawn(page)
    shows(page, "Notes", "typed meanwhile")
    page.get_by_text("from the other tab").wait_for()
    page.get_by_role("dialog").wait_for()  # mine or theirs; neither for now
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    visit.until_drawn(page)

    page.get_by_label("Notes").fill("typed meanwhile, and more")
    page.get_by_role("button", name="Favourite", exact=True).click()
    page.get_by_role("button", name="Remove from favourites").wait_for()
    visit.until_drawn(page)
    shows(page, "Notes", "typed meanwhile, and more")  # sent nowhere, and still there
    page.locator("[class*=st-key-save_details_]").get_by_role("button").click()
    page.get_by_test_id("stMain").get_by_text("Details saved.").wait_for()
    visit.until_drawn(page)
    shows(page, "Brand", "Acme")
    other.reload()
    other.get_by_role("button", name="Save details").wait_for()
    visit.until_drawn(other)
    shows(other, "Notes", "typed meanwhile, and more")
    shows(other, "Brand", "Acme")

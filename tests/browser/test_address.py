from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.server import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def stocked(browser: Browser, tmp_path: Path) -> Iterator[tuple[Server, Runtime]]:
    wardrobe = stocked_wardrobe.fill(tmp_path / "machine" / "data")
    with serving(tmp_path / "machine") as server:
        yield server, wardrobe


@pytest.fixture
def tab(browser: Browser, stocked: tuple[Server, Runtime]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def open_garment(page: Page, server: Server, item: int) -> None:
    page.goto(f"{server.url}/garment?item={item}")
    until_shown(page, item)


def until_shown(page: Page, item: int) -> None:
    page.locator(f".st-key-garment_{item}").wait_for()
    page.wait_for_url(re.compile(rf"/garment\?item={item}$"))
    visit.until_drawn(page)


def shown_garment(page: Page) -> int:
    classes = page.locator("[class*='st-key-garment_']").get_attribute("class") or ""
    found = re.search(r"st-key-garment_(\d+)", classes)
    assert found, classes
    return int(found[1])


def look_alikes(page: Page) -> Locator:
    return page.locator(".st-key-alike a[href*='item=']")


def open_look_alike(page: Page) -> int:
    link = look_alikes(page).first
    found = re.search(r"item=(\d+)", link.get_attribute("href") or "")
    assert found
    link.click()
    until_shown(page, int(found[1]))
    return int(found[1])


def test_every_action_on_a_look_alike_hits_the_one_that_is_shown(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, wardrobe = stocked
    open_garment(tab, server, 1)
    other = open_look_alike(tab)
    assert shown_garment(tab) == other != 1

    tab.get_by_role("button", name="Archive", exact=True).click()
    tab.get_by_role("button", name="Back to the wardrobe").wait_for()
    visit.until_drawn(tab)
    tab.get_by_role("button", name="Trash", exact=True).click()
    tab.get_by_role("button", name="Restore").wait_for()
    visit.until_drawn(tab)

    assert shown_garment(tab) == other
    acted, first = wardrobe.catalogue.get(other), wardrobe.catalogue.get(1)
    assert acted.archived_at and acted.trashed_at
    assert first.archived_at is None and first.trashed_at is None


@pytest.mark.slow
def test_back_forward_and_reload_show_the_garment_that_the_address_names(
    tab: Page, stocked: tuple[Server, Runtime]
) -> None:
    server, wardrobe = stocked
    open_garment(tab, server, 1)
    other = open_look_alike(tab)
    tab.reload()
    until_shown(tab, other)
    tab.go_back()
    until_shown(tab, 1)
    tab.get_by_role("button", name="Favourite", exact=True).click()
    tab.get_by_role("button", name="Remove from favourites").wait_for()
    assert [garment.id for garment in wardrobe.catalogue.garments() if garment.favourite] == [1]
    tab.go_forward()
    until_shown(tab, other)
    tab.get_by_role("button", name="Favourite", exact=True).click()
    tab.get_by_role("button", name="Remove from favourites").wait_for()
    assert [garment.id for garment in wardrobe.catalogue.garments() if garment.favourite] == sorted([1, other])


@pytest.mark.slow
def test_two_tabs_each_act_on_their_own_garment(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, wardrobe = stocked
    second = tab.context.new_page()
    second.set_default_timeout(30_000)
    open_garment(tab, server, 1)
    open_garment(second, server, 1)
    other = open_look_alike(tab)
    second.get_by_role("button", name="Archive", exact=True).click()
    second.get_by_role("button", name="Back to the wardrobe").wait_for()
    tab.get_by_role("button", name="Trash", exact=True).click()
    tab.get_by_role("button", name="Restore").wait_for()
    assert (shown_garment(tab), shown_garment(second)) == (other, 1)
    assert [garment.id for garment in wardrobe.catalogue.trashed()] == [other]
    assert wardrobe.catalogue.get(1).archived_at is not None


@pytest.mark.slow
def test_the_undo_of_one_garment_leaves_the_next_one_alone(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, wardrobe = stocked
    open_garment(tab, server, 1)
    tab.get_by_role("button", name="Archive", exact=True).click()
    tab.get_by_role("button", name="Back to the wardrobe").wait_for()
    visit.until_drawn(tab)
    other = open_look_alike(tab)
    tab.locator(".st-key-notice_undo button").click()
    tab.get_by_test_id("stMain").get_by_text("Undone.").wait_for()
    visit.until_drawn(tab)
    assert shown_garment(tab) == other
    assert wardrobe.catalogue.get(1).archived_at is None
    assert wardrobe.catalogue.get(other).archived_at is None


@pytest.mark.slow
def test_the_address_of_looks_names_the_garment_that_is_chosen(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, _ = stocked
    open_garment(tab, server, 2)
    tab.get_by_role("link", name="All outfits with it").click()
    tab.wait_for_url(re.compile(r"/outfits\?item=2$"))
    visit.until_drawn(tab)
    tab.get_by_role("combobox", name=re.compile("Outfits with")).click()
    tab.get_by_role("option", name=re.compile(r"\(number 3\)")).click()
    tab.wait_for_url(re.compile(r"/outfits\?item=3$"))
    visit.until_drawn(tab)
    tab.reload()
    chosen = tab.get_by_role("combobox", name=re.compile("Outfits with"))
    chosen.wait_for()
    visit.until_drawn(tab)
    assert "number 3" in tab.locator(".st-key-look_item").inner_text() + (chosen.input_value() or "")
    tab.go_back()
    tab.wait_for_url(re.compile(r"/outfits\?item=2$"))
    visit.until_drawn(tab)
    tab.wait_for_function(
        "() => (document.querySelector('.st-key-look_item').innerText + "
        "[...document.querySelectorAll('.st-key-look_item input')].map(one => one.value).join()).includes('number 2')"
    )


@pytest.mark.slow
def test_the_way_photos_are_added_is_in_the_address(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, _ = stocked
    tab.goto(f"{server.url}/add_photos?from=folder")
    tab.get_by_text("A folder of photos").wait_for()
    visit.until_drawn(tab)
    tab.get_by_role("radio", name="Read a folder on this computer").click()
    tab.wait_for_url(re.compile(r"from=path$"))
    tab.reload()
    tab.get_by_label("Path of the folder").wait_for()
    visit.until_drawn(tab)
    tab.go_back()
    tab.wait_for_url(re.compile(r"from=folder$"))
    tab.get_by_text("A folder of photos").wait_for()


@pytest.mark.slow
def test_the_day_that_the_calendar_shows_is_in_the_address(tab: Page, stocked: tuple[Server, Runtime]) -> None:
    server, _ = stocked
    tab.goto(f"{server.url}/calendar?day=2024-05-04")
    tab.get_by_role("heading", name="Saturday, 4 May 2024").wait_for()
    visit.until_drawn(tab)
    tab.locator(".wc-day[data-day='2024-05-05']").click()
    tab.wait_for_url(re.compile(r"day=2024-05-05$"))
    tab.get_by_role("heading", name="Sunday, 5 May 2024").wait_for()
    tab.reload()
    tab.get_by_role("heading", name="Sunday, 5 May 2024").wait_for()
    tab.go_back()
    tab.get_by_role("heading", name="Saturday, 4 May 2024").wait_for()

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.gallery import card, focused, listed_cards, ticked, until_focused, until_pictured
from tests.browser.support.server import Server, serving
from wardrobe_app.domain.catalogue.filters import Filter, Sort

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
Stock = tuple[Server, "Runtime"]
COUNT = 160
MOST_IN_THE_DOCUMENT = 80


@pytest.fixture(scope="module")
def stock(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    folder = tmp_path_factory.mktemp("gallery") / "machine"
    wardrobe = stocked_wardrobe.fill(folder / "data", COUNT)
    with serving(folder) as server:
        yield server, wardrobe
        assert "Traceback" not in server.output.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def tab(browser: Browser, stock: Stock) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems


def open_gallery(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/wardrobe{query}")
    page.locator(".wg-card img").first.wait_for()
    visit.until_drawn(page)


def scroll(page: Page, by: int) -> None:
    page.evaluate("by => { document.querySelector('[data-testid=stMain]').scrollTop += by; }", by)
    page.wait_for_timeout(100)


def scrolled(page: Page) -> int:
    return int(page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop"))


def in_panel(page: Page, item: int) -> None:
    page.get_by_role("dialog").locator(f".st-key-panel_{item}").wait_for()
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("item") == [str(item)])
    visit.until_drawn(page)


def turn(page: Page, key: str, item: int) -> None:
    from playwright.sync_api import TimeoutError as Late  # here, since a browser is not everywhere

    for _ in range(4):  # a dialog that has only just been drawn does not listen yet
        page.keyboard.press(key)
        try:
            page.get_by_role("dialog").locator(f".st-key-panel_{item}").wait_for(timeout=8_000)
        except Late:
            continue
        break
    in_panel(page, item)


def test_only_what_is_near_the_screen_is_in_the_document_and_every_photo_comes(tab: Page, stock: Stock) -> None:
    server, _ = stock
    open_gallery(tab, server)
    assert card(tab, COUNT).bounding_box()["y"] < 150  # type: ignore[index]
    seen: set[int] = set()
    for _ in range(60):
        ids = listed_cards(tab)
        assert len(ids) <= MOST_IN_THE_DOCUMENT
        until_pictured(tab)
        seen |= set(ids)
        if 1 in seen:
            break
        scroll(tab, 700)
    assert seen == set(range(1, COUNT + 1))
    assert tab.locator(".wg-lost").count() == 0


def test_nothing_moves_while_the_photos_come(tab: Page, stock: Stock) -> None:
    server, _ = stock
    tab.add_init_script(
        "new PerformanceObserver(all => { for (const one of all.getEntries())"
        " if (!one.hadRecentInput) window.moved = (window.moved || 0) + one.value; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    open_gallery(tab, server)
    until_pictured(tab)
    tab.evaluate("() => { window.moved = 0; }")
    for _ in range(5):
        scroll(tab, 800)
        until_pictured(tab)
    assert tab.evaluate("() => window.moved") < 0.05


def test_a_card_opens_the_garment_over_the_grid_which_stays_where_it_was(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    open_gallery(tab, server)
    scroll(tab, 900)
    before = scrolled(tab)
    order = wardrobe.catalogue.matching_ids(Filter(), Sort.NEWEST)
    item = next(one for one in listed_cards(tab) if (card(tab, one).bounding_box() or {"y": 0})["y"] > 200)
    card(tab, item).click()
    in_panel(tab, item)
    following = order[order.index(item) + 1]
    turn(tab, "ArrowRight", following)
    turn(tab, "ArrowLeft", item)
    tab.keyboard.press("Escape")
    tab.get_by_role("dialog").wait_for(state="detached")
    until_focused(tab, item)
    assert scrolled(tab) == before
    tab.wait_for_url(lambda url: "item" not in parse_qs(urlsplit(url).query))


def test_an_address_opens_the_panel_and_back_closes_it(tab: Page, stock: Stock) -> None:
    server, _ = stock
    open_gallery(tab, server)
    tab.goto(f"{server.url}/wardrobe?item=7&sort=oldest")
    in_panel(tab, 7)
    tab.reload()
    in_panel(tab, 7)
    tab.keyboard.press("Escape")
    tab.get_by_role("dialog").wait_for(state="detached")
    until_focused(tab, 7)
    tab.wait_for_url(re.compile(r"\?sort=oldest$"))
    card(tab, 3).click()
    in_panel(tab, 3)
    tab.go_back()
    tab.get_by_role("dialog").wait_for(state="detached")


def test_ticks_need_no_server_and_actions_touch_what_is_listed_and_nothing_else(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    colours = {one.id: one.colour for one in wardrobe.catalogue.garments()}
    open_gallery(tab, server, "?sort=oldest")
    colour = colours[1]
    hidden = next(item for item in range(2, 12) if colours[item] != colour)
    sent: list[object] = []
    tab.on("websocket", lambda socket: socket.on("framesent", sent.append))
    before = len(sent)
    for item in (1, hidden):
        card(tab, item).hover()
        card(tab, item).locator(".wg-tick").click()
    assert ticked(tab) == [1, hidden]
    assert len(sent) == before
    tab.locator("[data-key='facet colour']").click()
    tab.locator(f"[data-key='value colour {colour}']").click()
    tab.wait_for_url(re.compile(f"colour={colour}"))
    visit.until_drawn(tab)
    tab.keyboard.press("Escape")
    assert "1 more is hidden" in tab.locator(".wg-bar .wg-count").inner_text()
    tab.locator("[data-act=trash]").click()
    tab.locator(".st-key-notice_undo button").wait_for()
    visit.until_drawn(tab)
    assert [one.id for one in wardrobe.catalogue.trashed()] == [1]
    tab.locator(".st-key-notice_undo button").click()
    card(tab, 1).wait_for()
    assert not wardrobe.catalogue.trashed()
    tab.locator("[data-act=show]").click()
    tab.wait_for_url(re.compile(f"ids={hidden}"))
    visit.until_drawn(tab)
    assert ticked(tab) == [hidden] == listed_cards(tab)
    tab.locator("[data-act=clear]").click()
    assert not tab.locator(".wg-bar").is_visible()


def test_shift_ticks_a_range_and_control_a_all_that_match(tab: Page, stock: Stock) -> None:
    server, _ = stock
    open_gallery(tab, server, "?sort=oldest")
    card(tab, 2).hover()
    card(tab, 2).locator(".wg-tick").click()
    card(tab, 6).click(modifiers=["Shift"])
    assert ticked(tab) == [2, 3, 4, 5, 6]
    tab.keyboard.press("Control+a")
    assert tab.locator(".wg-bar .wg-count").inner_text() == f"{COUNT} selected"
    assert str(COUNT) in tab.locator("[data-act=trash]").inner_text()
    tab.locator("[data-act=clear]").click()


def test_the_grid_is_walked_and_used_with_the_keyboard(tab: Page, stock: Stock) -> None:
    server, _ = stock
    open_gallery(tab, server, "?sort=oldest")
    card(tab, 1).focus()
    columns = int(tab.locator(".wg-grid").get_attribute("aria-colcount") or 0)
    assert columns >= 4
    for key, item in (("ArrowRight", 2), ("ArrowDown", 2 + columns), ("Home", 1 + columns), ("ArrowUp", 1)):
        tab.keyboard.press(key)
        assert focused(tab) == item
    tab.keyboard.press(" ")
    assert card(tab, 1).get_attribute("aria-selected") == "true"
    tab.keyboard.press("Control+End")
    assert focused(tab) == COUNT
    assert len(listed_cards(tab)) <= MOST_IN_THE_DOCUMENT
    tab.keyboard.press("Control+Home")
    assert tab.locator(".wg-card[tabindex='0']").count() == 1
    tab.keyboard.press("Enter")
    in_panel(tab, 1)
    tab.keyboard.press("Escape")
    until_focused(tab, 1)


def test_a_phone_shows_two_columns_and_a_long_press_ticks(browser: Browser, stock: Stock) -> None:
    server, _ = stock
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    open_gallery(page, server, "?sort=oldest")
    assert page.locator(".wg-grid").get_attribute("aria-colcount") == "2"
    small = page.evaluate(
        "() => [...document.querySelectorAll('.wg-chip, .wg-tick')]"
        ".filter(one => one.offsetHeight && one.offsetHeight < 44).length"
    )
    assert small == 0
    box = card(page, 1).bounding_box()
    assert box
    touch = context.new_cdp_session(page)
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 80}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.wait_for_timeout(800)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert ticked(page) == [1]
    card(page, 2).tap()
    assert ticked(page) == [1, 2]
    low = page.evaluate("() => [...document.querySelectorAll('.wg-button')].every(one => one.offsetHeight >= 44)")
    assert low
    context.close()

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.gallery import card, ticked, until_listed
from tests.browser.support.server import Server, serving
from wardrobe_app.domain.catalogue.filters import Filter, GarmentEdit, Sort

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
Stock = tuple[Server, "Runtime"]
Words = dict[str, list[str]]
COUNT = 30
LINEN = list(range(1, 28))  # the numbers of those that a search for linen finds


@pytest.fixture(scope="module")
def stock(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    # None of these tests changes the wardrobe.
    folder = tmp_path_factory.mktemp("listed") / "machine"
    wardrobe = stocked_wardrobe.fill(folder / "data", COUNT)
    wardrobe.catalogue.edit(LINEN, GarmentEdit(notes="linen"))
    wardrobe.catalogue.set_favourite(LINEN[:26], True)
    with serving(folder) as server:
        yield server, wardrobe
        assert "Traceback" not in server.output.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def words(page: Page) -> Words:
    return parse_qs(urlsplit(page.url).query)


def until_at(page: Page, /, **expected: str) -> None:
    wanted = {name: value.split() for name, value in expected.items()}
    page.wait_for_url(lambda url: urlsplit(url).path == "/wardrobe" and parse_qs(urlsplit(url).query) == wanted)
    page.locator(".wg-card img").first.wait_for()
    visit.until_drawn(page)


def listed(wardrobe: Runtime, wanted: Filter, sort: Sort = Sort.NEWEST) -> list[int]:
    return list(wardrobe.catalogue.matching_ids(wanted, sort))


def search(page: Page, text: str) -> None:
    field = page.get_by_label("Search", exact=True)
    field.fill(text)
    field.press("Enter")


def choose_in(page: Page, label: str, option: str, words: str = "") -> None:
    from playwright.sync_api import Error  # here, since a browser is not everywhere

    box = page.get_by_role("combobox", name=label)
    offered = page.locator("[role=option]").filter(has_text=re.compile(rf"^{option}", re.IGNORECASE))
    for _ in range(6):  # a list closes again when the page is drawn anew, or with the click that was meant for another
        box.click()
        if words:
            box.fill(words)
        try:
            offered.click(timeout=8_000)
        except Error:
            continue
        return
    raise AssertionError(f"{label} offers no {option}")


def sort_by(page: Page, order: Sort) -> None:
    page.get_by_test_id("stPopoverButton").click()
    choose_in(page, "Sort by", f"{order.value}$")
    visit.until_drawn(page)
    page.keyboard.press("Escape")


def only_favourites(page: Page) -> Locator:
    return page.locator("[data-key='mark favourite']")


def open_list(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/wardrobe{query}")
    page.locator(".wg-card img").first.wait_for()
    visit.until_drawn(page)


def test_each_choice_is_one_step_that_back_takes_back_and_forward_repeats(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    linen = Filter(text="linen")
    tab.goto("about:blank")
    open_list(tab, server)
    search(tab, "linen")
    until_at(tab, q="linen")
    sort_by(tab, Sort.OLDEST)
    until_at(tab, q="linen", sort="oldest")
    until_listed(tab, listed(wardrobe, linen, Sort.OLDEST))
    only_favourites(tab).click()
    until_at(tab, q="linen", sort="oldest", favourite="yes")
    until_listed(tab, listed(wardrobe, Filter(text="linen", favourite=True), Sort.OLDEST))

    tab.go_back()
    until_at(tab, q="linen", sort="oldest")
    until_listed(tab, listed(wardrobe, linen, Sort.OLDEST))
    assert only_favourites(tab).get_attribute("aria-pressed") == "false"
    tab.go_back()
    until_at(tab, q="linen")
    until_listed(tab, listed(wardrobe, linen))
    tab.go_back()
    until_at(tab)
    until_listed(tab, listed(wardrobe, Filter()))
    assert tab.get_by_label("Search", exact=True).input_value() == ""
    tab.go_forward()
    until_at(tab, q="linen")
    until_listed(tab, listed(wardrobe, linen))
    assert tab.get_by_label("Search", exact=True).input_value() == "linen"
    tab.go_back()
    until_at(tab)
    tab.go_back()
    assert tab.url == "about:blank", "the list is left with one step more"


def test_a_list_survives_a_reload_and_is_the_same_for_whoever_gets_its_link(
    tab: Page, browser: Browser, stock: Stock
) -> None:
    server, wardrobe = stock
    open_list(tab, server)
    colour = next(iter(wardrobe.catalogue.facets(Filter(text="linen"))["colour"]))
    search(tab, "linen")
    until_at(tab, q="linen")
    tab.locator("[data-key='facet colour']").click()
    tab.locator(f"[data-key='value colour {colour}']").click()
    until_at(tab, q="linen", colour=colour)
    tab.keyboard.press("Escape")
    sort_by(tab, Sort.NAME)
    until_at(tab, q="linen", colour=colour, sort="name")
    expected = listed(wardrobe, Filter({"colour": frozenset({colour})}, "linen"), Sort.NAME)
    until_listed(tab, expected)
    address = tab.url
    tab.reload()
    until_at(tab, q="linen", colour=colour, sort="name")
    until_listed(tab, expected)

    another = browser.new_context()
    theirs = another.new_page()
    theirs.set_default_timeout(60_000)
    theirs.goto(address)
    until_at(theirs, q="linen", colour=colour, sort="name")
    until_listed(theirs, expected)
    assert theirs.get_by_label("Search", exact=True).input_value() == "linen"
    another.close()


def test_two_tabs_keep_lists_of_their_own(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    other = tab.context.new_page()
    other.set_default_timeout(60_000)
    open_list(tab, server, "?q=linen")
    open_list(other, server, "?sort=oldest")
    only_favourites(other).click()
    until_at(other, sort="oldest", favourite="yes")
    until_listed(tab, listed(wardrobe, Filter(text="linen")))
    sort_by(tab, Sort.NAME)
    until_at(tab, q="linen", sort="name")
    until_listed(tab, listed(wardrobe, Filter(text="linen"), Sort.NAME))
    until_listed(other, listed(wardrobe, Filter(favourite=True), Sort.OLDEST))


def test_from_a_garment_both_ways_lead_back_to_the_list_and_the_ticks(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    open_list(tab, server, "?q=linen&sort=oldest")
    there = listed(wardrobe, Filter(text="linen"), Sort.OLDEST)
    until_listed(tab, there)
    card(tab, there[1]).hover()
    card(tab, there[1]).locator(".wg-tick").click()
    assert ticked(tab) == [there[1]]

    for way in ("back", "link"):
        card(tab, there[0]).click()
        tab.get_by_role("dialog").get_by_role("link", name="Open the full page").click()
        tab.locator(f".st-key-garment_{there[0]}").wait_for()
        visit.until_drawn(tab)
        if way == "back":
            tab.go_back()
            tab.get_by_role("dialog").locator(f".st-key-panel_{there[0]}").wait_for()
            tab.keyboard.press("Escape")
            tab.get_by_role("dialog").wait_for(state="detached")
        else:
            tab.get_by_test_id("stMain").get_by_role("link", name="Wardrobe", exact=True).click()
        until_at(tab, q="linen", sort="oldest")
        until_listed(tab, there)
        assert ticked(tab) == [there[1]], way
        assert tab.locator(".wg-bar").is_visible()


def test_the_list_goes_on_where_it_was_left_for_another_page(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    open_list(tab, server, "?q=linen")
    visit.open_page(tab, "Trash")
    assert words(tab) == {}
    visit.open_page(tab, "Wardrobe")
    until_at(tab, q="linen")
    until_listed(tab, listed(wardrobe, Filter(text="linen")))
    tab.reload()
    until_at(tab, q="linen")


def test_a_reload_leaves_nothing_selected_and_nothing_ticked(tab: Page, stock: Stock) -> None:
    server, _ = stock
    open_list(tab, server)
    tab.keyboard.press("Control+a")
    assert f"{COUNT} selected" in tab.locator(".wg-bar").inner_text()
    tab.reload()
    tab.locator(".wg-card img").first.wait_for()
    visit.until_drawn(tab)
    assert ticked(tab) == []
    assert not tab.locator(".wg-bar").is_visible()


def test_what_an_address_asks_for_and_nobody_knows_is_left_out_and_told(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    open_list(
        tab, server, "?colour=nvy&colour=%F0%9F%91%97&page=minus&sort=upside&density=x&ids=a,b&q=linen&brand=&x=1"
    )
    until_listed(tab, listed(wardrobe, Filter(text="linen")))
    told = tab.get_by_test_id("stAlert").inner_text()
    assert all(word in told for word in ("nvy", "upside", "x", "a", "b"))
    open_list(tab, server, "?page=99&size=48")
    until_listed(tab, listed(wardrobe, Filter()))


def test_every_page_has_a_title_of_its_own_in_the_browser(tab: Page, stock: Stock) -> None:
    server, wardrobe = stock
    open_list(tab, server)
    tab.wait_for_function("() => document.title === 'Wardrobe · Wardrobe Graph'")
    names = tab.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts()
    assert len(names) > 8
    for name in [re.sub(r" \d+$", "", name.strip().splitlines()[-1]) for name in names][1:]:  # without its count
        visit.open_page(tab, name)
        tab.wait_for_function("name => document.title === `${name} · Wardrobe Graph`", arg=name)
    tab.goto(f"{server.url}/garment?item=2")
    title = wardrobe.catalogue.get(2).title
    tab.wait_for_function("name => document.title === `${name} · Wardrobe Graph`", arg=title)

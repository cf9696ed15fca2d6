from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.server import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# Sockets can be closed from outside, and stay closed as long as window.away says so.
SOCKETS = """
window.sockets = [];
const Real = window.WebSocket;
window.WebSocket = class extends Real {
    constructor(address, ...rest) {
        super(window.away ? address.replace(/:\\d+/, ':9') : address, ...rest);
        window.sockets.push(this);
    }
};
"""


class Machine:
    # A wardrobe, and the program that shows it, which can be stopped and started again at the same address.
    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.wardrobe: Runtime = stocked_wardrobe.fill(folder / "data", 3)
        self.server: Server = self._start(None)

    def _start(self, port: int | None) -> Server:
        self.running = self.stack.enter_context(ExitStack())
        options = "--server.disconnectedSessionTTL", "1"
        return self.running.enter_context(serving(self.folder, *options, port=port))

    def stop(self) -> None:
        self.running.close()

    def start(self) -> None:
        self.server = self._start(urlsplit(self.server.url).port)

    def restart(self) -> None:
        self.stop()
        self.start()


@pytest.fixture
def machine(browser: Browser, tmp_path: Path) -> Iterator[Machine]:
    with ExitStack() as stack:
        yield Machine(tmp_path / "machine", stack)


@pytest.fixture
def new_tab(browser: Browser) -> Iterator[Callable[[], Page]]:
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    context.add_init_script(SOCKETS)

    def opened() -> Page:
        page = context.new_page()
        page.set_default_timeout(40_000)
        return page

    yield opened
    context.close()


def open_garment(page: Page, machine: Machine, item: int = 1) -> None:
    page.goto(f"{machine.server.url}/garment?item={item}")
    page.locator(f".st-key-garment_{item}").wait_for()
    visit.until_drawn(page)


def until_connected(page: Page) -> None:
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for(timeout=120_000)
    visit.until_drawn(page)


def shows(page: Page, label: str, text: str) -> None:
    from playwright.sync_api import expect  # here, since a browser is not everywhere

    expect(page.get_by_label(label, exact=True)).to_have_value(text, timeout=30_000)


def save(page: Page) -> None:
    page.locator("[class*=st-key-save_details_]").get_by_role("button").click()
    page.get_by_test_id("stMain").get_by_text("Details saved.").wait_for()
    visit.until_drawn(page)


def until_kept(page: Page) -> None:
    page.get_by_text("Unsaved changes").wait_for()
    visit.until_drawn(page)


@pytest.mark.slow
def test_text_that_was_typed_before_the_program_was_started_anew_is_saved(
    machine: Machine, new_tab: Callable[[], Page]
) -> None:
    page = new_tab()
    open_garment(page, machine)
    page.get_by_label("Brand", exact=True).fill("Acme")
    page.get_by_label("Brand", exact=True).blur()
    until_kept(page)
    page.get_by_label("Notes", exact=True).fill("a spot on the left sleeve")  # and the field is not left
    machine.restart()
    until_connected(page)
    shows(page, "Notes", "a spot on the left sleeve")
    save(page)
    kept = machine.wardrobe.catalogue.get(1)
    assert (kept.brand, kept.notes) == ("Acme", "a spot on the left sleeve")
    shows(page, "Notes", "a spot on the left sleeve")
    assert not list((machine.folder / "data" / "drafts").glob("*.json"))


@pytest.mark.slow
def test_text_that_was_typed_while_the_connection_was_away_is_saved(
    machine: Machine, new_tab: Callable[[], Page]
) -> None:
    page = new_tab()
    open_garment(page, machine)
    page.get_by_label("Notes", exact=True).fill("typed in the train")
    page.evaluate("() => { window.away = true; window.sockets.forEach(one => one.close()) }")
    page.wait_for_timeout(4000)  # the session is dropped after one second
    page.evaluate("() => { window.away = false }")
    until_connected(page)
    shows(page, "Notes", "typed in the train")
    save(page)
    assert machine.wardrobe.catalogue.get(1).notes == "typed in the train"


@pytest.mark.slow
def test_a_garment_changed_elsewhere_during_the_break_is_not_overwritten(
    machine: Machine, new_tab: Callable[[], Page]
) -> None:
    from wardrobe_app.domain.catalogue.filters import GarmentEdit

    page = new_tab()
    open_garment(page, machine)
    page.get_by_label("Notes", exact=True).fill("mine")
    machine.stop()
    machine.wardrobe.catalogue.edit([1], GarmentEdit(brand="Acme"))
    machine.start()
    until_connected(page)
    page.locator("[class*=st-key-save_details_]").get_by_role("button").click()
    visit.until_drawn(page)
    page.locator(".st-key-details_recovered").get_by_text("Acme").wait_for()
    shows(page, "Notes", "mine")
    kept = machine.wardrobe.catalogue.get(1)
    assert (kept.brand, kept.notes) == ("Acme", ""), "nothing is written before it was shown"


def test_what_was_typed_before_another_page_was_opened_comes_back_and_is_said(
    machine: Machine, new_tab: Callable[[], Page]
) -> None:
    page = new_tab()
    open_garment(page, machine)
    page.get_by_label("Name", exact=True).fill("The one from Lyon")
    page.get_by_label("Name", exact=True).blur()
    page.get_by_label("Notes", exact=True).fill("a spot")
    page.get_by_role("link", name="Wardrobe", exact=True).last.click(delay=150)
    page.get_by_role("heading", name="Wardrobe", exact=True, level=1).wait_for()
    visit.until_drawn(page)
    machine.restart()
    fresh = new_tab()
    open_garment(fresh, machine)
    shows(fresh, "Notes", "a spot")
    shows(fresh, "Name", "The one from Lyon")
    fresh.get_by_text("Unsaved changes from").wait_for()
    save(fresh)
    kept = machine.wardrobe.catalogue.get(1)
    assert (kept.name, kept.notes) == ("The one from Lyon", "a spot")
    assert fresh.get_by_text("Unsaved changes").count() == 0


@pytest.mark.slow
def test_what_is_discarded_is_gone_until_it_is_brought_back(machine: Machine, new_tab: Callable[[], Page]) -> None:
    page = new_tab()
    open_garment(page, machine)
    page.get_by_label("Notes", exact=True).fill("a spot")
    page.get_by_label("Notes", exact=True).blur()
    until_kept(page)
    page.get_by_role("button", name="Discard", exact=True).click()
    shows(page, "Notes", "")
    visit.until_drawn(page)
    page.locator(".st-key-notice_undo button").click()
    shows(page, "Notes", "a spot")
    assert machine.wardrobe.catalogue.get(1).notes == ""


@pytest.mark.slow
def test_what_another_tab_typed_is_said_and_the_last_typed_is_kept(
    machine: Machine, new_tab: Callable[[], Page]
) -> None:
    first, second = new_tab(), new_tab()
    open_garment(first, machine)
    open_garment(second, machine)
    first.get_by_label("Notes", exact=True).fill("from the first")
    first.get_by_label("Notes", exact=True).blur()
    until_kept(first)
    second.get_by_label("Notes", exact=True).fill("from the second")
    second.get_by_label("Notes", exact=True).blur()
    until_kept(second)
    first.get_by_label("Brand", exact=True).fill("Acme")
    first.get_by_label("Brand", exact=True).blur()
    first.locator(".st-key-details_elsewhere").get_by_text("from the second").wait_for()
    visit.until_drawn(first)
    shows(first, "Notes", "from the first")
    first.reload()
    first.locator(".st-key-garment_1").wait_for()
    shows(first, "Notes", "from the second")
    shows(first, "Brand", "Acme")


@pytest.mark.slow
def test_an_amount_that_can_mean_two_is_asked_beside_its_field(machine: Machine, new_tab: Callable[[], Page]) -> None:
    page = new_tab()
    open_garment(page, machine)
    page.get_by_label("Price", exact=True).fill("1,000.5,0")
    page.get_by_label("Quantity", exact=True).fill("many")
    page.get_by_label("Notes", exact=True).fill("a spot")
    page.locator("[class*=st-key-save_details_]").get_by_role("button").click()
    page.locator("[class*=st-key-problem_price]").wait_for()
    page.locator("[class*=st-key-problem_quantity]").wait_for()
    visit.until_drawn(page)
    shows(page, "Price", "1,000.5,0")
    shows(page, "Notes", "a spot")
    assert machine.wardrobe.catalogue.get(1).notes == ""
    page.get_by_label("Quantity", exact=True).fill("12")
    page.get_by_label("Price", exact=True).fill("1.250")
    page.locator("[class*=st-key-save_details_]").get_by_role("button").click()
    page.locator("[class*=st-key-choose_price]").get_by_text("1250.00").click()
    shows(page, "Price", "1250.00")
    save(page)
    kept = machine.wardrobe.catalogue.get(1)
    assert (str(kept.price), kept.quantity, kept.notes) == ("1250.00", 12, "a spot")


@pytest.mark.slow
def test_photos_that_were_chosen_and_not_added_wait_for_their_return(
    machine: Machine, new_tab: Callable[[], Page], tmp_path: Path
) -> None:
    first, second, third = save_photos(tmp_path / "photos", 3, size=(180, 240))
    page = new_tab()
    page.goto(machine.server.url)
    visit.open_page(page, "Add photos")
    visit.choose_files(page, [first, second])
    page.get_by_role("button", name=f"Remove {second.name}").click()
    page.get_by_role("button", name=re.compile("Add 1 photo$")).wait_for()
    visit.until_drawn(page)
    visit.open_page(page, "Trash")
    visit.open_page(page, "Add photos")
    page.locator(".st-key-waiting_photos").get_by_text(first.name).wait_for()
    visit.choose_files(page, [third])
    page.locator(".st-key-waiting_photos").get_by_text(first.name).wait_for()
    assert page.locator(".st-key-waiting_photos").get_by_text(third.name).count() == 0

    machine.restart()
    fresh = new_tab()
    fresh.goto(f"{machine.server.url}/add_photos")
    waiting = fresh.locator(".st-key-waiting_photos")
    waiting.get_by_text(f"{first.name}, {third.name}").wait_for()
    assert waiting.get_by_text(second.name).count() == 0, "it was put away"
    visit.until_drawn(fresh)
    fresh.locator(".st-key-add_waiting button").click()
    assert visit.until_added(fresh) == "Done: 2 already there."
    assert not list((machine.folder / "data" / "drafts" / "uploads").iterdir())
    assert waiting.count() == 0

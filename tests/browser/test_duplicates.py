from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.server import Server, serving
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
# Three green shirts, two navy and two pink ones.
COLOURS = [(60, 140, 70)] * 3 + [(30, 40, 90)] * 2 + [(220, 120, 170)] * 2
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def stocked(browser: Browser, tmp_path: Path) -> Iterator[tuple[Server, Runtime]]:
    photos = [photo_bytes(draw_garment("shirt", one, size=(180, 240), seed=n)) for n, one in enumerate(COLOURS)]
    wardrobe = stocked_wardrobe.of_photos(
        tmp_path / "machine" / "data", [source_from_bytes(f"{n}.jpg", photo) for n, photo in enumerate(photos)]
    )
    with serving(tmp_path / "machine") as server:
        yield server, wardrobe


def opened(browser: Browser, url: str, **kind: object) -> Page:
    page = browser.new_context(**(kind or {"viewport": {"width": 1280, "height": 900}})).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.goto(url)
    return page


def counted(page: Page, text: str) -> None:
    page.locator(".dup .count", has_text=re.compile(f"^{text}$")).wait_for()
    visit.until_drawn(page)


def test_the_counter_of_a_review_survives_reload_a_second_tab_and_undo_and_fits_a_phone(
    browser: Browser, stocked: tuple[Server, Runtime]
) -> None:
    server, wardrobe = stocked
    url = f"{server.url}/duplicates"
    first = opened(browser, url)
    first.get_by_role("button", name="Start the review").click()
    counted(first, "1 of 3")
    first.keyboard.press("k")
    counted(first, "2 of 3, 1 decided")
    first.reload()
    counted(first, "2 of 3, 1 decided")

    second = opened(browser, url)
    counted(second, "2 of 3, 1 decided")
    second.keyboard.press("ArrowRight")
    counted(second, "3 of 3, 1 decided")
    second.keyboard.press("l")
    counted(second, "2 of 3, 2 decided")
    first.keyboard.press("ArrowRight")
    counted(first, "2 of 3, 2 decided")
    second.locator(".st-key-notice_undo button:visible").first.click()
    counted(second, "3 of 3, 1 decided")
    assert not wardrobe.catalogue.trashed()

    phone = opened(browser, f"{url}?group=1", **PHONE)
    counted(phone, "2 of 3, 1 decided")
    wide, height = phone.locator(".dup .photos").evaluate(
        "row => [row.scrollWidth > row.clientWidth, row.offsetHeight]"
    )
    assert wide
    assert height < 600
    buttons = phone.locator(".dup .acts button")
    boxes = [box for box in (buttons.nth(place).bounding_box() for place in range(buttons.count())) if box]
    assert len(boxes) == 5
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] >= 44 for box in boxes)
    assert not phone.locator(".dup kbd:visible").count()

    for text, name in (("2 of 3, 1 decided", "Same garment"), ("3 of 3, 2 decided", "Let go of 2")):
        counted(phone, text)
        phone.locator(".dup").get_by_role("button", name=name).tap()
    phone.get_by_text("You let go of 1, kept 5, merged 1.").wait_for()
    visit.until_drawn(phone)  # with all of the list, whose last one is taken back
    phone.locator("[class*=st-key-take_back_] button").last.tap()
    counted(phone, "1 of 3, 2 decided")

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.server import Server, serving
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.domain.catalogue.filters import GarmentEdit
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wardrobe_app.wiring import Runtime

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
KEEP, OTHER = 1, 2


@pytest.fixture
def doubled(browser: Browser, tmp_path: Path) -> Iterator[tuple[Server, Runtime]]:
    wardrobe = stocked_wardrobe.of_photos(
        tmp_path / "machine" / "data",
        [source_from_bytes(f"{n}.jpg", photo_bytes(draw_garment(size=(180, 240), seed=n))) for n in range(2)],
    )
    wardrobe.catalogue.edit([KEEP], GarmentEdit(name="Navy shirt", price=Decimal(20), notes="soft"))
    wardrobe.catalogue.edit([OTHER], GarmentEdit(name="Work shirt", price=Decimal(30), size="M", notes="warm"))
    wardrobe.catalogue.set_favourite([KEEP], True)
    with serving(tmp_path / "machine") as server:
        yield server, wardrobe


@pytest.fixture
def tab(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(90_000)
    yield page
    page.screenshot(path=tmp_path / "last.png")
    context.close()


def both(wardrobe: Runtime) -> list[Garment]:
    return [wardrobe.catalogue.get(item) for item in (KEEP, OTHER)]


def press(page: Page, key: str) -> None:
    visible = page.locator(f".st-key-{key} button:visible").first  # rows of buttons are measured with hidden copies
    visible.wait_for()
    visit.until_drawn(page)
    visible.click()


@pytest.mark.slow
def test_differences_are_chosen_side_by_side_and_undone_and_split_exactly(
    tab: Page, doubled: tuple[Server, Runtime], tmp_path: Path
) -> None:
    server, wardrobe = doubled
    before = both(wardrobe)
    wardrobe.redundancy.review.start()
    tab.goto(f"{server.url}/duplicates")
    tab.locator(".dup").get_by_role("button", name="Same garment").click()
    question = tab.locator(".st-key-merge_choices")
    question.wait_for()
    visit.until_drawn(tab)
    tab.screenshot(path=tmp_path / "question.png")
    assert both(wardrobe) == before
    names, prices = (question.locator(f".st-key-holds_{key}_{KEEP}_{OTHER} input") for key in ("name", "price"))
    assert [names.nth(place).is_checked() for place in (0, 1)] == [True, False]
    first, second = (names.nth(place).locator("xpath=ancestor::label").bounding_box() for place in (0, 1))
    assert first
    assert second
    assert first["y"] == pytest.approx(second["y"], abs=4), "the values are side by side"
    assert prices.nth(0).is_checked()
    names.nth(1).locator("xpath=ancestor::label").click()
    press(tab, "merge_answer")
    tab.locator(".st-key-notice_undo").wait_for()
    one = wardrobe.catalogue.get(KEEP)
    assert (one.name, one.price, one.size, one.notes) == ("Work shirt", Decimal(20), "M", "soft\n\nwarm")
    press(tab, "notice_undo")
    tab.locator(".st-key-notice_undo").wait_for(state="detached")
    assert both(wardrobe) == before

    merge = wardrobe.redundancy.review.merge(KEEP, [OTHER], prefer={"name": OTHER, "price": OTHER}).merge
    tab.goto(f"{server.url}/garment?item={KEEP}")
    press(tab, f"split_{merge}")
    tab.locator(".st-key-notice_undo").wait_for()
    assert both(wardrobe) == before

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import stocked_wardrobe, visit
from tests.browser.support.server import Server
from wardrobe_app.domain.garments.garment import TagKind
from wardrobe_app.domain.garments.wear_log import OutfitState
from wardrobe_app.wiring import Runtime

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
TYPES = ("Blouse", "Jeans", "Sneakers", "Tee", "Skirt", "Coat", "Button-Down", "Trousers", "Boots", "Sweater")


def stocked(folder: Path) -> Runtime:
    wardrobe = stocked_wardrobe.fill(folder, len(TYPES))
    season = wardrobe.outfits.today.context().season
    for number, kind in enumerate(TYPES, 1):
        for tag, value in ((TagKind.TYPE, kind), (TagKind.COLOUR, "navy"), (TagKind.PATTERN, "solid")):
            wardrobe.catalogue.correct([number], tag, value)
        wardrobe.catalogue.correct([number], TagKind.OCCASION, "casual")
        wardrobe.catalogue.correct([number], TagKind.SEASON, season)
    return wardrobe


def collages(page: Page) -> list[str]:
    visit.until_drawn(page)
    return [str(image.get_attribute("alt")) for image in page.get_by_test_id("stMain").get_by_role("img").all()]


def click(page: Page, key: str, said: str = "") -> None:
    page.locator(f".st-key-{key} button").click()
    if said:
        page.get_by_test_id("stMarkdown").get_by_text(said).wait_for()
    visit.until_drawn(page)


def test_she_gets_dressed_in_the_morning(page: Page, server: Server) -> None:
    wardrobe = stocked(server.data)
    page.goto(server.url)
    page.get_by_role("img", name="Flat lay").wait_for(timeout=120_000)  # found out in the background
    (at_home,) = [words for words in collages(page) if words.startswith("Flat lay")]
    page.get_by_role("link", name="Others for today").click()
    page.get_by_role("heading", name="Today", exact=True, level=1).wait_for()
    before = collages(page)
    assert len(before) == 3
    assert before[0] == at_home

    click(page, "another_1")
    page.get_by_role("img", name=before[1], exact=True).wait_for(state="detached")
    assert (collages(page)[0], collages(page)[2]) == (before[0], before[2])
    assert collages(page)[1] != before[1]

    click(page, "wear_0", "Saved for today.")
    assert len(wardrobe.outfits.wear_log.wears()) == 1
    page.keyboard.press("u")
    page.get_by_test_id("stMarkdown").get_by_text("Undone.").wait_for()
    assert not wardrobe.outfits.wear_log.wears()

    click(page, "reject_0", "suggested again")
    assert before[0] not in collages(page)
    assert len(wardrobe.outfits.saved.all(OutfitState.REJECTED)) == 1
    click(page, "notice_undo", "Undone.")
    assert collages(page)[0] == before[0]

    page.get_by_role("textbox", name="Weather (optional)").fill("30")
    page.get_by_role("textbox", name="Weather (optional)").press("Enter")
    page.get_by_text(re.compile("summer clothes · hot")).wait_for()
    visit.until_drawn(page)
    assert not [words for words in collages(page) if "coat" in words]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

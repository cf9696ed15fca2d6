from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.browser.support import stocked_wardrobe
from tests.browser.support.server import Server, serving
from tests.browser.support.visit import open_page, until_drawn

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
EARLY, LATE = "Etc/GMT+12", "Pacific/Kiritimati"  # 26 hours apart: they never have the same day


def wear_today(browser: Browser, server: Server, zone: str, told: str) -> None:
    context = browser.new_context(timezone_id=zone)
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{server.url}/garment?item=1")
    page.get_by_role("button", name="Wear today").click()
    page.get_by_text(told).wait_for()
    until_drawn(page)
    open_page(page, "Calendar")
    page.locator("[class*='st-key-remove_wear_']").first.wait_for()  # the calendar opens on the same day
    context.close()


@pytest.mark.slow
def test_each_browser_has_the_day_of_its_own_place(browser: Browser, tmp_path: Path) -> None:
    wardrobe = stocked_wardrobe.fill(tmp_path / "machine" / "data", 1)
    expected = set()
    with serving(tmp_path / "machine") as server:
        for zone, told in ((EARLY, "Worn once, last on"), (LATE, "Worn twice, last on")):
            expected.add(datetime.now(ZoneInfo(zone)).date())
            wear_today(browser, server, zone, told)
    assert {wear.worn_on for wear in wardrobe.outfits.wear_log.wears()} == expected
    assert len(expected) == 2

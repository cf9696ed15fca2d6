from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.support import visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.main_job import bring_photos_in_and_a_graph_out
from tests.browser.support.server import Server, folder_contents

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_photos_go_in_and_a_tagged_graph_comes_out(page: Page, server: Server, tmp_path: Path) -> None:
    bring_photos_in_and_a_graph_out(page, server, tmp_path)


@pytest.mark.slow
def test_a_broken_file_is_refused_with_a_reason_and_the_others_are_added(page: Page, tmp_path: Path) -> None:
    photos = save_photos(tmp_path / "photos", 2, size=(300, 400))
    broken = tmp_path / "photos" / "holiday.jpg"
    broken.write_bytes(photos[0].read_bytes()[:2000])

    assert visit.add_photos(page, [photos[0], broken, photos[1]]) == "Done: 2 added, 1 refused."
    refused = [row for row in visit.result_rows(page) if "refused" in row]
    assert len(refused) == 1
    assert "holiday.jpg" in refused[0]
    assert len(refused[0].splitlines()) > 1, "there is a reason"

    visit.open_page(page, "Wardrobe")
    page.get_by_text("2 garments", exact=True).wait_for()


@pytest.mark.slow
def test_a_refresh_stores_nothing_twice(page: Page, server: Server, tmp_path: Path) -> None:
    photos = save_photos(tmp_path / "photos", 3, size=(300, 400))
    visit.open_page(page, "Add photos")
    visit.choose_files(page, photos)
    visit.add_chosen(page)
    page.get_by_text(re.compile("of 3 photos|^Done: ")).first.wait_for()
    page.reload()
    assert visit.until_added(page) == "Done: 3 added."
    stored = folder_contents(server.data / "photos")
    assert len(stored) == 3

    page.reload()
    assert visit.until_added(page) == "Done: 3 added."
    assert visit.add_photos(page, photos) == "Done: 3 already there."
    page.reload()
    visit.open_page(page, "Wardrobe")
    page.get_by_text("3 garments", exact=True).wait_for()
    assert folder_contents(server.data / "photos") == stored


@pytest.mark.slow
def test_a_photo_can_be_taken_with_the_camera(page: Page, server: Server) -> None:
    visit.open_page(page, "Add photos")
    page.get_by_role("radio", name="Camera").click()
    # Streamlit shows the button before the camera gives pictures, and a click then takes none.
    page.get_by_test_id("stCameraInput").locator("video").wait_for()
    page.wait_for_function("() => document.querySelector('[data-testid=stCameraInput] video')?.videoWidth > 0")
    taken = page.get_by_test_id("stCameraInput").locator("img")
    for _ in range(6):
        if (shutter := page.get_by_role("button", name="Take Photo")).is_visible():
            shutter.click()
        page.wait_for_timeout(3_000)
        if taken.is_visible():
            break
    taken.wait_for()
    visit.add_chosen(page)
    assert visit.until_added(page) == "Done: 1 added."
    assert len(folder_contents(server.data / "photos")) == 1


@pytest.mark.slow
def test_the_colour_is_picked_by_a_click_on_the_photo(page: Page, server: Server, tmp_path: Path) -> None:
    visit.add_photos(page, save_photos(tmp_path / "photos", 1, size=(300, 400)))
    page.goto(f"{server.url}/garment?item=1")
    page.get_by_text("Pick the colour").click()
    place = page.locator(".js-plotly-plot .nsewdrag").first
    place.wait_for()
    visit.until_drawn(page)
    box = place.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.get_by_role("button", name="Use this colour").click()
    page.get_by_text(re.compile("Colour changed to")).wait_for()
    page.get_by_text(re.compile(", picked$")).wait_for()

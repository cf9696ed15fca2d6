from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.services.support.stored import graph_service, small_pictures, stored
from tests.support.garments import garment
from wardrobe_app.domain.graph.ways import Way
from wardrobe_app.services.graph.picture_export import GraphPictures, Look, PictureFormat

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from wardrobe_app.config import Settings
    from wardrobe_app.domain.garments.garment import Garment

pytestmark = pytest.mark.browser
HOSTILE = "</title></script><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"


def written(settings: Settings, folder: Path, garments: list[Garment], way: Way) -> str:
    Image.new("RGB", (60, 80), (232, 150, 172)).save(folder / "small.png")
    drawn = GraphPictures(graph_service(stored(settings, garments)), small_pictures(folder / "small.png"))
    drawn.export(PictureFormat.HTML, folder / "graph.html", Look(way))
    return (folder / "graph.html").as_uri()


def test_the_file_of_a_graph_tells_why_two_are_alike_and_runs_no_name(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    garments = [
        garment(1, "Blouse", "pink", name=HOSTILE),
        garment(2, "Blouse", "pink"),
        garment(3, "Jeans", "navy"),
    ]
    address = written(settings, tmp_path, garments, Way.DUPLICATES)
    page = browser.new_page(viewport={"width": 900, "height": 700})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_function("() => window.wardrobeGraph?.state().drawn.pictures === 2")
    place = page.evaluate("() => window.wardrobeGraph.at('item:1')")
    page.mouse.click(place["x"], place["y"])
    page.wait_for_function("() => window.wardrobeGraph.state().pinned === 'item:1'")
    panel = page.locator(".wv-panel")
    assert HOSTILE in panel.inner_text()
    assert "both pink" in panel.inner_text()
    assert page.title() == "Wardrobe graph"
    assert problems == []
    page.close()


def test_the_search_of_the_file_knows_letters_that_look_alike_and_everyday_words(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    garments = [
        garment(1, "Sweater", "grey", name="Robe d’e\u0301te\u0301"),
        garment(2, "Sneakers", "pink", name="STRAẞE"),
        garment(3, "Jeans", "navy", name="İstanbul", brand="ＺＡＲＡ"),
    ]
    page = browser.new_page()
    page.goto(written(settings, tmp_path, garments, Way.OUTFITS))
    expected = {
        "D'ÉTÉ": "item:1", "ete": "item:1", "strasse": "item:2", "istanbul": "item:3", "İSTANBUL": "item:3",
        "zara": "item:3", "gray jumper": "item:1", "pink trainers": "item:2", "kilt": None,
    }  # fmt: skip
    found = {}
    for text in expected:
        page.get_by_role("application").press("Escape")
        page.wait_for_function("() => !window.wardrobeGraph.state().pinned")
        page.get_by_role("combobox").fill(text)
        page.get_by_role("combobox").press("Enter")
        found[text] = page.evaluate("() => window.wardrobeGraph.state().pinned")
    page.close()
    assert found == expected

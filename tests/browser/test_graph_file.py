from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.services.support.stored import graph_service, stored
from tests.support.garments import garment
from wardrobe_app.services.graph.picture_export import GraphPictures, PictureFormat

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from wardrobe_app.config import Settings

pytestmark = pytest.mark.browser
HOSTILE = "</title></script><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"


def test_the_web_page_of_a_graph_searches_switches_and_tells_why_and_runs_no_name(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    blouses = [garment(1, "Blouse", "pink", name=HOSTILE), garment(2, "Blouse", "pink")]
    factory = stored(settings, [*blouses, garment(3, "Jeans", "navy")])
    Image.new("RGB", (60, 80), (232, 150, 172)).save(tmp_path / "small.png")
    drawn = GraphPictures(graph_service(factory), lambda photo: tmp_path / "small.png")
    drawn.export(PictureFormat.HTML, tmp_path / "graph.html")

    page = browser.new_page(viewport={"width": 900, "height": 700})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto((tmp_path / "graph.html").as_uri())
    page.locator("[data-node='item:1']").click()
    about = page.locator("#about")
    assert HOSTILE in about.inner_text()
    assert "both pink" in about.inner_text()
    assert "goes with" not in about.inner_text()

    page.get_by_role("checkbox", name="goes with").check()
    page.locator("[data-node='item:2']").click()
    assert "goes with" in about.inner_text()

    page.get_by_role("searchbox").fill("jeans")
    page.get_by_text("1 found", exact=True).wait_for()
    assert page.locator(".node.dim").count() == 2
    page.get_by_role("button", name="Show all").click()
    assert page.locator(".dim").count() == 0
    assert page.title() == "Wardrobe graph"
    assert problems == []
    page.close()


def test_the_search_of_the_web_page_knows_letters_that_look_alike_and_everyday_words(
    browser: Browser, settings: Settings, tmp_path: Path
) -> None:
    named = [
        garment(1, "Sweater", "grey", name="Robe d’e\u0301te\u0301"),
        garment(2, "Sneakers", "pink", name="STRAẞE"),
    ]
    factory = stored(settings, [*named, garment(3, "Jeans", "navy", name="İstanbul", brand="ＺＡＲＡ")])
    Image.new("RGB", (60, 80), (232, 150, 172)).save(tmp_path / "small.png")
    GraphPictures(graph_service(factory), lambda photo: tmp_path / "small.png").export(
        PictureFormat.HTML, tmp_path / "graph.html"
    )
    page = browser.new_page()
    page.goto((tmp_path / "graph.html").as_uri())
    expected = {
        "D'ÉTÉ": ["item:1"], "ete": ["item:1"], "strasse": ["item:2"], "istanbul": ["item:3"], "İSTANBUL": ["item:3"],
        "zara": ["item:3"], "gray jumper": ["item:1"], "pink trainers": ["item:2"], "kilt": [],
    }  # fmt: skip
    found = {}
    for text in expected:
        page.get_by_role("searchbox").fill(text)
        found[text] = page.locator(".node.item:not(.dim)").evaluate_all("all => all.map(one => one.dataset.node)")
    page.close()
    assert found == expected

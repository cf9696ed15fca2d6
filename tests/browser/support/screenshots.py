from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

from tests.browser.support import visit
from tests.browser.support.drawn_wardrobe import save_photos
from tests.browser.support.server import CHROMIUM_ARGUMENTS, ROOT, Server, find_chromium, serving
from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import TagKind

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# python -m tests.browser.screenshots [FOLDER]: every page, light and dark, of a wardrobe of drawn garments.
TARGET = ROOT / "docs" / "screenshots"
DESK = (1280, 900)
Theme = Literal["light", "dark"]


def _panel(page: Page) -> None:
    visit.open_page(page, "Wardrobe")
    page.locator(".wg-card").filter(has_text=re.compile("pink", re.IGNORECASE)).first.click()
    page.get_by_role("dialog").get_by_role("link", name="Open the full page").wait_for()
    visit.until_drawn(page)


def _garment(page: Page) -> None:
    _panel(page)
    page.get_by_role("dialog").get_by_role("link", name="Open the full page").click()
    page.get_by_role("heading", name="Wardrobe", exact=True).wait_for(state="detached")
    visit.until_drawn(page)


def _titled(title: str) -> Callable[[Page], None]:
    return lambda page: visit.open_page(page, title)


def _graph(way: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        visit.open_page(page, "Graph")
        page.get_by_role("radio", name=way).click()
        visit.until_drawn(page)

    return go


def _duplicates(page: Page) -> None:
    visit.open_page(page, "Duplicates")
    if (start := page.get_by_role("button", name="Start the review")).count():
        start.click()
    page.locator(".dup .acts").wait_for()
    visit.until_drawn(page)


PAGES: dict[str, Callable[[Page], None]] = {
    "home": _titled("Home"),
    "add-photos": _titled("Add photos"),
    "wardrobe": _titled("Wardrobe"),
    "wardrobe-panel": _panel,
    "garment": _garment,
    "duplicates": _duplicates,
    "today": _titled("Today"),
    "outfits": _titled("Outfits"),
    "calendar": _titled("Calendar"),
    "insights": _titled("Insights"),
    "before-you-buy": _titled("Before you buy"),
    "graph": _titled("Graph"),
    "graph-outfits": _graph("Outfits"),
    "graph-types": _graph("Types and attributes"),
    "trash": _titled("Trash"),
    "maintenance": _titled("Backup and health"),
    "settings": _titled("Settings"),
}


def _save(page: Page, path: Path, server: Server) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1200)
    _hide_this_machine(page, server)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # A palette makes a third of the size, and nobody sees the difference.
    shot.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path)


def _hide_this_machine(page: Page, server: Server) -> None:
    # The settings show the data folder; a picture for everybody shows the usual one.
    page.get_by_test_id("stMain").evaluate(
        """(main, [folder, usual]) => {
            const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(folder, usual);
        }""",
        [str(server.data), "~/.local/share/wardrobe-graph"],
    )


def _say_what_a_blouse_is(server: Server) -> None:
    # The tagger is not sure of a drawn blouse. Its owner is, and the two that look like it follow.
    catalogue = startup.build(Settings(data_dir=server.data)).catalogue
    pink = next(garment.id for garment in catalogue.garments() if garment.colour == "pink")
    catalogue.correct([pink], TagKind.TYPE, "Blouse")


def _show_whole_photos(server: Server) -> None:
    # Masks are taught on photographed cloth; drawn garments come out ragged.
    startup.build(Settings(data_dir=server.data)).preferences.show_cut_outs(False)


def _take(browser: Browser, server: Server, theme: Theme, size: tuple[int, int], target: Path, ending: str) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
    page = context.new_page()
    for name, go in PAGES.items():
        page.goto(server.url)
        page.get_by_role("heading", name="Home", exact=True, level=1).wait_for()
        visit.until_drawn(page)
        go(page)
        _save(page, target / f"{name}-{ending}.png", server)
    context.close()


def main(target: Path = TARGET) -> None:
    from playwright.sync_api import sync_playwright

    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "machine") as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": DESK[0], "height": DESK[1]})
        page.goto(server.url)
        page.get_by_text("No garments yet").wait_for()
        _save(page, target / "welcome-light.png", server)
        visit.add_photos(page, save_photos(Path(folder) / "photos"))
        _say_what_a_blouse_is(server)
        _show_whole_photos(server)
        page.close()
        themes: tuple[Theme, Theme] = ("light", "dark")
        for theme in themes:
            _take(browser, server, theme, DESK, target, theme)
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))

"""Measure how long a person waits for each page of a large wardrobe, in a real browser.

    python -m benchmarks.pages [--garments 10000] [--json]

Serves a drawn wardrobe and opens it in a Chromium. Seconds by the clock, from a click until the result is painted and
the page is at rest: opening the app (from the start of the server, and from the visit) to the first gallery;
filtering, searching, scrolling and selecting there; opening and editing a garment; and each page about the whole
wardrobe, with and without a cached answer. Also reports whether torch was loaded by the first gallery, which it must
not be, and frames a second while scrolling.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.wardrobes import fill
from tests.browser.support import visit
from tests.browser.support.server import CHROMIUM_ARGUMENTS, find_chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE = 300_000  # milliseconds, for the first computation
# The first photo of the gallery is painted.
_PAINTED = """() => [...document.querySelectorAll(".wg-card img")].some(
    image => image.complete && image.naturalWidth > 0)"""
# Every card on the screen shows its photo.
_ALL_PAINTED = """() => [...document.querySelectorAll(".wg-card")].every(card => {
    const box = card.getBoundingClientRect();
    return box.bottom < 0 || box.top > innerHeight || card.querySelector("img")?.complete;
})"""
# Scroll on for two seconds, as fast as a wheel does; frames a second, and the most cards in the document.
_SCROLL = """() => new Promise(done => {
    const main = document.querySelector("[data-testid=stMain]"), start = performance.now();
    let frames = 0, cards = 0;
    const step = now => {
        frames += 1;
        main.scrollTop += 40;
        cards = Math.max(cards, document.querySelectorAll(".wg-card").length);
        if (now - start < 2000) requestAnimationFrame(step);
        else done([Math.round(frames / (now - start) * 1000), cards]);
    };
    requestAnimationFrame(step);
})"""
_RESTS = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning" """
HEADINGS = {
    "Duplicates": "text=/One at a time|All at once/",
    "Insights": "text=/do the work of/",
    "Outfits": "text=/Complete looks/",
    "Calendar": "h1:has-text('Calendar')",
    "Trash": "h1:has-text('Trash')",
    "Settings": "h1:has-text('Settings')",
    "Add photos": "h1:has-text('Add photos')",
    "Graph": ".wv canvas",
}


def seconds(do: Callable[[], object], page: Page) -> float:
    """Return the seconds until ``do`` has what it waits for and the page is at rest."""
    start = time.perf_counter()
    do()
    page.wait_for_function(_RESTS, timeout=PATIENCE)
    return round(time.perf_counter() - start, 2)


def wardrobe_page(page: Page, count: int) -> dict[str, float]:
    """Measure the most frequent actions in the gallery."""
    found = {}
    total = page.get_by_text(f"{count:,} garments", exact=True).first

    def further() -> None:
        page.evaluate("() => { document.querySelector('[data-testid=stMain]').scrollTop = 40_000; }")
        page.wait_for_function(_ALL_PAINTED, timeout=PATIENCE)

    def tick() -> None:
        page.locator(".wg-card .wg-tick").first.click(force=True)
        page.get_by_text("1 selected").wait_for(timeout=PATIENCE)

    def untick() -> None:
        page.get_by_role("button", name="Clear selection").click()
        page.get_by_text("1 selected").wait_for(state="hidden", timeout=PATIENCE)

    def filtered() -> None:
        page.locator("[data-key='facet type']").click()
        page.locator(".wg-values [role=checkbox]").first.click()
        total.wait_for(state="detached", timeout=PATIENCE)

    def clear() -> None:
        page.get_by_role("button", name="Clear all filters").first.click()
        total.wait_for(timeout=PATIENCE)

    def search() -> None:
        box = page.get_by_role("textbox", name="Search")
        box.fill("striped")
        box.press("Enter")
        total.wait_for(state="detached", timeout=PATIENCE)

    found["wardrobe: far down the list"] = seconds(further, page)
    frames, cards = page.evaluate(_SCROLL)
    found |= {"wardrobe: frames a second while scrolling": frames, "wardrobe: cards in the document at most": cards}
    found["wardrobe: tick a garment"] = seconds(tick, page)
    found["wardrobe: clear the selection"] = seconds(untick, page)
    found["wardrobe: filter by type"] = seconds(filtered, page)
    page.keyboard.press("Escape")
    found["wardrobe: clear the filters"] = seconds(clear, page)
    found["wardrobe: search for a word"] = seconds(search, page)
    clear()
    page.wait_for_function(_RESTS, timeout=PATIENCE)
    return found


def garment_page(page: Page) -> dict[str, float]:
    """Measure one garment: opened for the first time, opened again, and edited."""

    def in_panel(number: int) -> None:
        page.locator(".wg-card").nth(number).click()
        page.get_by_role("dialog").get_by_role("link", name="Open the full page").wait_for(timeout=PATIENCE)

    def opened(number: int) -> None:
        in_panel(number)
        page.get_by_role("dialog").get_by_role("link", name="Open the full page").click()
        page.get_by_role("heading", name="Details").wait_for(timeout=PATIENCE)

    def edit() -> None:
        page.get_by_role("textbox", name="Name").fill("The very one")
        page.get_by_role("button", name="Save details").click()
        page.get_by_role("heading", name="The very one", level=1).wait_for(timeout=PATIENCE)

    found = {"garment: open the panel": seconds(lambda: in_panel(2), page)}
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    for number, when in enumerate(("first", "again")):
        found[f"garment: open one, {when}"] = seconds(lambda number=number: opened(number), page)
        if number == 0:
            visit.open_page(page, "Wardrobe")
    found["garment: edit it"] = seconds(edit, page)
    return found


def other_pages(page: Page) -> dict[str, float]:
    """Measure the other pages: the first visit, and one with a cached answer."""
    found = {}
    for title, there in HEADINGS.items():

        def go(title: str = title, there: str = there) -> None:
            page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
            page.locator(there).first.wait_for(timeout=PATIENCE)

        found[f"{title}: first visit"] = seconds(go, page)
        visit.open_page(page, "Trash" if title != "Trash" else "Settings")
        found[f"{title}: later visit"] = seconds(go, page)
    return found


def has_torch(process: int) -> bool | None:
    """Tell whether a process has loaded torch; None if unknown."""
    maps = Path(f"/proc/{process}/maps")
    return "libtorch" in maps.read_text(encoding="utf-8") if maps.exists() else None


def measure(count: int = 10_000) -> dict[str, Any]:
    """Measure everything once in a wardrobe of ``count`` garments."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        fill(Path(folder) / "machine" / "data", count, pictures=True)
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto("about:blank")
        begun = time.perf_counter()
        with serving(Path(folder) / "machine") as server:
            served = time.perf_counter()
            page.goto(f"{server.url}/wardrobe")
            page.wait_for_function(_PAINTED, timeout=PATIENCE)
            painted = time.perf_counter()
            figures: dict[str, Any] = {
                "garments": count,
                "start: the server": round(served - begun, 2),
                "start: visit to first gallery": round(painted - served, 2),
                "start: both": round(painted - begun, 2),
                "torch loaded by then": has_torch(server.process),
            }
            page.wait_for_function(_RESTS, timeout=PATIENCE)
            figures |= wardrobe_page(page, count)
            figures |= garment_page(page)
            figures |= other_pages(page)
        browser.close()
    return figures


def table(figures: dict[str, Any]) -> str:
    """Return the figures as a Markdown table."""
    rows = [f"| {name} | {value} |" for name, value in figures.items()]
    return "\n".join(["| what | seconds |", "| --- | ---: |", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.garments)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))


if __name__ == "__main__":
    main()

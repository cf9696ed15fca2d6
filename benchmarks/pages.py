"""How long a visitor waits for the app to open, and for each page of a large wardrobe; in a real Chromium.

    python -m benchmarks.pages [--garments 10000] [--json]

A drawn wardrobe (``benchmarks/wardrobes.py``) is served as the README says. Printed are seconds: from the start of the
server, and from the first request of one that has just started, until the first page of the gallery is painted; and
from each click until the page is still again, the median of several. "torch" says whether PyTorch was loaded by then.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.wardrobes import fill
from tests.browser import visit
from tests.browser.server import CHROMIUM_ARGUMENTS, ROOT, find_chromium, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PAINTED = """() => {
    const pictures = [...document.querySelectorAll("[data-testid=stImage] img")];
    return pictures.length > 20 && pictures.filter(one => one.complete && one.naturalWidth).length > 5;
}"""
# What the server does for a first visit, in a process that can be asked what it has loaded.
_FIRST_PAGE = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("streamlit_app.py", default_timeout=120).run()
assert not app.exception and app.title[0].value == "Wardrobe"
print("torch" in sys.modules)
"""


def seconds(do: Callable[[], object]) -> float:
    """How long ``do`` takes."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def torch_is_loaded(data: Path) -> bool:
    """Whether PyTorch is imported once the first page of the wardrobe in ``data`` is made."""
    environment = {**os.environ, "WARDROBE_DATA_DIR": str(data)}
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _FIRST_PAGE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip().endswith("True")


def opening(browser: Browser, data: Path, folder: Path) -> dict[str, float]:
    """Seconds until the gallery is painted, from the start of the server and from the first request."""
    start = time.perf_counter()
    with serving(folder, WARDROBE_DATA_DIR=str(data)) as server:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked = time.perf_counter()
        page.goto(server.url)
        page.wait_for_function(_PAINTED, timeout=120_000)
        painted = time.perf_counter()
        page.close()
    return {"server and first paint": painted - start, "first paint": painted - asked}


def interactions(page: Page, times: int = 3) -> dict[str, float]:
    """Seconds of what a visitor does, each from the click until the page is still; medians."""
    found: dict[str, list[float]] = {}

    def timed(name: str, do: Callable[[], object]) -> None:
        def settled() -> None:
            do()
            page.wait_for_timeout(30)  # until the browser has told the server
            visit.until_drawn(page)

        found.setdefault(name, []).append(seconds(settled))

    for turn in range(times):
        visit.open_page(page, "Wardrobe")
        timed("search", lambda turn=turn: _search(page, ("red", "jeans", "blue")[turn % 3]))
        timed("clear the search", lambda: _search(page, ""))
        timed("sort", lambda: _sort(page))
        timed("next page", lambda: page.get_by_role("button", name="Next page").click())
        timed("tick a garment", lambda: page.get_by_test_id("stMain").get_by_test_id("stCheckbox").first.click())
        timed("untick it", lambda: page.get_by_test_id("stMain").get_by_test_id("stCheckbox").first.click())
        timed("open a garment", lambda: _open_garment(page))
        timed("mark as favourite", lambda: page.get_by_role("button", name="avourite").first.click())
        for title in ("Redundancy", "Looks", "Diversity", "Graph", "Trash", "Settings"):
            timed(f"page {title}", lambda title=title: visit.open_page(page, title))
    first = {f"{name}, first visit": times[0] for name, times in found.items() if name.startswith("page ")}
    return first | {name: statistics.median(times[1:] or times) for name, times in found.items()}


def _search(page: Page, words: str) -> None:
    box = page.get_by_role("textbox", name="Search")
    box.fill(words)
    box.press("Enter")


def _sort(page: Page) -> None:
    box = page.get_by_role("combobox", name="Sort by")
    box.click()
    box.press("ArrowDown")
    box.press("Enter")


def _open_garment(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_test_id("stPageLink").first.click()
    page.get_by_text("Why this type?").first.wait_for()


def measure(count: int = 10_000) -> dict[str, Any]:
    """Seconds of everything, with a wardrobe of ``count`` garments."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        folder = Path(place)
        fill(folder / "data", count, pictures=True)
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        opened = [opening(browser, folder / "data", folder / f"machine{turn}") for turn in range(3)]
        torch = torch_is_loaded(folder / "data")
        with serving(folder / "machine", WARDROBE_DATA_DIR=str(folder / "data")) as server:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(server.url)
            visit.until_drawn(page)
            waited = interactions(page)
        browser.close()
    start = {name: statistics.median(one[name] for one in opened) for name in opened[0]}
    return {
        "garments": count,
        "torch": "loaded" if torch else "not loaded",
        "opening, seconds": {name: round(value, 2) for name, value in start.items()},
        "seconds": {name: round(value, 2) for name, value in waited.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", type=int, default=10_000)
    print(json.dumps(measure(parser.parse_args().garments), indent=2))


if __name__ == "__main__":
    main()

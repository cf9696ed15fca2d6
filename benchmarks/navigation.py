"""Measure first loads and clicks in the navigation beside an empty Streamlit page, in a real Chromium.

    python -m benchmarks.navigation [--garments 150] [--rounds 3] [--json]

Each round starts three servers: a drawn wardrobe by ``streamlit run`` and by ``wardrobe-graph``, and an empty page. It
opens each in browsers that have seen nothing yet, for the first load and for the next one. In the last round every page
is then opened from another one, alternately with a click on the empty page, until it is at rest. Figures are medians,
as times of the empty page's, and the most requests of a click; seconds are told for information.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from benchmarks.wardrobes import fill
from tests.browser.support.server import CHROMIUM_ARGUMENTS, README_COMMAND, find_chromium, serving
from wardrobe_app.components.shared import navigation

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COMMAND: Final = (sys.executable, "-m", "wardrobe_app", "--no-browser", "--port")
EMPTY: Final = "import streamlit as st\n\nst.title('Empty')\nst.button('Again')\n"
RESTS: Final = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning" """
WARM_S: Final = 8.0  # what the first load started in the background is through by then
SETTLED_S: Final = 1.5  # between two clicks


@dataclass(frozen=True, slots=True)
class Served:
    """The addresses of the servers of one round."""

    home: str
    command: str
    empty: str


def measure(garments: int = 150, rounds: int = 3) -> dict[str, Any]:
    """Measure first loads in so many ``rounds``, and every page in a wardrobe of ``garments``."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        for place in ("machine", "copy"):
            fill(Path(folder) / place / "data", garments, pictures=True)
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        loads: list[dict[str, float]] = []
        for turn in range(rounds):
            with served(Path(folder)) as servers:
                loads.append(first_loads(browser, servers))
                clicks = pages(browser, servers, rounds) if turn == rounds - 1 else {}
        browser.close()
    names = loads[0]
    return {
        "garments": garments,
        "loads": {name: round(median(load[name] for load in loads), 2) for name in names},
        "pages": clicks,
    }


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the wardrobe and an empty page, each by a new process."""
    script = folder / "empty.py"
    script.write_text(EMPTY, encoding="utf-8")
    empty_command = [str(script) if part == "streamlit_app.py" else part for part in README_COMMAND]
    with ExitStack() as stack:
        home, command, empty = (
            stack.enter_context(serving(folder / place, command=how))
            for place, how in (("machine", README_COMMAND), ("copy", COMMAND), ("empty", empty_command))
        )
        time.sleep(SETTLED_S)
        yield Served(home.url, command.url, empty.url)


def first_loads(browser: Browser, servers: Served) -> dict[str, float]:
    """Return the seconds until Home and the empty page are at rest, for the first visitor and for the next."""
    found = {}
    for when in ("first", "next"):
        found[f"empty page, {when}"] = _loaded(browser, servers.empty, "Empty")
        found[f"streamlit run, {when}"] = _loaded(browser, servers.home, "Home")
        found[f"wardrobe-graph, {when}"] = _loaded(browser, servers.command, "Home")
    return found


def pages(browser: Browser, servers: Served, rounds: int) -> dict[str, dict[str, float]]:
    """Return for every page in the navigation, and the empty one, what a click takes."""
    ours, empty = (browser.new_page(viewport={"width": 1440, "height": 900}) for _ in range(2))
    _open(ours, servers.home, "Home")
    _open(empty, servers.empty, "Empty")
    time.sleep(WARM_S)
    titles = [title for group in navigation.GROUPS.values() for name, (title, _) in group.items()
              if name not in navigation.HIDDEN]  # fmt: skip
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in ("Empty", *titles)}
    for _ in range(rounds):
        for title in titles:
            _go(ours, "Trash" if title != "Trash" else "Settings")
            time.sleep(SETTLED_S)
            found[title].append(_timed(ours, partial(_go, ours, title)))
            found["Empty"].append(_timed(empty, empty.get_by_role("button", name="Again").click))
    return {
        name: {"seconds": round(median(times), 2), "most": round(max(times), 2), "requests": max(counts)}
        for name, (times, counts) in ((name, tuple(zip(*each, strict=True))) for name, each in found.items())
    }


def _open(page: Page, url: str, title: str) -> None:
    page.goto(url)
    page.get_by_role("heading", name=title, level=1).wait_for()
    page.wait_for_function(RESTS)


def _loaded(browser: Browser, url: str, title: str) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900})  # with an empty cache
    page = context.new_page()
    page.goto("about:blank")
    seconds, _ = _timed(page, partial(_open, page, url, title))
    context.close()
    return seconds


def _go(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).first.click()
    page.get_by_test_id("stMain").get_by_role("heading", name=title, exact=True, level=1).wait_for()


def _timed(page: Page, do: Callable[[], object]) -> tuple[float, int]:
    """Return the seconds until the page is at rest after ``do``, and the requests it sent."""
    sent: list[str] = []

    def note(request: Any) -> None:
        sent.append(request.url)

    page.on("request", note)
    start = time.perf_counter()
    do()
    page.wait_for_function(RESTS)
    seconds = time.perf_counter() - start
    page.remove_listener("request", note)
    return seconds, len(sent)


def table(figures: dict[str, Any]) -> str:
    """Return the figures as two Markdown tables."""
    loads, found = figures["loads"], figures["pages"]
    rows = ["| load | times an empty page | seconds |", "| --- | ---: | ---: |"]
    for name, seconds in loads.items():
        empty = loads[f"empty page, {name.rpartition(', ')[2]}"]
        rows.append(f"| {name} | {seconds / empty:.2f} | {seconds} |")
    rows += ["", "| page | times an empty page | requests | seconds, median and most |", "| --- | ---: | ---: | ---: |"]
    for name, of in found.items():
        times = of["seconds"] / found["Empty"]["seconds"]
        rows.append(f"| {name} | {times:.1f} | {of['requests']} | {of['seconds']}, {of['most']} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garments", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if find_chromium() is None:
        sys.exit("Skipped: no Chromium was found.")
    figures = measure(arguments.garments, arguments.rounds)
    print(json.dumps(figures, indent=2) if arguments.json else table(figures))


if __name__ == "__main__":
    main()

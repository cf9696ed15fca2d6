"""Measure how fast the viewer of graphs draws in a browser.

    python -m benchmarks.graph_canvas [--nodes 2000] [--rounds 3]

Opens pages with drawn garments, about three links each, in a real Chromium: one of 150 and one of ``--nodes``, in
turns. Prints JSON, of each the best round: frames a second while the graph is dragged for four seconds, with all of it
in view and from nearer by, the time that all but one frame in twenty take, in milliseconds, and the time from the
start of the page to the first picture of the graph, in milliseconds; and the frames of the large graph for each one of
the small.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.browser.support.server import CHROMIUM_ARGUMENTS, find_chromium
from tests.support.drawn_scenes import drawn_scene
from wardrobe_app.services.graph import viewer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SMALL: Final = 150
_DRAG: Final = """async () => {
    const canvas = document.querySelector("canvas[role]");
    const send = (name, clientX, clientY) =>
        canvas.dispatchEvent(new PointerEvent(name, { pointerId: 1, pointerType: "mouse", clientX, clientY }));
    const gaps = [], began = performance.now();
    let [x, y, last, count] = [700, 450, began, 0];
    send("pointerdown", x, y);
    await new Promise(done => {
        const step = () => {
            const now = performance.now();
            gaps.push(now - last);
            [last, count] = [now, count + 1];
            x += Math.cos(count / 25) * 14;
            y += Math.sin(count / 25) * 9;
            send("pointermove", x, y);
            if (now - began > 4000) done(); else requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
    });
    send("pointerup", x, y);
    gaps.sort((a, b) => a - b);
    return { frames: 1000 * gaps.length / (last - began), slow: gaps[Math.floor(gaps.length * 0.95)] };
}"""


def measured(browser: Browser, file: Path) -> dict[str, float]:
    """Return the figures of one page, opened once."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(file.as_uri())
    page.wait_for_timeout(3000)
    found = {"first paint, ms": page.evaluate("wardrobeGraph.state().painted")}
    found |= _dragged(page, "all in view")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(2000)
    found |= _dragged(page, "nearer by")
    page.close()
    return found


def _dragged(page: Page, name: str) -> dict[str, float]:
    found = page.evaluate(_DRAG)
    return {f"frames a second, {name}": found["frames"], f"slow frame, ms, {name}": found["slow"]}


def best(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Return the better of each figure."""
    return {name: (max if name.startswith("frames") else min)(value, other[name]) for name, value in one.items()}


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    found: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        files = {count: Path(folder) / f"{count}.html" for count in (SMALL, arguments.nodes)}
        for count, file in files.items():
            file.write_bytes(viewer.page(drawn_scene(count), "Wardrobe graph"))
        for _ in range(arguments.rounds):
            for count, file in files.items():
                figures = measured(browser, file)
                found[count] = best(figures, found.get(count, figures))
        browser.close()
    frames = "frames a second, all in view"
    ratio = found[arguments.nodes][frames] / found[SMALL][frames]
    print(json.dumps({**found, f"{frames}, of {arguments.nodes} for one of {SMALL}": ratio}, indent=2))


if __name__ == "__main__":
    main()

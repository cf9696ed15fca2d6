"""Measure how long the graph page of a large wardrobe takes in a browser.

    python -m benchmarks.graph_page [--garments 1000]

Serves a wardrobe of drawn photos with random tags and embeddings, and opens it in a real Chromium. Prints JSON, in
seconds: building the graph, its clusters, its layout, and the scene of each way to look; the first visit (all
of that, on the server) and a later one, each from the click until garments are painted; and each other way.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.browser.support import visit
from tests.browser.support.server import CHROMIUM_ARGUMENTS, find_chromium, serving
from tests.support.garments import random_wardrobe
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import Garment
from wardrobe_app.domain.garments.photos import NewPhoto, PhotoPrediction
from wardrobe_app.domain.graph.clusters import find_clusters
from wardrobe_app.domain.graph.colouring import Colouring
from wardrobe_app.domain.graph.layout import garment_map
from wardrobe_app.domain.graph.scene import scene
from wardrobe_app.domain.graph.ways import Way

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PAINTED = "() => { const of = window.wardrobeGraph?.state().drawn; return of && of.dots + of.pictures > 0; }"
WAYS = ("Outfits", "Types and attributes", "Duplicates")


def fill(folder: Path, count: int) -> wiring.Runtime:
    """Store a wardrobe of ``count`` random garments, each with a thumbnail in its main colour."""
    wardrobe = startup.build(Settings(data_dir=folder))
    with wardrobe.graph.exporter._uow(writing=True) as uow:
        for garment in random_wardrobe(count, seed=3):
            _add(uow, wardrobe.settings, garment)
        uow.commit()
    return wardrobe


def _add(uow: object, settings: Settings, garment: Garment) -> None:
    colour = max(garment.palette, key=lambda swatch: swatch.share).hex
    name, drawn = f"{garment.id}.jpg", io.BytesIO()
    Image.new("RGB", (360, 480), colour).save(drawn, "JPEG")
    for place in (settings.photos_dir, settings.thumbnails_dir):
        (place / name).write_bytes(drawn.getvalue())
    key = f"{garment.id:064x}"
    photo = NewPhoto(key, name, name, name, 360, 480, key, "0" * 16)
    seen = PhotoPrediction("random 1", tuple(garment.tags.values()), garment.palette, garment.embedding)  # type: ignore[arg-type]
    uow.garments.add(photo, replace(seen), datetime.now(UTC))  # type: ignore[attr-defined]


def timed(do: Callable[[], object]) -> float:
    """Return the seconds that ``do`` takes."""
    start = time.perf_counter()
    do()
    return round(time.perf_counter() - start, 2)


def in_browser(page: Page, url: str) -> dict[str, float]:
    """Return the seconds that a visitor waits."""

    def painted() -> None:
        page.wait_for_function(_PAINTED, timeout=120_000)

    def open_graph() -> None:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name="Graph").click()
        painted()

    def switch(way: str) -> None:
        before = page.evaluate("() => window.wardrobeGraph.state().key")
        page.get_by_role("radio", name=way).click()
        page.wait_for_function("before => window.wardrobeGraph.state().key !== before", arg=before, timeout=120_000)
        painted()

    def away() -> None:
        visit.open_page(page, "Settings")

    page.goto(url)
    visit.until_drawn(page)
    away()
    found = {"first_visit": timed(open_graph)}
    visit.until_drawn(page)
    away()
    found["later_visit"] = timed(open_graph)
    visit.until_drawn(page)
    for way in WAYS:
        found[f"switch_to_{way.split()[0].lower()}"] = timed(lambda way=way: switch(way))
    return found


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--garments", type=int, default=1000)
    count = parser.parse_args().garments
    figures: dict[str, float] = {"garments": count}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "machine") as server:
        wardrobe = fill(server.data, count)
        figures["load"] = timed(wardrobe.graph.exporter.material)
        material = wardrobe.graph.exporter.material()
        figures["graph"] = timed(lambda: wardrobe.graph.exporter.graph(material))
        graph = wardrobe.graph.exporter.graph(material)
        figures["clusters"] = timed(lambda: find_clusters(material.garments, graph))
        figures["layout"] = timed(lambda: garment_map(graph))
        made_of = wardrobe.graph.pictures.wardrobe()
        figures |= {f"scene_{way}": timed(partial(scene, made_of, way, Colouring.TYPE)) for way in Way}
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            figures |= in_browser(page, server.url)
            browser.close()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()

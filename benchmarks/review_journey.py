"""Count the key presses of a person who reviews real photos, from the import to "nothing left to review".

    python -m benchmarks.review_journey DATA [--photos 150] [--people test|val] [--seed 18] [--think 1.5] [--json]

DATA holds ``clothing.zip`` or the unpacked folder. Photos of people held out from training (``test``; for choosing
settings, use ``val``) are imported into a new wardrobe, which is deleted afterwards. A simulated person who knows the
right types then reviews them in a Chromium by keyboard alone: looks at each card for ``think`` seconds, takes the first
right guess, types where there is none, and turns or leaves out what is wrong on a sheet. Told are counts, the
milliseconds from a key to the next picture on the screen, and how many types are right in the wardrobe afterwards.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from classifier.datasets import clothing
from classifier.datasets.samples import PictureSource
from classifier.errors import DatasetError
from classifier.taxonomy import garment_type
from tests.browser.support.server import CHROMIUM_ARGUMENTS, find_chromium, serving
from wardrobe_app import startup
from wardrobe_app.config import Settings
from wardrobe_app.domain.garments.garment import TagKind, TagSource
from wardrobe_app.services.importing.importer import source_from_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENCE: Final = 120_000  # milliseconds
# Milliseconds from each key to the picture after it.
_WAITS: Final = """window.waits = [];
document.addEventListener("keydown", () => {
    const pressed = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => window.waits.push(performance.now() - pressed)));
}, true);"""
# What the card asks: null between two, {end}, a sheet of {item, caption}, or an {item} with its options.
_CARD: Final = """body => {
    const section = body.querySelector("section");
    if (!section) return null;
    if (section.classList.contains("end")) return { end: !section.textContent.includes("More follows") };
    if (section.classList.contains("sheet"))
        return { sheet: [...section.querySelectorAll(".tile")].map(tile => ({
            item: Number(tile.dataset.item),
            caption: tile.querySelector(".caption").lastChild.textContent.replace(/\\?$/, ""),
        })) };
    const options = [...section.querySelectorAll(".options button:not(:last-child) span")];
    return {
        item: Number(section.querySelector("figure").dataset.item),
        options: options.map(option => option.textContent),
    };
}"""
_ALL_SAVED: Final = """() => Object.keys(sessionStorage)
    .filter(key => key.startsWith("wardrobe-review"))
    .every(key => JSON.parse(sessionStorage[key]).waiting.length === 0)"""


@dataclass(slots=True)
class Reviewer:
    """A person at the keyboard: ``right`` are the acceptable types of each garment, as people read them."""

    page: Page
    right: Mapping[int, Sequence[str]]
    think: float
    counts: Counter[str] = field(default_factory=Counter)

    def review(self) -> None:
        """Answer cards until none is left."""
        while not (card := self._card()).get("end"):
            time.sleep(self.think)
            card = self._card()  # a correction may have spread meanwhile
            if "sheet" in card:
                self._sheet(card["sheet"])
            elif "item" in card:
                self._single(card["item"], card["options"])

    def _card(self) -> dict[str, Any]:
        while True:
            card: dict[str, Any] | None = self.page.locator(".review .body").evaluate(_CARD)
            if card and card.get("end") is not False:
                return card
            time.sleep(0.1)

    def _press(self, key: str) -> None:
        self.counts["keys"] += 1
        self.page.keyboard.press(key)

    def _single(self, item: int, options: Sequence[str]) -> None:
        self.counts["cards"] += 1
        fitting = [at for at, option in enumerate(options) if option in self.right[item]]
        if fitting:
            self._press(str(fitting[0] + 1) if fitting[0] else "Enter")
        else:
            self._type(self.right[item][0])

    def _type(self, label: str) -> None:
        self.counts["typed"] += 1
        self._press("/")
        chosen = self.page.locator(".review [role=option][aria-selected=true]")
        for letter in label:
            self._press("Space" if letter == " " else letter.lower())
            if chosen.count() and chosen.inner_text() == label:
                break
        self._press("Enter")

    def _sheet(self, tiles: Iterable[dict[str, Any]]) -> None:
        self.counts["cards"] += 1
        self.counts["sheets"] += 1
        for at, tile in enumerate(tiles):
            caption, tries = tile["caption"], 0
            while caption not in self.right[tile["item"]] and tries < 2:
                self._press(str(at + 1))
                tries += 1
                caption = self._card()["sheet"][at]["caption"]
            if caption not in self.right[tile["item"]]:
                self._press(f"Shift+Digit{at + 1}")
                self.counts["left out"] += 1
        self._press("Enter")


def photos_of(data: Path, people: str, count: int, seed: int) -> dict[str, bytes]:
    """Choose ``count`` photos at random of these ``people``, by their names.

    Raises:
        DatasetError: there are none.
    """
    source = PictureSource(data)
    there = source.names(clothing.ARCHIVE)
    pool = [sample for sample in clothing.samples(source) if sample.split == people and "type" in sample.targets]
    pool = [sample for sample in pool if clothing.image_of(sample) in there]
    random.Random(seed).shuffle(pool)  # noqa: S311 - nothing secret
    return {clothing.image_of(one): source.read(one.archive, one.member) for one in pool[:count]}


def measure(data: Path, people: str = "test", count: int = 150, seed: int = 18, think: float = 1.5) -> dict[str, Any]:
    """Import the photos and review them once.

    Raises:
        DatasetError: the photos are not there.
    """
    photos = photos_of(data, people, count, seed)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder) / "machine" / "data")
        runtime = startup.build(settings)
        list(runtime.importing.importer.add([source_from_bytes(f"{name}.jpg", raw) for name, raw in photos.items()]))
        garments = runtime.catalogue.garments()
        types = {one.id: clothing.fine_types()[Path(one.cover.filename).stem] for one in garments if one.cover}
        flagged = runtime.catalogue.count().unsure
        labels = {item: [garment_type(name).label for name in names] for item, names in types.items()}
        reviewed = _reviewed(Path(folder) / "machine", labels, think)
        after = startup.build(settings).catalogue.garments()
    return {
        "photos": len(after),
        "flagged": flagged,
        **reviewed,
        "right": sum(one.type in types[one.id] for one in after),
        "set by the person": sum(one.tags[TagKind.TYPE].source is TagSource.PERSON for one in after),
    }


def _reviewed(folder: Path, right: Mapping[int, Sequence[str]], think: float) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with serving(folder) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.add_init_script(_WAITS)
        page.goto(f"{server.url}/review")
        page.locator(".review section").wait_for()
        person = Reviewer(page, right, think)
        begun = time.perf_counter()
        person.review()
        ended = time.perf_counter()
        page.wait_for_function(_ALL_SAVED, timeout=PATIENCE)
        saved = time.perf_counter()
        waits = sorted(page.evaluate("window.waits"))
        browser.close()
    return {
        **{name: person.counts[name] for name in ("keys", "cards", "sheets", "typed", "left out")},
        "milliseconds to the next picture": {
            "median": round(median(waits)), "95th percentile": round(waits[int(len(waits) * 0.95)]),
            "most": round(waits[-1]),
        },
        "seconds": round(ended - begun, 1),
        "seconds until saved": round(saved - ended, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--photos", type=int, default=150)
    parser.add_argument("--people", choices=("test", "val"), default="test")
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--think", type=float, default=1.5, help="seconds that a person looks at a card")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if find_chromium() is None:
        sys.exit("Skipped: no Chromium was found.")
    try:
        found = measure(arguments.data, arguments.people, arguments.photos, arguments.seed, arguments.think)
    except DatasetError as error:
        sys.exit(f"Skipped: {error}")
    print(
        json.dumps(found, indent=2)
        if arguments.json
        else "\n".join(f"{name}: {value}" for name, value in found.items())
    )


if __name__ == "__main__":
    main()

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.browser.support.drawn_wardrobe import GARMENTS
from tests.support.drawing import draw_garment, photo_bytes
from tests.support.fakes import FakeTagger
from wardrobe_app import startup, wiring
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.importer import source_from_bytes
from wardrobe_app.services.importing.sources import Source
from wardrobe_app.wiring import Runtime


def fill(folder: Path, count: int = 6) -> Runtime:
    # The first drawn garments, and the same again on other pictures where there are too few.
    files = []
    for number in range(count):
        name, kind, colour, pattern, ground = GARMENTS[number % len(GARMENTS)]
        picture = draw_garment(kind, colour, pattern, ground, size=(180, 240), seed=number)
        files.append(source_from_bytes(f"{name}.jpg", photo_bytes(picture)))
    return of_photos(folder, files)


def of_photos(folder: Path, files: Sequence[Source]) -> Runtime:
    # Tagged by a tagger that takes no time: for tests of what pages do, not of tags.
    original, wiring.make_tagger = wiring.make_tagger, lambda settings: FakeTagger()
    try:
        wardrobe = startup.build(Settings(data_dir=folder))
        added = [result.garment for result in wardrobe.importing.importer.add(files, allow_duplicates=True)]
    finally:
        wiring.make_tagger = original
    assert [garment.id for garment in added if garment] == list(range(1, len(files) + 1))
    return wardrobe

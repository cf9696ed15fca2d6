from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from tests.support.drawing import draw_garment
from tests.support.garments import garment
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.garments.placement import Placement
from wardrobe_app.domain.outfits.collage import described
from wardrobe_app.services.outfits.collages import Collages
from wardrobe_app.services.storage.garment_pictures import GarmentPictures
from wardrobe_app.services.storage.photo_store import Mask, PhotoStore

SVG = "{http://www.w3.org/2000/svg}"
MISSING, SCRAPS, CUT = 9, 3, "wardrobe 3.0"


@pytest.fixture
def collages(tmp_path: Path) -> Collages:
    draw_garment("blouse", (220, 120, 170), size=(180, 240)).convert("RGB").save(tmp_path / "small.png")

    class Store:
        def thumbnail_path(self, photo: Photo) -> Path:
            return tmp_path / ("missing.png" if photo.id == MISSING else "small.png")

        def mask(self, photo: Photo) -> Mask:
            mask = np.zeros((180, 240), dtype=np.uint8)
            mask[40:140, 60:180] = 255
            return mask

        def transparent(self, photo: Photo, side: int) -> Image.Image:
            alpha = np.zeros((side, side), dtype=np.uint8)
            alpha[:: 20 if photo.id == SCRAPS else 2] = 255
            cut = Image.new("RGBA", (side, side), (30, 40, 90))
            cut.putalpha(Image.fromarray(alpha))
            return cut

    return Collages(GarmentPictures(cast(PhotoStore, Store()), lambda: True))


def worn(number: int, kind: str, mask: str | None = None, name: str = "") -> Garment:
    item = garment(number, kind, name=name)
    return replace(item, photos=(replace(item.photos[0], mask_model=mask),))


OUTFIT = (
    worn(1, "Tee", CUT),
    worn(2, "Jeans"),
    worn(SCRAPS, "Sneakers", CUT),
    worn(MISSING, "Bag", name='A <bag> & "x"'),
)


def test_a_collage_shows_cut_outs_and_frames_what_has_no_good_one(collages: Collages) -> None:
    drawn = ElementTree.fromstring(collages.svg(OUTFIT))  # noqa: S314 - our own
    images = drawn.findall(f".//{SVG}image")
    assert [image.get("clip-path") is None for image in images] == [False, True, False]  # bottom, top, shoes
    assert all((image.get("href") or "").startswith("data:image/webp;base64,") for image in images)
    assert [text.text for text in drawn.findall(f".//{SVG}text")] == ['A <bag> & "x"']
    assert drawn.findtext(f"{SVG}title")
    assert drawn.findtext(f"{SVG}desc") == described(OUTFIT)


def test_a_collage_lies_as_it_was_arranged(collages: Collages) -> None:
    placed = (Placement(2, 0.25, 0.5, 0.3, 12.0, 1), Placement(1, 0.5, 0.5, 0.3), Placement(77, 0.5, 0.5, 0.3))
    groups = ElementTree.fromstring(collages.svg(OUTFIT, placed)).findall(f"{SVG}g")  # noqa: S314 - our own
    assert [group.get("transform") for group in groups] == [
        "translate(500.0 500.0)", "translate(250.0 500.0) rotate(12.00)",
    ]  # fmt: skip


def test_an_arrangement_keeps_the_proportions_of_the_pictures(collages: Collages) -> None:
    ratios = {item: picture.ratio for item, picture in collages.pictures(OUTFIT).items() if picture}
    assert ratios == {1: 1.0, 2: 0.75, 3: 0.75}
    assert {one.item_id for one in collages.arrange(OUTFIT)} == {item.id for item in OUTFIT}

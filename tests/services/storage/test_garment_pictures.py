from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PIL import Image

from tests.services.support.stored import small_pictures
from tests.support.garments import photo
from wardrobe_app.services.storage.garment_pictures import GarmentPictures
from wardrobe_app.services.storage.photo_store import PhotoStore

PHOTO = replace(photo(7, "blouse.jpg"), mask_model="wardrobe 3.0", masked=True)


@pytest.fixture
def thumbnail(tmp_path: Path) -> Path:
    Image.new("RGB", (300, 400), (232, 150, 172)).save(tmp_path / "small.png")
    return tmp_path / "small.png"


def test_a_photo_without_a_mask_is_shown_whole_and_small(thumbnail: Path) -> None:
    found = small_pictures(thumbnail).of({"item:7": photo(7, "blouse.jpg")}, 64)
    kind, _, data = (found["item:7"] or "").partition(",")
    assert kind == "data:image/webp;base64"
    assert Image.open(io.BytesIO(base64.b64decode(data))).size == (48, 64)


def test_what_is_missing_has_no_picture_and_is_looked_for_again(thumbnail: Path) -> None:
    pictures = small_pictures(thumbnail)
    picture = thumbnail.read_bytes()
    thumbnail.unlink()
    assert pictures.of({"item:7": photo(7, "blouse.jpg")}, 64) == {"item:7": None}
    thumbnail.write_bytes(picture)
    assert pictures.of({"item:7": photo(7, "blouse.jpg")}, 64)["item:7"]


def test_the_version_changes_with_the_mask_and_with_what_is_to_be_shown() -> None:
    shown = {"cut_outs": True}
    pictures = GarmentPictures(cast(PhotoStore, None), lambda: shown["cut_outs"])
    before = pictures.version(PHOTO)
    assert pictures.version(replace(PHOTO, mask_model="wardrobe 4.0")) != before
    assert pictures.version(replace(PHOTO, id=8)) != before
    shown["cut_outs"] = False
    assert pictures.version(PHOTO) != before

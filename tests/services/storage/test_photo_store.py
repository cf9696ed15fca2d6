from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from tests.services.support.stored import photo_store, stored
from tests.support.garments import garment

if TYPE_CHECKING:
    from wardrobe_app.config import Settings
    from wardrobe_app.domain.garments.garment import Photo
    from wardrobe_app.services.storage.photo_store import PhotoStore

PICTURE = Image.new("RGB", (60, 80), (200, 30, 60))


@pytest.fixture
def photo(settings: Settings) -> Photo:
    factory = stored(settings, [garment(1)])
    with factory() as uow:
        cover = uow.garments.all()[0].cover
    assert cover
    return cover


@pytest.fixture
def store(settings: Settings, photo: Photo) -> PhotoStore:
    made = photo_store(settings)
    made.keep_thumbnail(photo, PICTURE)
    return made


def test_a_garment_is_cut_out_of_its_background_and_cropped(store: PhotoStore, photo: Photo) -> None:
    mask = np.zeros((80, 60), np.uint8)
    mask[20:60, 10:50] = 255
    store.keep_mask(photo, PICTURE, mask)
    found = store.transparent(photo, 20)
    assert found
    assert found.mode == "RGBA"
    assert found.size == (20, 20), "cropped to the garment, then made small"
    *colour, opacity = found.getpixel((10, 10))
    assert opacity == 255
    assert np.abs(np.array(colour) - (200, 30, 60)).max() < 6


def test_without_a_mask_or_its_thumbnail_there_is_none(store: PhotoStore, photo: Photo, settings: Settings) -> None:
    assert store.transparent(photo, 20) is None
    store.keep_mask(photo, PICTURE, np.full((80, 60), 255, np.uint8))
    assert store.transparent(photo, 20)
    (settings.thumbnails_dir / photo.thumbnail).unlink()
    assert store.transparent(photo, 20) is None


def test_a_mask_that_shows_nothing_gives_no_picture(store: PhotoStore, photo: Photo) -> None:
    store.keep_mask(photo, PICTURE, np.zeros((80, 60), np.uint8))
    assert store.transparent(photo, 20) is None

from __future__ import annotations

import struct

import pytest
from PIL import Image

from classifier.pictures import decode_picture
from classifier.pictures.guard import TooManyParts
from classifier.pictures.tiff import directories, is_raw, photo
from tests.classifier.pictures.making import dng, encoded, page, tiff
from tests.hostile import bombs
from tests.hostile.samples import samples

PHOTO, THUMBNAIL = Image.new("RGB", (120, 90), (200, 30, 30)), Image.new("RGB", (48, 36), (30, 40, 200))
LARGE_PREVIEW = Image.new("RGB", (240, 180), (30, 40, 200))
REDUCED, MASK = (254, 4, [1]), (254, 4, [4])
FILES = {
    "a thumbnail that says so, then the photo": tiff([page(THUMBNAIL, REDUCED), page(PHOTO)]),
    "a thumbnail in the old words, then the photo": tiff([page(THUMBNAIL, (255, 3, [2])), page(PHOTO, (255, 3, [1]))]),
    "a thumbnail that says nothing, then the photo": tiff([page(THUMBNAIL), page(PHOTO)]),
    "a thumbnail with the photo below it": tiff([page(THUMBNAIL, REDUCED)], [page(PHOTO)]),
    "a larger picture that says it is reduced": tiff([page(LARGE_PREVIEW, REDUCED), page(PHOTO)]),
    "the photo, then a mask": tiff([page(PHOTO), page(LARGE_PREVIEW, MASK)]),
    "the photo, then others as large": tiff([page(PHOTO), page(Image.new("RGB", PHOTO.size)), page(THUMBNAIL)]),
}


@pytest.mark.parametrize("name", FILES)
def test_the_photo_is_read_and_not_what_lies_beside_it(name: str) -> None:
    image = decode_picture(FILES[name])
    assert (image.size, image.getpixel((60, 45))) == (PHOTO.size, (200, 30, 30))


def test_a_file_of_thumbnails_alone_gives_the_first() -> None:
    assert decode_picture(tiff([page(THUMBNAIL, REDUCED), page(PHOTO, REDUCED)])).size == THUMBNAIL.size


def test_a_photo_in_bigtiff_is_found() -> None:
    first = encoded(THUMBNAIL, "TIFF", big_tiff=True, save_all=True, append_images=[PHOTO.copy()])
    assert decode_picture(first).size == PHOTO.size


def test_a_file_with_its_photo_first_stays_as_it_is() -> None:
    for name in ("tiff", "tiff pages", "tiff big", "tiff tiles"):
        data = samples()[name]
        assert photo(data) is data


def test_pictures_are_told_each_once() -> None:
    assert len(list(directories(bombs.many_tiff_pages(50)))) == 50
    assert len(list(directories(bombs.tiff_pages_in_a_ring()))) == 1
    assert len(list(directories(samples()["tiff pages"]))) == 3
    assert len(list(directories(b"II*\0" + struct.pack("<I", 999)))) == 0


@pytest.mark.parametrize("bomb", [bombs.many_tiff_strips, bombs.a_tile_much_larger_than_its_picture])
def test_a_photo_of_endless_parts_does_not_reach_a_decoder(bomb) -> None:  # noqa: ANN001
    with pytest.raises(TooManyParts):
        photo(bomb())


def test_a_camera_s_raw_file_is_told_from_a_picture() -> None:
    assert is_raw(dng((64, 48), (90, 60, 30), None))
    assert not any(is_raw(data) for name, data in samples().items() if name.startswith("tiff"))

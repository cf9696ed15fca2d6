from __future__ import annotations

import sys

import pytest
from PIL import Image

from classifier.pictures import KindNotSupported, Limits, PictureDamaged, PictureTooLarge, decode_picture
from tests.classifier.pictures.making import dng

SENSOR = (400, 300)
BROWN, RED, BLUE = (90, 60, 30), (200, 30, 30), (30, 40, 200)


def preview() -> Image.Image:
    image = Image.new("RGB", SENSOR, RED)
    image.paste(BLUE, (0, 0, 200, 150))
    return image


def near(found: tuple[int, ...], wanted: tuple[int, int, int], within: int = 20) -> bool:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True)) <= within


def test_a_raw_file_is_read_by_its_full_size_preview() -> None:
    pytest.importorskip("rawpy", reason="rawpy is an extra")
    image = decode_picture(dng(SENSOR, BROWN, preview()))
    assert image.size == SENSOR
    assert near(image.getpixel((50, 50)), BLUE)
    assert near(image.getpixel((300, 250)), RED)


@pytest.mark.parametrize(("orientation", "place"), [(1, (50, 50)), (3, (350, 250)), (6, (250, 50)), (8, (50, 350))])
def test_a_raw_file_ends_upright(orientation: int, place: tuple[int, int]) -> None:
    pytest.importorskip("rawpy", reason="rawpy is an extra")
    image = decode_picture(dng(SENSOR, BROWN, preview(), orientation))
    assert image.size == (SENSOR if orientation in (1, 3) else SENSOR[::-1])
    assert near(image.getpixel(place), BLUE)


@pytest.mark.parametrize("small", [None, Image.new("RGB", (160, 120), BLUE)])
def test_a_raw_file_without_a_preview_of_use_is_developed(small: Image.Image | None) -> None:
    pytest.importorskip("rawpy", reason="rawpy is an extra")
    image = decode_picture(dng(SENSOR, BROWN, small))
    assert image.size == (SENSOR[0] // 2, SENSOR[1] // 2)
    red, green, blue = image.getpixel((100, 75))
    assert red > green > blue


def test_a_raw_file_beyond_the_limits_is_refused() -> None:
    pytest.importorskip("rawpy", reason="rawpy is an extra")
    with pytest.raises(PictureTooLarge, match="400 x 300 pixels"):
        decode_picture(dng(SENSOR, BROWN, preview()), Limits(max_pixels=200_000))


def test_a_damaged_raw_file_is_refused() -> None:
    pytest.importorskip("rawpy", reason="rawpy is an extra")
    for data in (b"FUJIFILMCCD-RAW 0201" + b"\0" * 200, b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + b"\0" * 200):
        with pytest.raises((PictureDamaged, KindNotSupported)):
            decode_picture(data)


def test_without_the_package_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rawpy", None)
    with pytest.raises(KindNotSupported, match="Install rawpy"):
        decode_picture(dng(SENSOR, BROWN, preview()))

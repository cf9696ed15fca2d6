from __future__ import annotations

import io
import struct

import pillow_heif
import pytest
from PIL import Image

from classifier.pictures import PictureDamaged, decode_picture
from classifier.pictures.boxes import Crop, box, main_picture
from tests.classifier.pictures.making import coded_as, encoded, with_property
from tests.hostile import bombs

RED, BLUE = (200, 30, 30), (30, 40, 200)


def clap(width: int, height: int, right: int, down: int) -> bytes:
    # Offsets of the middle in halves of a pixel.
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 2, down, 2))


def framed(inner: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGB", (160, 120), BLUE)
    image.paste(RED, inner)
    return image


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
@pytest.mark.parametrize(("right", "down"), [(0, 0), (-60, 20), (60, -20)])
def test_a_crop_is_followed(kind: str, right: int, down: int) -> None:
    left, top = (160 - 80 + right) // 2, (120 - 64 + down) // 2
    image = framed((left, top, left + 80, top + 64))
    data = with_property(encoded(image, kind, quality=95), clap(80, 64, right, down))
    read = decode_picture(data)
    assert read.size == (80, 64)
    for place in ((3, 3), (76, 60), (3, 60), (76, 3)):
        assert max(abs(a - b) for a, b in zip(read.getpixel(place), RED, strict=True)) < 30


@pytest.mark.parametrize(
    "numbers", [(0, 1, 0, 1, 0, 1, 0, 1), (80, 0, 64, 1, 0, 1, 0, 1), (80, 1, 64, 1, 9999, 1, 0, 1)]
)
def test_a_crop_that_makes_no_sense_is_passed_over(numbers: tuple[int, ...]) -> None:
    data = with_property(encoded(framed((0, 0, 160, 120)), "AVIF"), box(b"clap", struct.pack(">IIIIiIiI", *numbers)))
    assert decode_picture(data).size == (160, 120)


def test_an_avif_file_of_an_illegal_structure_is_read_all_the_same() -> None:
    sound = encoded(framed((0, 0, 80, 120)), "AVIF", quality=95)
    data = with_property(sound, clap(80, 120, -80, 0), essential=False)  # which a crop has to be
    with pytest.raises((ValueError, SyntaxError, OSError)):
        Image.open(io.BytesIO(data)).load()
    read = decode_picture(data)
    assert read.size == (80, 120)
    assert max(abs(a - b) for a, b in zip(read.getpixel((70, 60)), RED, strict=True)) < 30


def test_an_avif_file_of_an_illegal_structure_that_is_cut_off_is_damaged() -> None:
    data = with_property(encoded(framed((0, 0, 80, 120)), "AVIF"), clap(80, 120, -80, 0), essential=False)
    with pytest.raises(PictureDamaged):
        decode_picture(data[:-30])


def test_a_crop_is_cut_to_the_picture() -> None:
    data = with_property(encoded(framed((0, 0, 9, 9)), "AVIF"), clap(200, 64, 0, 0))
    main = main_picture(data)
    assert main
    assert main.item.crop == Crop(0, 28, 160, 92)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_codec_size_and_code_points_are_told(kind: str) -> None:
    main = main_picture(coded_as(encoded(framed((0, 0, 9, 9)), kind), 9, 16))
    assert main
    assert (main.codec, main.item.size, main.cicp) == (b"av01" if kind == "AVIF" else b"hvc1", (160, 120), (9, 16))
    assert not main.has_alpha


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_transparency_is_told(kind: str) -> None:
    main = main_picture(encoded(Image.new("RGBA", (64, 64)), kind))
    assert main
    assert main.has_alpha


def test_a_grid_and_its_tiles_are_told() -> None:
    main = main_picture(encoded(Image.new("RGB", (150, 100)), "HEIF", tile_size=64))
    assert main
    assert main.grid
    assert (main.grid.size, main.grid.columns, len(main.grid.tiles)) == ((150, 100), 3, 6)
    assert pillow_heif.open_heif(encoded(Image.new("RGB", (150, 100)), "HEIF", tile_size=64)).size == (150, 100)


@pytest.mark.parametrize("make", [bombs.heif_boxes_in_boxes, bombs.heif_of_many_items])
def test_boxes_without_end_are_not_followed(make) -> None:  # noqa: ANN001
    assert main_picture(make()) is None


@pytest.mark.parametrize("length", range(0, 400, 7))
def test_a_file_that_is_cut_off_is_not_followed(length: int) -> None:
    whole = encoded(Image.new("RGB", (64, 64)), "HEIF")
    found = main_picture(whole[:length])
    assert found is None or found.codec == b"hvc1"

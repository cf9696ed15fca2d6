from __future__ import annotations

import struct

import pytest
from PIL import Image

from classifier.pictures import decode_picture
from tests.classifier.pictures.making import chunk, encoded, raw_png, tiff

SIDE, WHITE = 40, (255, 255, 255)
GREY, RGB = 0, 2


def halves(bits: int, left: int, right: int) -> list[bytes]:
    half = SIDE // 2
    if bits == 16:
        return [struct.pack(f">{SIDE}H", *([left] * half + [right] * half))] * SIDE
    if bits == 8:
        return [bytes([left] * half + [right] * half)] * SIDE
    values = int("".join(f"{value:0{bits}b}" for value in [left] * half + [right] * half), 2)
    return [values.to_bytes(SIDE * bits // 8, "big")] * SIDE


@pytest.mark.parametrize(
    ("bits", "transparent", "other", "shown"),
    [(16, 1000, 30_000, 117), (8, 10, 117, 117), (4, 3, 7, 119), (2, 1, 2, 170)],
)
def test_a_grey_that_is_transparent_lies_on_white_and_others_keep_their_looks(
    bits: int, transparent: int, other: int, shown: int
) -> None:
    key = chunk(b"tRNS", struct.pack(">H", transparent))
    image = decode_picture(raw_png((SIDE, SIDE), bits, GREY, halves(bits, transparent, other), key))
    assert image.getpixel((5, 20)) == WHITE
    assert image.getpixel((35, 20)) == (shown,) * 3


def test_a_transparent_colour_of_sixteen_bits_lies_on_white() -> None:
    pixel, other = struct.pack(">3H", 1000, 2000, 3000), struct.pack(">3H", 40_000, 30_000, 20_000)
    rows = [pixel * (SIDE // 2) + other * (SIDE // 2)] * SIDE
    image = decode_picture(raw_png((SIDE, SIDE), 16, RGB, rows, chunk(b"tRNS", pixel)))
    assert image.getpixel((5, 20)) == WHITE
    assert image.getpixel((35, 20)) == (156, 117, 78)


def test_a_bmp_whose_fourth_byte_is_not_used_is_opaque() -> None:
    data = bytearray(encoded(Image.new("RGBA", (SIDE, SIDE), (200, 30, 30, 0)), "BMP"))
    assert decode_picture(bytes(data)).getpixel((5, 20)) == (200, 30, 30)


def test_twelve_bits_a_pixel_keep_their_greys() -> None:
    # Two pixels in three bytes.
    pixels = b"".join(((2048 << 12) | 4095).to_bytes(3, "big") for _ in range(SIDE * SIDE // 2))
    grey = [
        (256, 4, [SIDE]), (257, 4, [SIDE]), (258, 3, [12]), (259, 3, [1]), (262, 3, [1]), (273, 4, pixels),
        (277, 3, [1]), (278, 4, [SIDE]), (279, 4, [len(pixels)]),
    ]  # fmt: skip
    image = decode_picture(tiff([grey]))
    assert (image.getpixel((0, 5)), image.getpixel((1, 5))) == ((128,) * 3, (255,) * 3)

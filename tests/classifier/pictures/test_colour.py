from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from classifier.pictures import decode_picture
from classifier.pictures.colour import ADOBE_RGB, ColourSpace, by_code_points, to_srgb
from tests.classifier.pictures.making import Colour, chunk, coded_as, encoded, png

SRGB, PQ, HLG, LINEAR = 13, 16, 18, 8
BT709, BT2020, P3 = 1, 9, 12
# Codes of the wider space that mean the same as full red, green and blue of sRGB, by its published matrix.
RED_IN_P3, GREEN_IN_P3 = (234, 51, 35), (117, 251, 76)
RED_IN_BT2020 = (207, 74, 35)
# Luminances of Report ITU-R BT.2408, table 1: an 18 % grey card is at 26 cd/m2, reference white at 203.
CARD_PQ, WHITE_PQ, PEAK_PQ = 97, 148, 192
CARD_HLG, WHITE_HLG = 97, 191
CARD = 100  # 26/203 of white, as sRGB


def flat(*colours: Colour) -> Image.Image:
    image = Image.new("RGB", (64 * len(colours), 64))
    for number, colour in enumerate(colours):
        image.paste(colour, (64 * number, 0, 64 * (number + 1), 64))
    return image


def as_file(kind: str, image: Image.Image, primaries: int, transfer: int) -> bytes:
    if kind == "PNG":
        return png(image, chunk(b"cICP", bytes([primaries, transfer, 0, 1])))
    options = {"quality": 95, "subsampling": "4:4:4"} if kind == "AVIF" else {"quality": 95, "chroma": 444}
    return coded_as(encoded(image, kind, **options), primaries, transfer)


def seen(data: bytes, patch: int = 0) -> tuple[int, ...]:
    found = decode_picture(data).getpixel((64 * patch + 32, 32))
    assert isinstance(found, tuple)
    return found


def near(found: tuple[int, ...], wanted: Colour, within: int = 8) -> bool:
    return bool(np.abs(np.array(found) - wanted).max() <= within)


KINDS = ["PNG", "HEIF", "AVIF"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("primaries", "codes", "meant"),
    [(P3, RED_IN_P3, (255, 0, 0)), (P3, GREEN_IN_P3, (0, 255, 0)), (BT2020, RED_IN_BT2020, (255, 0, 0))],
)
def test_wide_colours_told_by_code_points_become_srgb(kind: str, primaries: int, codes: Colour, meant: Colour) -> None:
    assert near(seen(as_file(kind, flat(codes), primaries, SRGB)), meant, 10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("primaries", "transfer"), [(BT709, SRGB), (BT709, 1), (2, 2), (BT709, 6)])
def test_ordinary_colours_stay_as_they_are(kind: str, primaries: int, transfer: int) -> None:
    assert near(seen(as_file(kind, flat((200, 90, 30)), primaries, transfer)), (200, 90, 30), 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("transfer", "card", "white"), [(PQ, CARD_PQ, WHITE_PQ), (HLG, CARD_HLG, WHITE_HLG)])
def test_reference_white_of_a_high_dynamic_range_picture_is_white(
    kind: str, transfer: int, card: int, white: int
) -> None:
    data = as_file(kind, flat((white,) * 3, (card,) * 3, (0, 0, 0)), BT2020, transfer)
    assert near(seen(data), (255, 255, 255), 6)
    assert near(seen(data, 1), (CARD,) * 3, 6)
    assert near(seen(data, 2), (0, 0, 0), 3)


@pytest.mark.parametrize("kind", KINDS)
def test_highlights_above_reference_white_stay_apart_and_mid_tones_as_they_are(kind: str) -> None:
    data = as_file(kind, flat((PEAK_PQ,) * 3, (170,) * 3, (WHITE_PQ,) * 3, (CARD_PQ,) * 3), BT2020, PQ)
    peak, bright, white, card = (seen(data, patch)[0] for patch in range(4))
    assert peak >= 252
    assert peak > bright > white + 8 > 230
    assert abs(card - CARD) <= 6, "it is below the curve's knee"


def test_the_tone_curve_is_that_of_bt_2390() -> None:
    # Worked out apart from 5.4.1 for 203 of 1,000 cd/m2: knee 0.6577, T 0.3334, E2 0.7382 of 0.7518: 160 cd/m2.
    image = to_srgb(flat((PEAK_PQ,) * 3, (WHITE_PQ,) * 3), ColourSpace(by_points(BT2020), PQ))
    light = 160 / 203
    assert abs(image.getpixel((96, 32))[0] - 255 * (1.055 * light ** (1 / 2.4) - 0.055)) <= 3


def by_points(primaries: int) -> tuple[float, float, float, float, float, float, float, float]:
    space = by_code_points(primaries, PQ)
    assert space
    return space.chromaticities


def test_hues_stay_in_highlights() -> None:
    found = seen(as_file("PNG", flat((192, 120, 120), (WHITE_PQ,) * 3), BT709, PQ))
    assert found[0] > 230
    assert abs(found[1] - found[2]) <= 2


def test_gamma_and_chromaticities_of_png_are_followed() -> None:
    linear = png(flat((128, 128, 128)), chunk(b"gAMA", struct.pack(">I", 100_000)))
    assert near(seen(linear), (188, 188, 188), 1)
    p3 = struct.pack(">8I", 31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000)
    assert near(seen(png(flat(RED_IN_P3), chunk(b"gAMA", struct.pack(">I", 45_455)), chunk(b"cHRM", p3))), (255, 0, 0))


def test_the_usual_gamma_and_an_srgb_chunk_leave_colours_alone() -> None:
    usual = chunk(b"gAMA", struct.pack(">I", 45_455))
    assert seen(png(flat((200, 90, 30)), usual)) == (200, 90, 30)
    other = chunk(b"gAMA", struct.pack(">I", 100_000))
    assert seen(png(flat((200, 90, 30)), chunk(b"sRGB", b"\0"), other)) == (200, 90, 30)


def test_code_points_come_before_a_profile_and_a_profile_before_gamma() -> None:
    from tests.classifier.pictures.test_reading import with_red_and_blue_swapped

    data = encoded(flat((255, 0, 0)), "PNG", icc_profile=with_red_and_blue_swapped())
    points = data[:33] + chunk(b"cICP", bytes([BT709, SRGB, 0, 1])) + data[33:]
    assert seen(points) == (255, 0, 0)
    gamma = data[:33] + chunk(b"gAMA", struct.pack(">I", 100_000)) + data[33:]
    assert near(seen(gamma), (0, 0, 255), 40)


@pytest.mark.parametrize("values", [[0] * 8, [4_294_967_295] * 8, [33_333, 33_333] * 4, [0, 100_000] * 4])
def test_chromaticities_that_are_no_colours_are_passed_over(values: list[int]) -> None:
    data = png(flat((200, 90, 30)), chunk(b"cHRM", struct.pack(">8I", *values)))
    assert seen(data) == (200, 90, 30)


def test_narrow_range_is_spread() -> None:
    data = png(flat((235, 235, 235), (16, 16, 16)), chunk(b"cICP", bytes([BT709, SRGB, 0, 0])))
    assert (seen(data), seen(data, 1)) == ((255, 255, 255), (0, 0, 0))


def test_a_camera_s_adobe_rgb_told_by_exif_becomes_srgb() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 0xFFFF
    exif.get_ifd(0x8769)[0xA005] = {1: "R03", 2: b"0100"}
    data = encoded(flat((219, 0, 0)), "JPEG", quality=95, subsampling=0, exif=exif)
    assert near(seen(data), (255, 0, 0), 8)
    assert to_srgb(flat((219, 0, 0)), ColourSpace(ADOBE_RGB, gamma=563 / 256)).getpixel((0, 0))[0] >= 253


@pytest.mark.parametrize("transfer", range(19))
@pytest.mark.parametrize("primaries", [*range(13), 22, 255])
def test_every_code_point_keeps_black_black_and_order(primaries: int, transfer: int) -> None:
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None].repeat(3, axis=0)).convert("RGB")
    grey = np.asarray(to_srgb(ramp, by_code_points(primaries, transfer)), int)[1].mean(axis=1)
    assert grey[0] <= 1
    assert grey[-1] >= 200
    assert (np.diff(grey) >= -1).all()

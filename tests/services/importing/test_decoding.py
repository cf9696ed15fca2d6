from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from classifier.pictures import KindNotSupported, PictureTooSmall
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.domain.errors import ImageRefused
from wardrobe_app.services.importing.decoding import Limits, read_photo

LIMITS = Limits(max_file_bytes=2_000_000, max_pixels=4_000_000, photo_max_side=400)
ORIENTATION = 0x0112
RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 160, 40), (30, 40, 200), (250, 250, 250)
CORNERS = [RED, GREEN, BLUE, WHITE]
WAYS_TO_STORE = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(width: int = 120, height: int = 160) -> Image.Image:
    image = Image.new("RGB", (width, height))
    half_width, half_height = width // 2, height // 2
    places = [(0, 0), (half_width, 0), (0, half_height), (half_width, half_height)]
    for colour, place in zip(CORNERS, places, strict=True):
        image.paste(colour, (*place, place[0] + half_width, place[1] + half_height))
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    width, height = image.size
    places = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [image.getpixel(place) for place in places]


def assert_colours(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], tolerance: int = 14) -> None:
    assert np.abs(np.array(found, int) - np.array(wanted, int)).max() <= tolerance, f"{found} for {wanted}"


def read(data: bytes, limits: Limits = LIMITS) -> Image.Image:
    image = read_photo(data, "photo", limits).image
    assert image.mode == "RGB"
    assert not image.info
    return image


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_orientation_ends_upright(kind: str, orientation: int) -> None:
    way = WAYS_TO_STORE[orientation]
    stored = quarters() if way is None else quarters().transpose(way)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    image = read(photo_bytes(stored, kind, exif=exif.tobytes()))
    assert image.size == (120, 160)
    assert_colours(corners(image), CORNERS, 30)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_heic_file_that_is_turned_by_exif_alone_ends_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    data = photo_bytes(quarters().transpose(WAYS_TO_STORE[orientation]), "HEIF", exif=exif)
    assert b"irot" not in data
    assert_colours(corners(read(data)), CORNERS, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF", "GIF", "BMP"])
def test_every_kind_of_picture_is_recognised_by_its_content(kind: str) -> None:
    assert_colours(corners(read(photo_bytes(quarters(), kind))), CORNERS, 30)


def test_a_phone_picture_with_a_preview_inside_is_one_photo() -> None:
    data = photo_bytes(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (30, 40))])
    assert_colours(corners(read(data)), CORNERS)


def test_transparency_becomes_white() -> None:
    image = quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 60, 80))
    for kind in ("PNG", "WEBP", "TIFF", "HEIF", "AVIF"):
        found = corners(read(photo_bytes(image, kind)))
        assert_colours(found, [(255, 255, 255), GREEN, BLUE, WHITE], 30)


def test_half_transparency_is_mixed_with_white() -> None:
    assert_colours(
        [read(photo_bytes(Image.new("RGBA", (40, 40), (0, 0, 0, 128)), "PNG")).getpixel((20, 20))], [(127,) * 3]
    )


def test_a_transparent_colour_of_a_palette_becomes_white() -> None:
    image = quarters().quantize(8)
    data = photo_bytes(image, "GIF", transparency=image.getpixel((10, 10)))
    assert_colours(corners(read(data)), [(255, 255, 255), GREEN, BLUE, WHITE])


def test_grey_with_alpha_keeps_its_grey() -> None:
    image = Image.new("LA", (40, 40), (90, 255))
    assert_colours([read(photo_bytes(image, "PNG")).getpixel((20, 20))], [(90, 90, 90)], 1)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_and_not_clipped(kind: str) -> None:
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (64, 1))
    image = np.asarray(read(photo_bytes(Image.fromarray(ramp), kind)))[32, :, 0].astype(int)
    assert np.abs(image - np.linspace(0, 255, 64)).max() <= 2


def test_a_dark_sixteen_bit_picture_stays_dark() -> None:
    dark = np.full((40, 40), 6000, np.uint16)
    assert_colours([read(photo_bytes(Image.fromarray(dark), "PNG")).getpixel((20, 20))], [(23, 23, 23)], 2)


@pytest.mark.parametrize("colour_type", [2, 6])
def test_sixteen_bit_colour_keeps_its_looks(colour_type: int) -> None:
    pixel = [c * 257 for c in RED] + ([65535] if colour_type == 6 else [])
    image = read(sixteen_bit_png(pixel, colour_type))
    assert_colours([image.getpixel((10, 10))], [RED], 2)


def test_sixteen_bit_colour_with_a_transparent_colour_can_be_read() -> None:
    image = read(sixteen_bit_png([c * 257 for c in RED], 2, transparent=(1, 2, 3)))
    assert_colours([image.getpixel((10, 10))], [RED], 2)


def test_float_pixels_are_scaled() -> None:
    image = Image.fromarray(np.full((40, 40), 0.5, np.float32))
    assert_colours([read(photo_bytes(image, "TIFF")).getpixel((10, 10))], [(128, 128, 128)], 2)


def test_cmyk_keeps_its_looks() -> None:
    for kind in ("JPEG", "TIFF"):
        assert_colours(corners(read(photo_bytes(quarters().convert("CMYK"), kind))), CORNERS, 20)


def test_lab_keeps_its_looks() -> None:
    lab = ImageCms.profileToProfile(
        quarters(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert_colours(corners(read(photo_bytes(lab, "TIFF"))), CORNERS, 20)


def test_black_and_white_and_palettes_can_be_read() -> None:
    assert_colours(corners(read(photo_bytes(quarters().quantize(16), "PNG"))), CORNERS)
    assert read(photo_bytes(quarters().convert("1"), "PNG")).size == (120, 160)


def test_a_colour_profile_is_applied() -> None:
    swapped = swapped_profile()
    data = photo_bytes(Image.new("RGB", (40, 40), RED), "PNG", icc_profile=swapped)
    found = read(data).getpixel((20, 20))
    assert found[1] > 150 > found[0], "the profile says that the first channel is green"


def test_a_senseless_colour_profile_is_passed_over() -> None:
    assert_colours(corners(read(photo_bytes(quarters(), "PNG", icc_profile=b"no profile"))), CORNERS)
    grey = photo_bytes(quarters().convert("L"), "PNG", icc_profile=srgb_profile())
    assert read(grey).size == (120, 160)


def test_nothing_of_the_metadata_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret")
    for data in (
        photo_bytes(quarters(), "JPEG", exif=exif, comment=b"secret", xmp=b"<secret/>"),
        photo_bytes(quarters(), "PNG", exif=exif, pnginfo=text),
        photo_bytes(quarters(), "WEBP", exif=exif, xmp=b"<secret/>"),
        photo_bytes(quarters(), "HEIF", exif=exif.tobytes()),
    ):
        image = read(data)
        assert not image.getexif()


def test_broken_exif_is_no_reason_to_refuse_a_picture() -> None:
    assert read(photo_bytes(quarters(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")).size == (120, 160)
    assert read(photo_bytes(quarters(), "JPEG", exif=b"Exif\x00\x00nonsense")).size == (120, 160)


def test_a_large_picture_is_shrunk_and_a_small_one_left_alone() -> None:
    for kind in ("JPEG", "PNG"):
        assert read(photo_bytes(quarters(1200, 1600), kind)).size == (300, 400)
    assert read(photo_bytes(quarters(90, 120), "JPEG")).size == (90, 120)


@pytest.mark.parametrize("size", [(1, 4000), (3, 2000), (31, 60), (60, 31), (60, 4000)])
def test_a_picture_too_small_or_too_thin_to_show_a_garment_is_refused(size: tuple[int, int]) -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        with pytest.raises(ImageRefused, match=f"{size[0]} x {size[1]} pixels.+32 pixels") as refused:
            read(photo_bytes(Image.new("RGB", size), kind))
        assert isinstance(refused.value.__cause__, PictureTooSmall)


def test_the_smallest_picture_that_shows_a_garment_is_read() -> None:
    assert read(photo_bytes(Image.new("RGB", (32, 33)), "PNG")).size == (32, 33)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF", "GIF", "BMP"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_file_is_refused(kind: str, part: float) -> None:
    data = photo_bytes(draw_garment(size=(150, 200)), kind)
    with pytest.raises(ImageRefused, match=r"^photo: .+(damaged|not a picture)"):
        read(data[: int(len(data) * part)])


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7 ...", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ImageRefused, match=r"^photo: "):
        read(data)


def test_postscript_is_never_run() -> None:
    with pytest.raises(ImageRefused, match="EPS") as refused:
        read(photo_bytes(quarters(), "EPS"))
    assert isinstance(refused.value.__cause__, KindNotSupported)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ImageRefused, match="empty"):
        read(b"")


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(ImageRefused, match=r"1\.9 MB is more than the 1 MB"):
        read(b"\0" * 2_000_000, Limits(2**20, 100, 100))


@pytest.mark.parametrize("side", [30_000, 2_000_000])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"no pixels at all") + chunk(b"IEND", b"")
    with pytest.raises(ImageRefused, match="pixels"):
        read(bomb)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_of_any_number_of_frames_or_pages_the_first_counts(kind: str) -> None:
    others = [Image.new("RGB", (120, 160), (number, 255 - number, 0)) for number in range(150)]
    data = photo_bytes(quarters(), kind, save_all=True, append_images=others)
    assert_colours(corners(read(data, Limits())), CORNERS, 30)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sixteen_bit_png(pixel: list[int], colour_type: int, transparent: tuple[int, int, int] | None = None) -> bytes:
    row = b"\0" + struct.pack(f">{len(pixel)}H", *pixel) * 40
    header = struct.pack(">IIBBBBB", 40, 40, 16, colour_type, 0, 0, 0)
    key = chunk(b"tRNS", struct.pack(">3H", *transparent)) if transparent else b""
    image = chunk(b"IDAT", zlib.compress(row * 40))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + key + image + chunk(b"IEND", b"")


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """sRGB with the primaries of red and green exchanged."""
    data = srgb_profile()
    return data.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def test_the_same_bytes_have_the_same_hash() -> None:
    data = photo_bytes(quarters())
    first, second = read_photo(data, "a", LIMITS), read_photo(io.BytesIO(data).read(), "b", LIMITS)
    assert (first.sha256, first.phash) == (second.sha256, second.phash)

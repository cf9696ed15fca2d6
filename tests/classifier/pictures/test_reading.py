from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from classifier.pictures import Limits, PictureRefused, PictureTooLarge, read_picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
pillow_heif.register_heif_opener()


def quarters() -> Image.Image:
    image = Image.new("RGB", (120, 80), WHITE)
    image.paste(RED, (0, 0, 60, 40))
    image.paste(GREEN, (60, 0, 120, 40))
    image.paste(BLUE, (0, 40, 60, 80))
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int], within: int = 12) -> bool:
    found = image.getpixel(place)
    return isinstance(found, tuple) and max(abs(a - b) for a, b in zip(found, colour, strict=True)) <= within


# What a camera stores so that the given orientation turns it upright again.
AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", AS_STORED)
def test_every_orientation_ends_upright(tmp_path: Path, orientation: int) -> None:
    turn = AS_STORED[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "photo.jpg", quality=95, subsampling=0, exif=exif)
    image = read_picture(tmp_path / "photo.jpg")
    assert image.size == (120, 80)
    assert near(image, (20, 20), RED)
    assert near(image, (100, 20), GREEN)
    assert near(image, (20, 60), BLUE)


@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_heic_file_that_tells_its_orientation_by_exif_alone_ends_upright(tmp_path: Path, orientation: int) -> None:
    turn = AS_STORED[orientation]
    stored = quarters() if turn is None else quarters().transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "photo.heic", format="HEIF", quality=95, exif=exif)
    image = read_picture(tmp_path / "photo.heic")
    assert image.size == (120, 80)
    assert near(image, (20, 20), RED, within=40)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "BMP", "GIF"])
def test_the_content_decides_on_the_format_and_not_the_name(tmp_path: Path, format: str) -> None:
    quarters().save(tmp_path / "photo.txt", format=format)
    image = read_picture(tmp_path / "photo.txt")
    assert (image.mode, image.size) == ("RGB", (120, 80))
    assert near(image, (20, 20), RED, within=40)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 20, 40))
    image.convert(mode).save(tmp_path / "cut-out.png")
    read = read_picture(tmp_path / "cut-out.png")
    assert near(read, (5, 20), (0, 0, 0))
    assert near(read, (35, 20), WHITE)


def test_sixteen_bits_a_channel_keep_their_greys(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 64, dtype=np.uint16)[None].repeat(40, axis=0)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    read = np.asarray(read_picture(tmp_path / "ramp.png"))[4, :, 0]
    assert abs(read.astype(int) - (ramp[4] / 257).round()).max() <= 1


def test_a_dark_picture_of_sixteen_bits_stays_dark(tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40), 200, np.uint16)).save(tmp_path / "night.png")
    assert near(read_picture(tmp_path / "night.png"), (4, 4), (1, 1, 1), within=1)


def test_print_colours_become_screen_colours(tmp_path: Path) -> None:
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(tmp_path / "print.jpg", quality=95)
    assert near(read_picture(tmp_path / "print.jpg"), (10, 10), RED, within=40)


def test_an_embedded_colour_profile_is_applied_and_a_broken_one_ignored(tmp_path: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    for name, profile in (("broken", b"not a profile"), ("unfit", lab)):
        quarters().save(tmp_path / f"{name}.png", icc_profile=profile)
        assert near(read_picture(tmp_path / f"{name}.png"), (20, 20), RED)
    quarters().save(tmp_path / "swapped.png", icc_profile=with_red_and_blue_swapped())
    assert near(read_picture(tmp_path / "swapped.png"), (20, 20), BLUE, within=40)


def with_red_and_blue_swapped() -> bytes:
    # sRGB's own profile, its tags for red and blue exchanged
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp!").replace(b"bXYZ", b"rXYZ").replace(b"tmp!", b"bXYZ")


def test_a_large_photo_is_shrunk_and_a_small_one_left_alone(tmp_path: Path) -> None:
    quarters().resize((3000, 2000)).save(tmp_path / "large.jpg")
    quarters().save(tmp_path / "small.jpg")
    assert read_picture(tmp_path / "large.jpg").size == (1600, 1067)
    assert read_picture(tmp_path / "small.jpg").size == (120, 80)


def jpeg() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(stream, "JPEG")
    return stream.getvalue()


REFUSED = {
    "words": (b"only words", "not a picture"),
    "nothing": (b"", "empty"),
    "half": (jpeg()[:3000], "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_picture_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    content, words = REFUSED[name]
    (tmp_path / "photo.jpg").write_bytes(content)
    with pytest.raises(PictureRefused, match=words):
        read_picture(tmp_path / "photo.jpg")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureRefused, match="does not exist"):
        read_picture(tmp_path / "nowhere.jpg")


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quarters().save(tmp_path / "photo.png")
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("decoded"))
    with pytest.raises(PictureRefused, match="120 x 80 pixels"):
        read_picture(tmp_path / "photo.png", Limits(max_pixels=2 * 9_599))


def test_a_bomb_is_refused_and_no_warning_shown(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "bomb.png")
    with pytest.raises(PictureTooLarge, match="20000 x 20000"):
        read_picture(tmp_path / "bomb.png")
    assert not recwarn.list

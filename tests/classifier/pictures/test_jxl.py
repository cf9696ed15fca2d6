from __future__ import annotations

import sys

import pytest
from PIL import Image

from classifier.pictures import KindNotSupported, Limits, PictureDamaged, PictureTooLarge, decode_picture
from classifier.pictures.boxes import box
from classifier.pictures.jxl import size

RED = (200, 30, 30)
HEADER = b"\xff\x0a"
SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"


def jxl(image: Image.Image, **options: object) -> bytes:
    pytest.importorskip("pillow_jxl", reason="pillow-jxl-plugin is an extra")
    from tests.classifier.pictures.making import encoded

    return encoded(image, "JXL", **options)


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"use_container": True}])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_a_jpeg_xl_picture_is_read(mode: str, options: dict[str, object]) -> None:
    image = decode_picture(jxl(Image.new("RGB", (70, 50), RED).convert(mode), **options))
    assert (image.mode, image.size) == ("RGB", (70, 50))
    if mode != "L":
        assert max(abs(a - b) for a, b in zip(image.getpixel((30, 20)), RED, strict=True)) < 8


@pytest.mark.parametrize(
    "wanted", [(70, 50), (64, 64), (1280, 720), (1600, 1200), (257, 33), (3000, 2000), (40, 4000), (1024, 8)]
)
def test_the_size_is_read_from_the_header(wanted: tuple[int, int]) -> None:
    assert size(jxl(Image.new("L", wanted))) == wanted
    assert size(jxl(Image.new("L", wanted), use_container=True)) == wanted


def wide() -> bytes:
    # SizeHeader: not small; height 2**30 by 30 bits, ratio 1:1.
    bits = 0 | 3 << 1 | (2**30 - 1) << 3 | 1 << 33
    return HEADER + bits.to_bytes(8, "little")


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pillow_jxl", reason="pillow-jxl-plugin is an extra")
    for data in (wide(), SIGNATURE + box(b"jxlc", wide()), SIGNATURE + box(b"jxlp", b"\0" * 4 + wide())):
        with pytest.raises(PictureTooLarge, match="1073741824 x 1073741824"):
            decode_picture(data)
    with pytest.raises(PictureTooLarge, match="100 x 100"):
        decode_picture(jxl(Image.new("RGB", (100, 100))), Limits(max_pixels=39_999))


@pytest.mark.parametrize("data", [HEADER, SIGNATURE, SIGNATURE + box(b"jxlc", b"no"), HEADER + b"\0" * 40])
def test_a_damaged_one_is_refused(data: bytes) -> None:
    pytest.importorskip("pillow_jxl", reason="pillow-jxl-plugin is an extra")
    with pytest.raises(PictureDamaged):
        decode_picture(data)


def test_one_that_is_cut_off_is_refused() -> None:
    whole = jxl(Image.effect_noise((200, 200), 60))
    with pytest.raises(PictureDamaged):
        decode_picture(whole[: len(whole) // 2])


def test_without_the_package_the_refusal_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    with pytest.raises(KindNotSupported, match="Install pillow-jxl-plugin"):
        decode_picture(HEADER + b"\0" * 40)

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from classifier.pictures import KindNotSupported, NotAPicture, PictureDamaged, decode_picture
from classifier.pictures.boxes import box
from tests.classifier.pictures.making import encoded, page, tiff
from tests.hostile.samples import samples
from tests.support.drawing import draw_garment

PICTURE = Image.new("RGB", (64, 48), (200, 30, 30))


def bmp(size: tuple[int, int], bits: int, compression: int, pixels: bytes) -> bytes:
    palette = b"".join(bytes((n, n, n, 0)) for n in range(256)) if bits == 8 else b""
    start = 54 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, *size, 1, bits, compression, len(pixels), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + palette + pixels


def with_compression(data: bytes, number: int) -> bytes:
    at = data.index(struct.pack("<HHI", 259, 3, 1))
    return data[: at + 8] + struct.pack("<I", number) + data[at + 12 :]


NOT_PICTURES = {
    "words": b"only words",
    "a table": b"name,price\njumper,20\n",
    "a program's text": b"#define LIMIT 12\nint main() {}\n",
    "P for paragraph": b"P3rhaps a letter to somebody.",
    "an archive": b"PK\x03\x04" + b"\0" * 60,
    "zeros": b"\0" * 400,
}
NOT_SUPPORTED = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3",
    "an SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a video": box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + b"\0" * 40,
    "a Photoshop file": b"8BPS\0\1" + b"\0" * 40,
    "PostScript": encoded(PICTURE, "EPS"),
    "an icon": encoded(PICTURE, "ICO"),
    "JPEG 2000": encoded(PICTURE, "JPEG2000"),
    "a portable pixmap": encoded(PICTURE, "PPM"),
    "Targa": encoded(PICTURE, "TGA"),
    "a DirectDraw surface": encoded(PICTURE, "DDS"),
    "HEIF of the short form": box(b"ftyp", b"mif3heic") + b"\0" * 60,
    "HEIF coded as H.264": encoded(PICTURE, "HEIF").replace(b"hvc1", b"avc1"),
    "BMP of two bits": bmp((64, 48), 2, 0, b"\0" * 48 * 16),
    "BMP with a JPEG in it": bmp((64, 48), 24, 4, encoded(PICTURE, "JPEG")),
    "TIFF coded as JPEG 2000": with_compression(tiff([page(PICTURE)]), 34_712),
    "TIFF of an unknown kind of colour": tiff([[e if e[0] != 262 else (262, 3, [9]) for e in page(PICTURE)]]),
}


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_no_picture_is_called_no_picture(name: str) -> None:
    with pytest.raises(NotAPicture):
        decode_picture(NOT_PICTURES[name])


@pytest.mark.parametrize("name", NOT_SUPPORTED)
def test_a_kind_of_picture_that_is_not_read_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(KindNotSupported, match=r"not supported.+JPEG"):
        decode_picture(NOT_SUPPORTED[name])


@pytest.mark.parametrize("name", samples())
def test_a_picture_that_is_cut_off_is_called_damaged(name: str) -> None:
    data = samples()[name]
    if name.startswith("mpo"):
        data = data[: data.index(b"\xff\xd8", 2)]
    with pytest.raises(PictureDamaged):
        decode_picture(data[: len(data) // (12 if "pages" in name else 3)])


def test_a_bmp_of_run_lengths_of_any_usual_size_is_read() -> None:
    grey = draw_garment(size=(600, 800)).convert("L")
    rows = np.asarray(grey)[::-1]
    packed = b"".join(b"".join(bytes((1, value)) for value in row.tolist()) + b"\0\0" for row in rows) + b"\0\1"
    read = decode_picture(bmp((600, 800), 8, 1, packed))
    assert np.abs(np.asarray(read.convert("L"), int) - np.asarray(grey, int)).max() <= 1


def test_the_three_refusals_are_three_sentences() -> None:
    told = []
    for data in (b"only words", b"%PDF-1.7\n", encoded(PICTURE, "PNG")[:60]):
        with pytest.raises((NotAPicture, KindNotSupported, PictureDamaged)) as refused:
            decode_picture(data)
        told.append(str(refused.value))
    assert len(set(told)) == 3
    assert all(sentence.endswith(".") for sentence in told)

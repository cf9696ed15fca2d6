from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from tests.hostile.bombs import chunk, segment
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.config import Settings
from wardrobe_app.services.importing.importer import Outcome, source_from_bytes
from wardrobe_app.wiring import Runtime

PAYLOAD = b"<script>/*PAYLOAD*/alert(1)</script><?php system('PAYLOAD'); ?>"
SIGNS = (b"PAYLOAD", b"<script", b"<?php", b"PK\x03\x04", b"%PDF", b"Exif", b"http://ns.adobe", b"ICC_PROFILE")
PICTURE = draw_garment(size=(120, 160))


def a_zip() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("index.html", PAYLOAD)
    return written.getvalue()


def a_gif_that_is_a_script() -> bytes:
    data = photo_bytes(PICTURE.quantize(16), "GIF")
    at = data.index(b",\0\0\0\0")
    comment = b"*/=1;alert('PAYLOAD');/*"
    return data[:at] + b"!\xfe" + bytes([len(comment)]) + comment + b"\0" + data[at:] + b"*/;" + PAYLOAD


def a_png_with_texts() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", PAYLOAD.decode())
    text.add_text("Packed", PAYLOAD.decode() * 10, zip=True)
    text.add_itxt("Title", PAYLOAD.decode())
    data = photo_bytes(PICTURE, "PNG", pnginfo=text)
    return data[:-12] + chunk(b"prIv", PAYLOAD) + data[-12:] + PAYLOAD


def a_jpeg_with_everything() -> bytes:
    exif = Image.Exif()
    exif[0x010E], exif[0x9286] = PAYLOAD.decode(), PAYLOAD
    data = photo_bytes(PICTURE, exif=exif, comment=PAYLOAD, xmp=b"<x:xmpmeta>" + PAYLOAD + b"</x:xmpmeta>")
    return data[:2] + segment(0xED, b"Photoshop 3.0\0" + PAYLOAD) + segment(0xEF, PAYLOAD) + data[2:]


POLYGLOTS = {
    "a JPEG and a ZIP": lambda: photo_bytes(PICTURE) + a_zip(),
    "a JPEG and a PDF": lambda: (
        photo_bytes(PICTURE)[:2] + segment(0xFE, b"%PDF-1.4 PAYLOAD") + photo_bytes(PICTURE)[2:] + b"%PDF-1.4" + PAYLOAD
    ),
    "a JPEG with everything": a_jpeg_with_everything,
    "a GIF that is a script": a_gif_that_is_a_script,
    "a PNG with texts": a_png_with_texts,
    "a WebP with a tail": lambda: photo_bytes(PICTURE, "WEBP", xmp=PAYLOAD) + PAYLOAD,
    "a BMP and a page": lambda: photo_bytes(PICTURE, "BMP") + PAYLOAD,
    "a TIFF with a description": lambda: photo_bytes(PICTURE, "TIFF", description=PAYLOAD.decode()) + a_zip(),
    "a HEIC with a tail": lambda: photo_bytes(PICTURE, "HEIF", xmp=PAYLOAD) + b"\0\0\0\x10free" + PAYLOAD[:8],
    "an AVIF with XMP": lambda: photo_bytes(PICTURE, "AVIF", xmp=PAYLOAD),
    "a moving photo": lambda: photo_bytes(PICTURE) + b"\0\0\0\x18ftypmp42" + PAYLOAD,
}


@pytest.mark.parametrize("kind", POLYGLOTS)
def test_of_a_file_that_is_two_things_the_picture_alone_is_stored(
    kind: str, runtime: Runtime, settings: Settings
) -> None:
    data = POLYGLOTS[kind]()
    assert b"PAYLOAD" in data or b"index.html" in data
    (result,) = runtime.importing.importer.add([source_from_bytes(f"{kind}.jpg", data)])
    assert result.outcome is Outcome.ADDED, result.message
    stored = [path for path in settings.data_dir.glob("*/*/*") if path.is_file()]
    assert len(stored) == 4
    for path in stored:
        found = [sign for sign in SIGNS if sign in path.read_bytes()]
        assert found == [], path
    database = b"".join(path.read_bytes() for path in settings.data_dir.glob("wardrobe.db*"))
    assert b"PAYLOAD" not in database


NO_PICTURES = {
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>PAYLOAD</script></svg>",
    "SVG after a declaration": b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
    "PDF": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "EPS": photo_bytes(PICTURE, "EPS"),
    "PDF with a picture": photo_bytes(PICTURE, "PDF"),
    "a page": b"<!DOCTYPE html><html><body>PAYLOAD</body></html>",
    "a ZIP": a_zip(),
    "a script": b"#!/bin/sh\necho PAYLOAD\n",
    "an icon": photo_bytes(PICTURE, "ICO"),
    "a Photoshop file": b"8BPS\0\1" + b"\0" * 200,
    "a WMF": b"\xd7\xcd\xc6\x9a" + b"\0" * 200,
    "an address": b"http://192.0.2.1/x.jpg",
}


@pytest.mark.parametrize("kind", NO_PICTURES)
def test_what_is_no_photo_is_refused_whatever_it_is_called(kind: str, runtime: Runtime, settings: Settings) -> None:
    (result,) = runtime.importing.importer.add([source_from_bytes("photo.jpg", NO_PICTURES[kind])])
    assert result.outcome is Outcome.REFUSED
    assert "not a picture" in result.message or "not supported" in result.message
    assert not [path for path in settings.data_dir.glob("*/*/*") if path.is_file()]


def test_a_polyglot_is_stored_under_a_name_that_ends_as_what_it_is(runtime: Runtime) -> None:
    (result,) = runtime.importing.importer.add([source_from_bytes("x.html", POLYGLOTS["a GIF that is a script"]())])
    assert result.garment
    path: Path = runtime.catalogue.photo_path(result.garment.cover)
    assert path.suffix == ".jpg"
    with Image.open(path) as stored:
        assert stored.format == "JPEG"

from __future__ import annotations

import importlib
import importlib.util
import io

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from tests.classifier.pictures.making import dng
from tests.support.drawing import draw_garment, photo_bytes
from wardrobe_app.services.importing.decoding import read_photo

assert read_photo  # the decoder registers HEIF with Pillow


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x011A] = "Phone", 6, 72.0
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8769)[0x9003] = "2024:01:01 10:00:00"
    return exif.tobytes()


def _profile(kind: str = "sRGB") -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(kind)).tobytes()


def samples() -> dict[str, bytes]:
    # Small sound pictures of every kind that is accepted, to be damaged.
    rgb = draw_garment(size=(48, 64))
    rgba = rgb.copy()
    rgba.putalpha(rgb.convert("L"))
    other = rgb.transpose(Image.Transpose.ROTATE_180)
    grey, flat, bits = rgb.convert("L"), rgb.quantize(16), rgb.convert("1")
    cmyk = rgb.convert("CMYK")
    lab = ImageCms.profileToProfile(
        rgb, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    deep = Image.fromarray(np.asarray(grey, np.uint16) * 257)
    floats = Image.fromarray(np.asarray(grey, np.float32) / 255)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "blouse " * 20, zip=True)
    text.add_itxt("Title", "blouse", zip=True)
    exif, icc = _exif(), _profile()
    several = {"save_all": True, "append_images": [other, rgb]}
    return {
        "jpeg baseline": photo_bytes(rgb, quality=80),
        "jpeg progressive": photo_bytes(rgb, progressive=True),
        "jpeg grey": photo_bytes(grey, restart_marker_rows=1),
        "jpeg cmyk": photo_bytes(cmyk),
        "jpeg exif icc xmp": photo_bytes(rgb, exif=exif, icc_profile=icc, xmp=b"<x:xmpmeta/>", comment=b"hello"),
        "mpo": photo_bytes(rgb, "MPO", save_all=True, append_images=[other]),
        "png grey": photo_bytes(grey, "PNG"),
        "png rgb exif icc text": photo_bytes(rgb, "PNG", exif=exif, icc_profile=icc, pnginfo=text),
        "png rgba": photo_bytes(rgba, "PNG"),
        "png palette": photo_bytes(flat, "PNG", transparency=3),
        "png 16 bit": photo_bytes(deep, "PNG"),
        "png 1 bit": photo_bytes(bits, "PNG"),
        "png animated": photo_bytes(rgb, "PNG", **several),
        "webp": photo_bytes(rgb, "WEBP", exif=exif, icc_profile=icc),
        "webp lossless": photo_bytes(rgb, "WEBP", lossless=True),
        "webp alpha": photo_bytes(rgba, "WEBP"),
        "webp animated": photo_bytes(rgb, "WEBP", **several),
        "heif exif icc": photo_bytes(rgb, "HEIF", exif=exif, icc_profile=icc),
        "heif alpha": photo_bytes(rgba, "HEIF"),
        "heif 10 bit": photo_bytes(deep, "HEIF"),
        "heif several": photo_bytes(rgb, "HEIF", **several),
        "heif grid": photo_bytes(rgb.resize((128, 128)), "HEIF", tile_size=64),
        "avif exif icc": photo_bytes(rgb, "AVIF", exif=exif, icc_profile=icc),
        "avif alpha": photo_bytes(rgba, "AVIF"),
        "avif animated": photo_bytes(rgb, "AVIF", **several),
        "tiff": photo_bytes(rgb, "TIFF", exif=exif, icc_profile=icc),
        "tiff lzw": photo_bytes(rgb, "TIFF", compression="tiff_lzw"),
        "tiff deflate alpha": photo_bytes(rgba, "TIFF", compression="tiff_adobe_deflate"),
        "tiff jpeg": photo_bytes(rgb, "TIFF", compression="jpeg"),
        "tiff packbits 16 bit": photo_bytes(deep, "TIFF", compression="packbits"),
        "tiff fax": photo_bytes(bits, "TIFF", compression="group4"),
        "tiff lab": photo_bytes(lab, "TIFF"),
        "tiff cmyk": photo_bytes(cmyk, "TIFF", compression="tiff_lzw"),
        "tiff floats": photo_bytes(floats, "TIFF", compression="tiff_deflate"),
        "tiff pages": photo_bytes(rgb.copy(), "TIFF", save_all=True, append_images=[other.copy(), rgb.copy()]),
        "tiff big": photo_bytes(rgb, "TIFF", big_tiff=True),
        "tiff tiles": _tiled(rgb),
        "gif": photo_bytes(flat, "GIF", transparency=2),
        "gif animated": photo_bytes(flat, "GIF", save_all=True, append_images=[other.quantize(16)] * 3),
        "bmp": photo_bytes(rgb, "BMP"),
        "bmp palette": photo_bytes(flat, "BMP"),
        "bmp run lengths": _run_lengths(grey),
        **_extras(rgb),
    }


def _extras(image: Image.Image) -> dict[str, bytes]:
    # Kinds that need a package which is an extra.
    made = {}
    if importlib.util.find_spec("rawpy"):
        made["dng"] = dng((96, 64), (90, 60, 30), image.resize((96, 64)))
        made["dng without a preview"] = dng((96, 64), (90, 60, 30), None)
    if importlib.util.find_spec("pillow_jxl"):
        importlib.import_module("pillow_jxl")
        made["jxl"] = photo_bytes(image, "JXL")
        made["jxl container"] = photo_bytes(image, "JXL", use_container=True, lossless=True)
    return made


def _tiled(image: Image.Image) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    directory[322], directory[323] = 32, 32
    written = io.BytesIO()
    image.resize((64, 64)).save(written, "TIFF", compression="tiff_adobe_deflate", tiffinfo=directory)
    return written.getvalue()


def _run_lengths(image: Image.Image) -> bytes:
    plain = photo_bytes(image, "BMP")
    start = int.from_bytes(plain[10:14], "little")
    rows = np.asarray(image)[::-1]
    packed = b"".join(b"".join(bytes((1, value)) for value in row.tolist()) + b"\0\0" for row in rows) + b"\0\1"
    return plain[:30] + (1).to_bytes(4, "little") + len(packed).to_bytes(4, "little") + plain[38:start] + packed

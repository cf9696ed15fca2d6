"""Read an opened picture's orientation, colour space and decoding cost."""

from __future__ import annotations

import io
from typing import Final

from PIL import ExifTags, Image

from classifier.pictures import heif, png
from classifier.pictures.boxes import MainPicture
from classifier.pictures.colour import ADOBE_RGB, ColourSpace, by_code_points
from classifier.pictures.guard import jpeg_scans
from classifier.pictures.kinds import NAMES

TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that makes a picture of this EXIF orientation upright."""

_FULL_SIZE_COST: Final = 2.0
_SINGLE_HEIC_COST: Final = 1.8
_BYTES_PER_COEFFICIENT: Final = 2.25
_ADOBE_GAMMA: Final = 563 / 256


def cost(picture: Image.Image, data: bytes, main: MainPicture | None) -> tuple[float, str]:
    """Memory per pixel (1.0 if decoded at a fraction of the size), and the kind of picture if it costs more."""
    match picture.format:
        case "JPEG" | "MPO":
            return _jpeg_cost(picture, data)
        case "HEIF":
            return (1.0, "") if heif.can_be_tiled(main) else (_SINGLE_HEIC_COST, "a HEIC picture without tiles")
        case name:
            return _FULL_SIZE_COST, f"{'an' if name == 'AVIF' else 'a'} {NAMES.get(name or '', name)} picture"


def _jpeg_cost(picture: Image.Image, data: bytes) -> tuple[float, str]:
    """The decoder of a JPEG with several scans keeps all coefficients, of two bytes each."""
    if not picture.info.get("progressive") and (not heif.is_large(picture.size) or jpeg_scans(data) == 1):
        return 1.0, ""
    areas = [across * down for _, across, down, _ in getattr(picture, "layer", [])] or [1]
    return min(_FULL_SIZE_COST, 2 * sum(areas) / max(areas) / _BYTES_PER_COEFFICIENT), "a progressive JPEG"


def orientation(picture: Image.Image, main: MainPicture | None) -> int:
    """The EXIF orientation that still has to be applied, 1 to 8.

    The HEIC decoder applies rotation boxes, but drops an EXIF orientation without boxes. For AVIF, Pillow returns the
    boxes' orientation as EXIF.
    """
    if picture.format == "HEIF":
        turned = main is not None and (main.item.first(b"irot") is not None or main.item.first(b"imir") is not None)
        return 1 if turned else int(picture.info.get("original_orientation") or 1)
    return _by_exif(picture)


def says_orientation(jpeg: bytes) -> bool:
    """Whether a JPEG file has an EXIF orientation."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            return ExifTags.Base.Orientation in image.getexif()
    except Exception:  # ignores damaged EXIF
        return False


def colour_space(picture: Image.Image, data: bytes, main: MainPicture | None) -> ColourSpace | bytes | None:
    """The colour space or ICC profile; None for sRGB and if unspecified."""
    if picture.format == "PNG" and png.has_code_points(data):
        return png.colour_space(data)
    if profile := picture.info.get("icc_profile"):
        return bytes(profile)
    if picture.format == "PNG":
        return png.colour_space(data)
    if main is not None:
        return by_boxes(main)
    return ColourSpace(ADOBE_RGB, gamma=_ADOBE_GAMMA) if _is_adobe_rgb(picture) else None


def by_boxes(main: MainPicture) -> ColourSpace | None:
    """The colour space of an ``nclx`` box."""
    return by_code_points(*main.cicp) if main.cicp else None


def _by_exif(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # ignores damaged EXIF
        return 1


def _is_adobe_rgb(picture: Image.Image) -> bool:
    """Whether the DCF interoperability index is R03, which means Adobe RGB."""
    try:
        index = picture.getexif().get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex, "")
        return picture.mode == "RGB" and str(index).rstrip("\0") == "R03"
    except Exception:  # ignores damaged EXIF
        return False

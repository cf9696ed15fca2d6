"""Convert pictures of any depth to 8 bits per channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifier.pictures import png, tiff

_BAND_PIXELS: Final = 1_000_000


def eight_bit(picture: Image.Image, data: bytes) -> Image.Image:
    """Convert to L, RGB, RGBA, CMYK or LAB, with transparency as an alpha channel; unchanged if it is already."""
    if picture.mode.startswith(("I", "F")):
        return _scaled(picture)
    if picture.format == "PNG" and "transparency" in picture.info:
        picture.info["transparency"] = _as_decoded(picture, png.bits(data))
    if picture.mode in ("LA", "La", "PA", "RGBa") or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.format == "BMP" and picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (0, 0):
        return picture.convert("RGB")  # an unused fourth byte: the picture would be invisible
    if picture.mode in ("L", "RGB", "RGBA", "CMYK", "LAB"):
        return picture
    return picture.convert("RGB")


def _as_decoded(picture: Image.Image, bits: int) -> Any:
    """Convert a PNG's transparent colour from the file's numbers to Pillow's 8-bit pixels."""
    key = picture.info["transparency"]
    if picture.mode == "L" and isinstance(key, int) and bits < 8:
        return key * 255 // (2**bits - 1)
    if picture.mode == "RGB" and isinstance(key, tuple) and bits == 16:
        return tuple(value >> 8 for value in key)
    return key


def _scaled(picture: Image.Image) -> Image.Image:
    """Scale a picture of 16 or 32 bits or floats to 8 bits of grey; Pillow's ``convert`` would clip to white.

    Works in bands of rows: 100 million pixels as floats would take several gigabytes.
    """
    key = picture.info.get("transparency")
    most = max(float(values.max()) for _, values in _bands(picture))
    if picture.mode == "F":
        full = 1.0 if most <= 1.0 else max(255.0, most)
    else:
        full = 255.0 if picture.mode == "I" and most <= 255 else max(_brightest(picture), most)
    grey = np.empty((picture.height, picture.width), np.uint8)
    alpha = np.empty_like(grey) if isinstance(key, int) else None
    for rows, values in _bands(picture):
        grey[rows] = np.rint(values.clip(0, None) * (255.0 / full))
        if alpha is not None:
            alpha[rows] = np.where(values == key, 0, 255)
    made = Image.fromarray(grey)
    return made if alpha is None else Image.merge("LA", (made, Image.fromarray(alpha))).convert("RGBA")


def _brightest(picture: Image.Image) -> float:
    """The value of white; a TIFF file may have 12 bits per pixel, for example."""
    tags = getattr(picture, "tag_v2", None)
    bits = tags.get(tiff.BITS, (16,))[0] if tags is not None else 16
    return float(2**bits - 1) if 8 < bits <= 16 else 65535.0


def _bands(picture: Image.Image) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    """Yield the values of a one-channel picture in bands of rows, with 0 for what is not finite."""
    height = max(1, _BAND_PIXELS // picture.width)
    for top in range(0, picture.height, height):
        rows = slice(top, min(top + height, picture.height))
        band = picture.crop((0, rows.start, picture.width, rows.stop))
        yield rows, np.nan_to_num(np.asarray(band, dtype=np.float64), posinf=0.0, neginf=0.0)

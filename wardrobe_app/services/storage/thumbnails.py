"""Shrink photos, to embed many of them in one picture or page."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError


def icon(thumbnail: Path, side: int = 64) -> str | None:
    """Return a stored thumbnail as a JPEG data URI of at most ``side`` pixels; None if it cannot be read."""
    small = small_picture(thumbnail, side)
    return None if small is None else f"data:image/jpeg;base64,{base64.b64encode(small_jpeg(small, side, 80)).decode()}"


def small_picture(thumbnail: Path, side: int) -> Image.Image | None:
    """Return a stored thumbnail as RGB, at most ``side`` pixels wide and high; None if it cannot be read."""
    try:
        with Image.open(thumbnail) as image:
            image.draft("RGB", (2 * side, 2 * side))
            return ImageOps.contain(image.convert("RGB"), (side, side))
    except (OSError, UnidentifiedImageError):
        return None


def veiled(image: Image.Image, mask: NDArray[np.uint8]) -> Image.Image:
    """Make the background of an RGB picture pale and grey; ``mask`` is (h, w), 0 to 255, of the same proportions."""
    pale = image.convert("L").point(lambda value: 160 + value * 2 // 7).convert("RGB")
    cloth = Image.fromarray(mask).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(image, pale, cloth)


def small_jpeg(image: Image.Image, side: int = 900, quality: int = 85) -> bytes:
    """Return a picture as JPEG of at most ``side`` pixels on the long side."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

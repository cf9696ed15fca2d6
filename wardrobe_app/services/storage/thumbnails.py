"""Photos small enough to travel by the hundred inside a picture."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError


def icon(thumbnail: Path, side: int = 64) -> str | None:
    """A stored thumbnail as a JPEG of at most ``side`` pixels, in a data URI; None if it can't be read."""
    small = small_picture(thumbnail, side)
    if small is None:
        return None
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def small_picture(thumbnail: Path, side: int) -> Image.Image | None:
    """All of a stored thumbnail, RGB, at most ``side`` pixels wide and high; None if it can't be read."""
    try:
        with Image.open(thumbnail) as image:
            image.draft("RGB", (2 * side, 2 * side))
            return ImageOps.contain(image.convert("RGB"), (side, side))
    except (OSError, UnidentifiedImageError):
        return None


def veiled(image: Image.Image, mask: NDArray[np.uint8]) -> Image.Image:
    """An RGB picture whose ground, by a mask (h, w) of 0 to 255 in its proportions, is pale and grey."""
    pale = image.convert("L").point(lambda value: 160 + value * 2 // 7).convert("RGB")
    cloth = Image.fromarray(mask).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(image, pale, cloth)


def small_jpeg(image: Image.Image, side: int = 900, quality: int = 85) -> bytes:
    """A picture to show, as JPEG of at most ``side`` pixels on the long side."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()

"""Photos small enough to travel by the hundred inside a picture."""

from __future__ import annotations

import base64
import io
from pathlib import Path

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

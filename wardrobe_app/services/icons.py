"""Photos small enough to travel by the hundred inside a picture."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError


def icon(thumbnail: Path, side: int = 64) -> str | None:
    """The middle of a stored thumbnail as a square JPEG of ``side`` pixels, in a data URI; None if it can't be read."""
    try:
        with Image.open(thumbnail) as image:
            image.draft("RGB", (2 * side, 2 * side))
            square = ImageOps.fit(image.convert("RGB"), (side, side))
    except (OSError, UnidentifiedImageError):
        return None
    buffer = io.BytesIO()
    square.save(buffer, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"

"""The colour of a place on a photo, for whoever wants to show what she means instead of naming it."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from wardrobe_app.domain.garments.garment import Photo, Swatch
from wardrobe_app.services.storage.photo_store import PhotoStore

RADIUS = 0.012  # of the longer side: a thread says little, a seam nearby too much
_SIDE = 720
_QUALITY = 88


class ColourPicker:
    """Reads colours off stored photos."""

    def __init__(self, store: PhotoStore, name_of: Callable[[str], str]) -> None:
        """``name_of`` gives the plain name of ``#rrggbb``."""
        self._store = store
        self._name_of = name_of

    def picture(self, photo: Photo) -> bytes:
        """A stored photo as JPEG, to be clicked on.

        Raises:
            StorageFailed: the photo's file is gone or damaged.
        """
        small = self._store.open(photo)
        small.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=_QUALITY)
        return buffer.getvalue()

    def at(self, photo: Photo, x: float, y: float) -> Swatch:
        """The colour around a place: the median of a small square; ``x`` and ``y``, 0 to 1, from the upper left corner.

        Raises:
            StorageFailed: the photo's file is gone or damaged.
        """
        image = self._store.open(photo)
        radius = max(1, round(RADIUS * max(image.size)))
        column, row = (
            round(min(max(part, 0.0), 1.0) * (side - 1)) for part, side in zip((x, y), image.size, strict=True)
        )
        box = (max(0, column - radius), max(0, row - radius), column + radius + 1, row + radius + 1)
        right, lower = min(box[2], image.width), min(box[3], image.height)
        pixels = np.asarray(image.crop((box[0], box[1], right, lower)), np.uint8).reshape(-1, 3)
        red, green, blue = (int(value) for value in np.median(pixels, axis=0).round())
        shade = f"#{red:02x}{green:02x}{blue:02x}"
        return Swatch(self._name_of(shade), shade, 1.0)

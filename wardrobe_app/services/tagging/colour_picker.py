"""Read the colour of a spot on a photo, for owners who prefer pointing to naming."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wardrobe_app.domain.garments.garment import Photo, Swatch
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.storage.thumbnails import small_jpeg

RADIUS = 0.012  # of the longer side: more than a thread, less than to the next seam
_SIDE_PX = 720
_JPEG_QUALITY = 88


class ColourPicker:
    """Reads colours from stored photos."""

    def __init__(self, store: PhotoStore, name_of: Callable[[str], str]) -> None:
        """Take ``name_of`` to name ``#rrggbb``."""
        self._store = store
        self._name_of = name_of

    def picture(self, photo: Photo) -> bytes:
        """Return a stored photo as JPEG, to be clicked on.

        Raises:
            StorageFailed: the photo's file is missing or damaged.
        """
        return small_jpeg(self._store.open(photo), _SIDE_PX, _JPEG_QUALITY)

    def at(self, photo: Photo, x: float, y: float) -> Swatch:
        """Return the colour around a spot: the median of a small square; ``x`` and ``y`` are 0 to 1 from the upper
        left.

        Raises:
            StorageFailed: the photo's file is missing or damaged.
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

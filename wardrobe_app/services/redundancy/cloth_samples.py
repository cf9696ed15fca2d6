"""Cut pieces of cloth out of photos of garments, all at one scale, to compare their colours and patterns."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import scipy  # its parts are loaded when they are first used
from PIL import Image

from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.garments.photos import ClothSample
from wardrobe_app.services.storage.photo_store import Mask, PhotoStore

SIDE_PX: Final = 160
SHARE: Final = 0.3  # of the garment's width: the most that a sample shows
_MASK_PX: Final = 200  # longest side of the mask in which the middle is looked for
_KEPT: Final = 64  # photos whose cloth is remembered


@dataclass(frozen=True, slots=True)
class _Cloth:
    """A photo with the garment's ``width`` in pixels, and the largest square inside it: centre and half a side."""

    image: Image.Image
    width: float
    x: float
    y: float
    reach: float


class ClothSamples:
    """Cuts samples from first photos."""

    def __init__(self, store: PhotoStore) -> None:
        self._store = store
        self._found = lru_cache(_KEPT)(self._find)

    def of(self, garments: Sequence[Garment]) -> list[ClothSample | None]:
        """Cut a sample of each garment; None where its photo cannot be read.

        All samples show the same share of their garment's width, so that patterns can be compared.
        """
        found = [self._cloth(garment.cover) for garment in garments]
        shares = [2 * one.reach / one.width for one in found if one is not None]
        share = min([SHARE, *shares])
        return [_sample(one, share) if one else None for one in found]

    def _cloth(self, photo: Photo | None) -> _Cloth | None:
        try:
            return self._found(photo) if photo else None
        except StorageFailed:
            return None

    def _find(self, photo: Photo) -> _Cloth:
        image = self._store.open(photo)
        mask = self._store.mask(photo) if photo.has_cut_out else None
        if mask is None or not (mask > 127).any():
            side = min(image.size)
            return _Cloth(image, 0.6 * image.width, image.width / 2, image.height / 2, 0.15 * side)
        return _inside(image, mask)


def _inside(image: Image.Image, mask: Mask) -> _Cloth:
    """Find the largest square in the mask, by the chessboard distance to its edge."""
    small = Image.fromarray(mask)
    small.thumbnail((_MASK_PX, _MASK_PX))
    shown = np.pad(np.asarray(small) > 127, 1)
    away = scipy.ndimage.distance_transform_cdt(shown, metric="chessboard")
    y, x = np.unravel_index(int(away.argmax()), away.shape)
    columns = np.flatnonzero(shown.any(axis=0))
    scale = image.width / small.width
    width = float(columns[-1] - columns[0] + 1) if len(columns) else float(small.width)
    reach = max(1.0, 0.9 * float(away[y, x]))
    return _Cloth(image, width * scale, float(x - 0.5) * scale, float(y - 0.5) * scale, reach * scale)


def _sample(cloth: _Cloth, share: float) -> ClothSample:
    half = max(1.0, share * cloth.width / 2)
    half = min(half, cloth.image.width / 2, cloth.image.height / 2)
    x, y = (min(max(at, half), side - half) for at, side in zip((cloth.x, cloth.y), cloth.image.size, strict=True))
    box = (x - half, y - half, x + half, y + half)
    piece = cloth.image.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, box)
    red, green, blue = np.median(np.asarray(piece).reshape(-1, 3), axis=0).astype(int).tolist()
    written = io.BytesIO()
    piece.save(written, "JPEG", quality=85)
    picture = f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode()}"
    return ClothSample(f"#{red:02x}{green:02x}{blue:02x}", picture)

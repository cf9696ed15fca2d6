"""Show what the model saw in a photo: a heat map for a type, and the masked background."""

from __future__ import annotations

from functools import lru_cache

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.garments.models import Why
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.storage.thumbnails import small_jpeg, veiled
from wardrobe_app.services.tagging.predictions import Tagging

_CACHED_HEAT_MAPS = 64


class Explanations:
    """Computes heat maps on request, and keeps the latest."""

    def __init__(self, store: PhotoStore, tagging: Tagging) -> None:
        self._store = store
        self._tagging = tagging
        self._computed = lru_cache(maxsize=_CACHED_HEAT_MAPS)(self._compute)

    def why(self, photo: Photo, type_name: str | None) -> Why:
        """Show where the model sees a type in a stored photo; its best type, if it does not know the requested one.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
            StorageFailed: the photo's file is missing or damaged.
        """
        return self._computed(photo, type_name, self._tagging.model)

    def unveiled(self, photo: Photo) -> bytes | None:
        """Return a stored photo as JPEG with its background veiled; None without a mask.

        Raises:
            StorageFailed: the photo's file is missing or damaged.
        """
        mask = self._store.mask(photo) if photo.mask_model else None
        return None if mask is None else small_jpeg(veiled(self._store.open(photo), mask))

    def _compute(self, photo: Photo, type_name: str | None, model: str) -> Why:
        found = self._tagging.explain(self._store.open(photo), type_name)
        return Why(small_jpeg(found.picture), found.label, found.score, model, bool(found.heat.any()))

"""What the model saw on a photo: heat where it saw a type, a veil over what it took for the ground."""

from __future__ import annotations

from functools import lru_cache

from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.garments.models import Why
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.storage.thumbnails import small_jpeg, veiled
from wardrobe_app.services.tagging.predictions import Tagging

_KEPT = 64


class Explanations:
    """Computes heat maps when they are asked for, and keeps the last few."""

    def __init__(self, store: PhotoStore, tagging: Tagging) -> None:
        self._store = store
        self._tagging = tagging
        self._computed = lru_cache(maxsize=_KEPT)(self._compute)

    def why(self, photo: Photo, type_name: str | None) -> Why:
        """Where on a stored photo the model sees a type; its best type, where it does not know the one asked for.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
            StorageFailed: the photo's file is gone or damaged.
        """
        return self._computed(photo, type_name, self._tagging.model)

    def unveiled(self, photo: Photo) -> bytes | None:
        """A stored photo as JPEG, its ground veiled; None where the garment was not told from it.

        Raises:
            StorageFailed: the photo's file is gone or damaged.
        """
        mask = self._store.mask(photo) if photo.mask_model else None
        return None if mask is None else small_jpeg(veiled(self._store.open(photo), mask))

    def _compute(self, photo: Photo, type_name: str | None, model: str) -> Why:
        found = self._tagging.explain(self._store.open(photo), type_name)
        return Why(small_jpeg(found.picture), found.label, found.score, model, bool(found.heat.any()))

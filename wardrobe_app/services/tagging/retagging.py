"""Predict stored photos again, while others may merge, split or delete their garments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from PIL import Image

from db.unit_of_work import Units
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.predictions import Tagging


class Retagging:
    """Tags a few garments at a time. Slow work is done before anybody else has to wait."""

    def __init__(self, uow_factory: Units, store: PhotoStore, tagging: Tagging) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging

    def tag(
        self, garments: Sequence[Garment], lost: list[StorageFailed], masked: Mapping[int, bool] | None = None
    ) -> tuple[Garment, ...]:
        """Predict the photos of ``garments``; returns the garments that have these photos afterwards.

        ``masked`` sets by photo whether its mask is used from now on. A garment with an unreadable photo is left
        unchanged; the reason is appended to ``lost``.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
            StorageFailed: something could not be written; the tags are unchanged.
        """
        images = self._open(garments, lost)
        photos = {photo.id: photo for garment in garments for photo in garment.photos if photo.id in images}
        found = self._tagging.see([images[key] for key in photos], [photo.masked for photo in photos.values()])
        seen = dict(zip(photos, found, strict=True))
        for key, entry in seen.items():
            if entry.mask is not None:
                self._store.keep_mask(photos[key], images[key], entry.mask)
        with self._uow(writing=True) as uow:
            holders = uow.garments.holders(seen)
            there = {photo_id for ids in holders.values() for photo_id in ids}
            for photo_id in there & (masked or {}).keys():
                uow.garments.set_masked(photo_id, (masked or {})[photo_id])
            for item_id, ids in holders.items():
                uow.garments.set_prediction(item_id, {key: seen[key] for key in ids})
            label_propagation.refresh_after(uow, holders)
            done = uow.garments.many(list(holders))
            uow.commit()
        self._drop_masks(photos, seen, there)
        return done

    def _open(self, garments: Sequence[Garment], lost: list[StorageFailed]) -> dict[int, Image.Image]:
        images: dict[int, Image.Image] = {}
        for garment in garments:
            try:
                images |= {photo.id: self._store.open(photo) for photo in garment.photos}
            except StorageFailed as error:
                lost.append(error)
        return images

    def _drop_masks(self, photos: Mapping[int, Photo], seen: Mapping[int, PhotoPrediction], there: set[int]) -> None:
        """Delete masks that no longer count, and those of photos deleted meanwhile.

        A mask the owner switched off is kept for switching it on again.
        """
        for key, photo in photos.items():
            if key not in there or (photo.masked and seen[key].mask is None):
                with suppress(StorageFailed):  # no row refers to it, so nobody sees it
                    self._store.forget_mask(photo)


def unreadable(lost: Sequence[StorageFailed]) -> StorageFailed:
    """Describe one or several unreadable photos."""
    more = f" The same goes for {len(lost) - 1} more." if len(lost) > 1 else ""
    return StorageFailed(f"{lost[0]}{more} Everything else was tagged.")

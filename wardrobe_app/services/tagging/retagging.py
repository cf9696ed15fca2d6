"""Store new predictions of photos, while others may merge, split or delete their garments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from db.unit_of_work import Units
from wardrobe_app.domain.errors import StorageFailed
from wardrobe_app.domain.garments.garment import Garment, Photo
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.predicting import PredictedGarment, PredictedPhoto


class Retagging:
    """Stores the predictions of a few garments at a time. Slow work is done before anybody else has to wait."""

    def __init__(self, uow_factory: Units, store: PhotoStore) -> None:
        self._uow = uow_factory
        self._store = store

    def store(
        self,
        garments: Sequence[Garment],
        predicted: Sequence[PredictedGarment],
        lost: list[StorageFailed],
        masked: Mapping[int, bool] | None = None,
    ) -> tuple[Garment, ...]:
        """Store what was predicted of the photos of ``garments``; returns those that have these photos afterwards.

        ``masked`` sets by photo whether its mask is used from now on. A garment with an unreadable photo is left
        unchanged; the reason is appended to ``lost``.

        Raises:
            StorageFailed: something could not be written; the tags are unchanged.
        """
        lost += [StorageFailed(one.problem) for one in predicted if one.problem]
        seen = {key: photo for one in predicted for key, photo in one.photos.items()}
        photos = {photo.id: photo for garment in garments for photo in garment.photos if photo.id in seen}
        for key, entry in seen.items():
            if entry.mask is not None:
                self._store.save_mask(photos[key], entry.mask)
        with self._uow(writing=True) as uow:
            holders = uow.garments.holders({key: entry.prediction for key, entry in seen.items()})
            there = {photo_id for ids in holders.values() for photo_id in ids}
            for photo_id in there & (masked or {}).keys():
                uow.garments.set_masked(photo_id, (masked or {})[photo_id])
            for item_id, ids in holders.items():
                uow.garments.set_prediction(item_id, {key: seen[key].prediction for key in ids})
            label_propagation.refresh_after(uow, holders)
            done = uow.garments.many(list(holders))
            uow.commit()
        self._drop_masks(photos, seen, there)
        return done

    def _drop_masks(self, photos: Mapping[int, Photo], seen: Mapping[int, PredictedPhoto], there: set[int]) -> None:
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

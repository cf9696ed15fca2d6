"""Add photos to a garment, choose its cover and remove photos, each with its undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.unit_of_work import UnitOfWork, Units
from wardrobe_app.domain.errors import (
    ChangedElsewhere,
    InvalidEdit,
    NotFound,
    StorageFailed,
    TaggingUnavailable,
)
from wardrobe_app.domain.garments.garment import Garment, Tag
from wardrobe_app.domain.garments.photos import PhotoPrediction
from wardrobe_app.domain.redundancy.merging import MergeRecord
from wardrobe_app.services.importing.importer import Importer, ImportResult
from wardrobe_app.services.importing.sources import Source
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging import label_propagation
from wardrobe_app.services.tagging.predictions import Tagging

_CHANGED = "The photos of this garment were changed again since. That change stays; nothing was undone."
_LONGEST_NAME = 200
_NEW = 1  # the version of a garment that its owner never changed


@dataclass(frozen=True, slots=True)
class PhotosChanged:
    """The order of a garment's photos ``before`` and ``after`` a change, and what its undo needs.

    ``tags`` are the model's tags before. ``split_off`` is the garment in the trash that a removed photo became.
    ``untagged`` says why no model looked at the new cover; "" where one did, or none was needed.
    """

    item_id: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    tags: tuple[Tag, ...]
    split_off: int | None = None
    untagged: str = ""


class Photos:
    """Changes the photos of garments, each change in one transaction. Item ids are those of garments.

    The first photo is the cover: what a model sees in it gives the garment its model tags, colours and similarity.
    """

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        tagging: Tagging,
        importer: Importer,
        remove_files: Callable[[], None],
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging
        self._importer = importer
        self._remove_files = remove_files

    def add(self, item_id: int, sources: Sequence[Source], *, allow_duplicates: bool = False) -> Iterator[ImportResult]:
        """Import photos as the last ones of a garment, yielding one result for each.

        Raises:
            NotFound: there is no such garment.
            InvalidEdit: it is in the trash.
        """
        return self._importer.add(sources, allow_duplicates=allow_duplicates, onto=item_id)

    def undo_add(self, item_id: int, photo_ids: Sequence[int]) -> None:
        """Undo ``add``: delete the photos and their files.

        Raises:
            ChangedElsewhere: the garment does not have one of them any more, or has no other photo; nothing is undone.
        """
        with self._uow() as uow:
            rest = _without(uow.photos.of(item_id), photo_ids)
        seen, _ = self._look_at_new_cover(item_id, rest)
        with self._uow(writing=True) as uow:
            before, order = uow.garments.get(item_id), uow.photos.of(item_id)
            rest = _without(order, photo_ids)
            if not set(photo_ids) <= set(order) or not rest:
                raise ChangedElsewhere(_CHANGED)
            uow.photos.delete(photo_ids)
            _arrange(uow, before, rest, seen)
            uow.commit()
        self._remove_files()

    def make_cover(self, item_id: int, photo_id: int) -> PhotosChanged:
        """Put a photo first; a model looks at it, and what it sees replaces the model tags. A person's tags stay.

        Raises:
            NotFound: the garment has no such photo.
        """
        return self._rearrange(item_id, photo_id, lambda order: (photo_id, *_without(order, [photo_id])))

    def remove(self, item_id: int, photo_id: int) -> PhotosChanged:
        """Take a photo off a garment. It goes to the trash as a garment of its own, and can be restored from there.

        Raises:
            NotFound: the garment has no such photo.
            InvalidEdit: it is the only one, or the only one of a garment that was merged into this one.
        """
        return self._rearrange(item_id, photo_id, lambda order: _without(order, [photo_id]))

    def undo(self, done: PhotosChanged) -> None:
        """Undo ``make_cover`` or ``remove``: photos, order and model tags are as they were.

        Raises:
            ChangedElsewhere: the photos were changed again since; that stays, and nothing is undone.
            NotFound: the removed photo was deleted for good meanwhile.
        """
        with self._uow(writing=True) as uow:
            if uow.photos.of(done.item_id) != done.after:
                raise ChangedElsewhere(_CHANGED)
            if done.split_off is not None:
                _require_untouched(uow, done.split_off, set(done.before) - set(done.after))
            uow.photos.arrange(done.item_id, done.before)
            if done.split_off is not None:
                uow.photos.forget_emptied(done.split_off)
            uow.garments.set_model_tags(done.item_id, done.tags)
            label_propagation.refresh_after(uow, [done.item_id])
            uow.commit()

    def _rearrange(
        self, item_id: int, photo_id: int, arranged: Callable[[Sequence[int]], tuple[int, ...]]
    ) -> PhotosChanged:
        """Give the photos a new order; where it lacks the photo, split that off as a garment in the trash."""
        with self._uow() as uow:
            wanted = arranged(_order_with(uow, item_id, photo_id))
            if photo_id not in wanted:
                _require_another(uow, item_id, photo_id)
        seen, untagged = self._look_at_new_cover(item_id, wanted)  # may take seconds: not while others wait to write
        split_off = None
        with self._uow(writing=True) as uow:
            order, before = _order_with(uow, item_id, photo_id), uow.garments.get(item_id)
            after = arranged(order)
            if photo_id not in after:
                _require_another(uow, item_id, photo_id)
                name = f"Photo of {before.title}"[:_LONGEST_NAME]
                split_off = uow.photos.split_off(photo_id, name, datetime.now(UTC))
            _arrange(uow, before, after, seen)
            uow.commit()
        return PhotosChanged(item_id, order, after, tuple(before.suggestions.values()), split_off, untagged)

    def _look_at_new_cover(self, item_id: int, order: Sequence[int]) -> tuple[dict[int, PhotoPrediction], str]:
        """What a model sees in the first of these photos, by its id, and why none looked at it.

        Nothing is looked at where it is the cover already.
        """
        with self._uow() as uow:
            garment = uow.garments.get(item_id)
        photo = next((one for one in garment.photos if order and one.id == order[0]), None)
        if photo is None or photo == garment.cover:
            return {}, ""
        try:
            image = self._store.open(photo)
            (seen,) = self._tagging.see([image], [photo.masked])
            if seen.mask is not None:
                self._store.keep_mask(photo, image, seen.mask)
        except (TaggingUnavailable, StorageFailed) as error:
            return {}, str(error)
        return {photo.id: seen}, ""


def _arrange(uow: UnitOfWork, before: Garment, order: Sequence[int], seen: Mapping[int, PhotoPrediction]) -> None:
    """Write the order, and bring the model tags in line with the cover where another one was ``seen``."""
    uow.photos.arrange(before.id, order)
    now = uow.garments.get(before.id)
    if now.cover is None or now.cover == before.cover:
        return
    if (found := seen.get(now.cover.id)) is not None:
        if now.embedding_model == found.model:
            uow.garments.set_model_tags(now.id, found.tags)
        else:
            uow.garments.set_prediction(now.id, {now.cover.id: found})
    label_propagation.refresh_after(uow, [now.id])


def _without(order: Sequence[int], photo_ids: Collection[int]) -> tuple[int, ...]:
    return tuple(one for one in order if one not in photo_ids)


def _order_with(uow: UnitOfWork, item_id: int, photo_id: int) -> tuple[int, ...]:
    order = uow.photos.of(item_id)
    if photo_id not in order:
        title = uow.garments.get(item_id).title
        raise NotFound(f"{title} has no photo {photo_id}; it may have been removed in the meantime.")
    return order


def _require_another(uow: UnitOfWork, item_id: int, photo_id: int) -> None:
    """Make sure that what the photo belongs to, the garment itself or one merged into it, has another photo."""
    order = uow.photos.of(item_id)
    if len(order) < 2:
        raise InvalidEdit("A garment keeps at least one photo. Add another one first, or trash the garment.")
    if not _belonging(item_id, photo_id, order, uow.merges.all()) - {photo_id}:
        raise InvalidEdit(
            "This is the only photo of one of the garments that were merged here. Split them first, or keep it."
        )


def _belonging(item_id: int, photo_id: int, order: Sequence[int], merges: Sequence[MergeRecord]) -> set[int]:
    """The photos that came from the same garment as this one."""
    here, holder = set(order), item_id
    while True:
        merged = [merge.moved for merge in merges if merge.keep_id == holder]
        moved = [(item, set(photos)) for entries in merged for item, photos in entries.items()]
        inside = next(((item, photos) for item, photos in moved if photo_id in photos), None)
        if inside is None:
            return here.difference(*(photos for _, photos in moved))
        holder, here = inside[0], here & inside[1]


def _require_untouched(uow: UnitOfWork, item_id: int, photos: set[int]) -> None:
    """Make sure that the garment a removed photo became is unchanged: nothing written about it may be lost."""
    if uow.garments.get(item_id).version != _NEW or set(uow.photos.of(item_id)) != photos:
        raise ChangedElsewhere("The removed photo was changed as a garment of its own since; nothing was undone.")

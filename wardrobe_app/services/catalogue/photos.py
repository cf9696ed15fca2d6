"""Several photos of one garment: adding another one, choosing the cover, removing one, each with its undo."""

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

_LONGEST_NAME = 200
_NEW = 1  # the version of a garment of which its owner said nothing yet


@dataclass(frozen=True, slots=True)
class PhotosChanged:
    """The order of a garment's photos ``before`` and ``after`` a change, and what its undo needs besides.

    ``tags`` are the model's as they were. ``split_off`` is the garment in the trash that a removed photo became.
    ``untagged`` is why no model looked at the new cover, "" where one did or nothing was to be looked at.
    """

    item_id: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    tags: tuple[Tag, ...]
    split_off: int | None = None
    untagged: str = ""


class Photos:
    """Changes the photos of garments; each change is one transaction. Item ids are those of garments.

    The first photo is the cover: what a model sees in it are the garment's model tags, colours and likeness.
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
        """Add photos to a garment, giving one result for each, as an import does; the last one is the last photo.

        Raises:
            NotFound: there is no such garment.
            InvalidEdit: it is in the trash.
        """
        return self._importer.add(sources, allow_duplicates=allow_duplicates, onto=item_id)

    def take_back_added(self, item_id: int, photo_ids: Sequence[int]) -> None:
        """Undo ``add``: the photos are gone, and so are their files.

        Raises:
            ChangedMeanwhile: the garment does not have one of them any more, or has no other photo; nothing is undone.
        """
        with self._uow() as uow:
            rest = _without(uow.photos.of(item_id), photo_ids)
        seen, _ = self._look_at_new_cover(item_id, rest)
        with self._uow(writing=True) as uow:
            before, order = uow.garments.get(item_id), uow.photos.of(item_id)
            rest = _without(order, photo_ids)
            if not set(photo_ids) <= set(order) or not rest:
                raise _changed()
            uow.photos.delete(photo_ids)
            uow.photos.arrange(item_id, rest)
            _cover_changed(uow, before, seen)
            uow.commit()
        self._remove_files()

    def make_cover(self, item_id: int, photo_id: int) -> PhotosChanged:
        """Put a photo first; a model looks at it, and what it sees replaces the model tags. A person's tags stay.

        Raises:
            NotFound: the garment has no such photo.
        """
        with self._uow() as uow:
            _with_photo(uow, item_id, photo_id)
        seen, untagged = self._look_at_new_cover(item_id, (photo_id,))
        with self._uow(writing=True) as uow:
            before, order = _with_photo(uow, item_id, photo_id)
            after = (photo_id, *_without(order, [photo_id]))
            uow.photos.arrange(item_id, after)
            _cover_changed(uow, before, seen)
            uow.commit()
        return PhotosChanged(item_id, order, after, tuple(before.suggestions.values()), untagged=untagged)

    def remove(self, item_id: int, photo_id: int) -> PhotosChanged:
        """Take a photo off a garment. It goes to the trash as a garment of its own, and can be restored from there.

        Raises:
            NotFound: the garment has no such photo.
            InvalidEdit: it is the only one, or the only one of a garment that was merged into this one.
        """
        with self._uow() as uow:
            _, order = _with_photo(uow, item_id, photo_id)
            _require_another(uow, item_id, photo_id, order)
        seen, untagged = self._look_at_new_cover(item_id, _without(order, [photo_id]))
        with self._uow(writing=True) as uow:
            before, order = _with_photo(uow, item_id, photo_id)
            _require_another(uow, item_id, photo_id, order)
            after = _without(order, [photo_id])
            made = uow.photos.split_off(photo_id, f"Photo of {before.title}"[:_LONGEST_NAME], datetime.now(UTC))
            uow.photos.arrange(item_id, after)
            _cover_changed(uow, before, seen)
            uow.commit()
        return PhotosChanged(item_id, order, after, tuple(before.suggestions.values()), made, untagged)

    def take_back(self, done: PhotosChanged) -> None:
        """Undo ``make_cover`` or ``remove``: photos, order and model tags are as they were.

        Raises:
            ChangedMeanwhile: the photos were changed again since; that stays, and nothing is undone.
            NotFound: the removed photo was deleted for good meanwhile.
        """
        with self._uow(writing=True) as uow:
            if uow.photos.of(done.item_id) != done.after:
                raise _changed()
            if done.split_off is not None:
                _require_untouched(uow, done.split_off, set(done.before) - set(done.after))
            uow.photos.arrange(done.item_id, done.before)
            if done.split_off is not None:
                uow.photos.forget_emptied(done.split_off)
            uow.garments.set_model_tags(done.item_id, done.tags)
            label_propagation.refresh_after(uow, [done.item_id])
            uow.commit()

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


def _cover_changed(uow: UnitOfWork, before: Garment, seen: Mapping[int, PhotoPrediction]) -> None:
    """Bring the model tags in line with the cover, where it is another one than ``before`` and was ``seen``."""
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


def _with_photo(uow: UnitOfWork, item_id: int, photo_id: int) -> tuple[Garment, tuple[int, ...]]:
    garment, order = uow.garments.get(item_id), uow.photos.of(item_id)
    if photo_id not in order:
        raise NotFound(f"{garment.title} has no photo {photo_id}; perhaps it was removed meanwhile.")
    return garment, order


def _require_another(uow: UnitOfWork, item_id: int, photo_id: int, order: Sequence[int]) -> None:
    """Make sure that what the photo belongs to, the garment itself or one that was merged into it, has another one."""
    if len(order) < 2:
        raise InvalidEdit("A garment keeps at least one photo. Add another one first, or trash the garment.")
    if not _belonging(item_id, photo_id, order, uow.merges.all()) - {photo_id}:
        raise InvalidEdit(
            "This is the only photo of one of the garments that were merged here. Split them first, or keep it."
        )


def _belonging(item_id: int, photo_id: int, order: Sequence[int], merges: Sequence[MergeRecord]) -> set[int]:
    """The photos here that came from the same garment as this one."""
    here, holder = set(order), item_id
    while True:
        merged = [merge.moved for merge in merges if merge.keep_id == holder]
        moved = [(item, set(photos)) for entries in merged for item, photos in entries.items()]
        inside = next(((item, photos) for item, photos in moved if photo_id in photos), None)
        if inside is None:
            return here.difference(*(photos for _, photos in moved))
        holder, here = inside[0], here & inside[1]


def _require_untouched(uow: UnitOfWork, item_id: int, photos: set[int]) -> None:
    """Make sure that what a removed photo became is as it was made: nothing that its owner said of it may be lost."""
    if uow.garments.get(item_id).version != _NEW or set(uow.photos.of(item_id)) != photos:
        raise ChangedElsewhere("The removed photo became a garment of its own since; nothing was taken back.")


def _changed() -> ChangedElsewhere:
    return ChangedElsewhere("The photos of this garment were changed again since. That stays; nothing was taken back.")

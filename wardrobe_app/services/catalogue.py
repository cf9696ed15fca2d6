"""Looking through the wardrobe and changing what is in it. Every use case is one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from classifier import taxonomy
from db.unit_of_work import Units
from wardrobe_app.domain.browsing import UNCHANGED, Counts, Filter, GarmentEdit, PageOfGarments, Sort
from wardrobe_app.domain.errors import InvalidEdit
from wardrobe_app.domain.following import Correction
from wardrobe_app.domain.garment import Garment, MergeId, Photo, Tag, TagKind, TagSource
from wardrobe_app.services import edits, following, merging
from wardrobe_app.services.photo_store import PhotoStore
from wardrobe_app.services.preferences import Preferences
from wardrobe_app.services.tagging import Tagging

__all__ = ["UNCHANGED", "Catalogue", "Correction", "Counts", "Filter", "GarmentEdit", "PageOfGarments", "Sort"]

_SHADE = re.compile("#[0-9a-f]{6}")


class Catalogue:
    """The garments of one wardrobe. All ids are those of garments; an unknown one raises ``NotFound``."""

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        tagging: Tagging,
        preferences: Preferences,
        *,
        batch_size: int = 16,
        trash_days: int = 30,
    ) -> None:
        self._uow = uow_factory
        self._store = store
        self._tagging = tagging
        self._preferences = preferences
        self._batch_size = batch_size
        self._trash_days = trash_days

    # Looking

    def browse(
        self, wanted: Filter | None = None, sort: Sort = Sort.NEWEST, page: int = 0, size: int = 24
    ) -> PageOfGarments:
        """Page number ``page`` (from 0), of ``size`` garments, of what ``wanted`` lets through."""
        with self._uow() as uow:
            return uow.garments.browse(wanted or Filter(), sort, page, size)

    def facets(self, wanted: Filter | None = None) -> dict[str, dict[str, int]]:
        """How many garments each value has, by tag kind, slot and brand, with the filters of the others on."""
        with self._uow() as uow:
            return uow.garments.facets(wanted or Filter())

    def garments(self, *, include_archived: bool = False) -> tuple[Garment, ...]:
        """Every garment outside the trash, oldest first."""
        with self._uow() as uow:
            return uow.garments.all(include_archived=include_archived)

    def get(self, item_id: int) -> Garment:
        """One garment, wherever it is."""
        with self._uow() as uow:
            return uow.garments.get(item_id)

    def these(self, ids: Sequence[int]) -> tuple[Garment, ...]:
        """The garments with these ids, in this order, without those that are in the trash or gone."""
        with self._uow() as uow:
            there = uow.garments.found(ids)
        return tuple(there[item_id] for item_id in ids if item_id in there and there[item_id].trashed_at is None)

    def count(self) -> Counts:
        """How many garments there are, by where they are."""
        with self._uow() as uow:
            return uow.garments.counts()

    def choices(self, kind: TagKind) -> tuple[str, ...]:
        """The values that a tag of this ``kind`` can have, in the order to show them: types by label."""
        if kind is TagKind.TYPE:
            with self._uow() as uow:
                return tuple(sorted(uow.vocabulary, key=lambda name: uow.vocabulary.label(name).lower()))
        return {
            TagKind.COLOUR: taxonomy.COLOURS,
            TagKind.PATTERN: taxonomy.PATTERNS,
            TagKind.SLEEVE: taxonomy.SLEEVES,
            TagKind.GENDER: taxonomy.GENDERS,
            TagKind.SEASON: taxonomy.SEASONS,
            TagKind.OCCASION: taxonomy.OCCASIONS,
        }[kind]

    def photo_path(self, photo: Photo) -> Path:
        """The file of a photo."""
        return self._store.path(photo)

    def thumbnail_path(self, photo: Photo) -> Path:
        """The file of the small picture to show: the garment alone, where that is known and wanted."""
        if photo.has_cut_out and self._preferences.cut_outs and (cut_out := self._store.cut_out_path(photo)):
            return cut_out
        return self._store.thumbnail_path(photo)

    # Changing

    def correct(self, ids: Sequence[int], kind: TagKind, value: str) -> Correction:
        """Set a tag by a person's word; no model will overwrite it, and types that look alike follow.

        Raises:
            InvalidEdit: ``value`` is none of ``choices(kind)``.
        """
        if value not in self.choices(kind):
            raise InvalidEdit(f"“{value}” is not a {kind.value} that this wardrobe knows.")
        return self._set_own(dict.fromkeys(ids, Tag(kind, value, TagSource.PERSON)), kind)

    def set_colour(self, item_id: int, name: str, shade: str) -> Correction:
        """Set the colour to the ``shade``, ``#rrggbb``, that a person picked, under the ``name`` that she gives it.

        Raises:
            InvalidEdit: there is no colour of that name, or no such shade.
        """
        if name not in self.choices(TagKind.COLOUR) or not _SHADE.fullmatch(shade):
            raise InvalidEdit(f"“{name}” ({shade}) is not a colour that this wardrobe knows.")
        return self._set_own({item_id: Tag(TagKind.COLOUR, name, TagSource.PERSON, shade=shade)}, TagKind.COLOUR)

    def forget_correction(self, ids: Sequence[int], kind: TagKind) -> Correction:
        """Back to what the model said, or to what follows from other corrections."""
        return self._set_own(dict.fromkeys(ids), kind)

    def take_back(self, correction: Correction) -> None:
        """Set things as they were before a correction, also where it replaced an earlier one."""
        self._set_own(correction.before, correction.kind)

    def edit(self, ids: Sequence[int], edit: GarmentEdit) -> None:
        """Write fields of one or several garments.

        Raises:
            InvalidEdit: a text is too long, or a price is negative or no amount.
        """
        self._change(ids, edits.checked(edit))

    def set_favourite(self, ids: Sequence[int], favourite: bool) -> None:
        """Mark as favourites, or no longer."""
        self._change(ids, {"favourite": favourite})

    def archive(self, ids: Sequence[int]) -> None:
        """Put aside: kept, but neither shown nor compared."""
        self._change(ids, {"archived_at": datetime.now(UTC)})

    def unarchive(self, ids: Sequence[int]) -> None:
        """Take back into the wardrobe."""
        self._change(ids, {"archived_at": None})

    def set_masked(self, item_id: int, photo_id: int, masked: bool) -> Garment:
        """Tell the garment from the ground on one of its photos, or let all of the photo count; it is tagged anew.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
            StorageFailed: the photo's file is gone or damaged.
        """
        found = self.get(item_id)
        photos = tuple(replace(shot, masked=masked) if shot.id == photo_id else shot for shot in found.photos)
        return next(self._retag([replace(found, photos=photos)], {photo_id: masked}))

    def retag(self, ids: Sequence[int] | None = None) -> Iterator[Garment]:
        """Tag again, these or all outside the trash, giving each garment once it is stored; people's tags stay.

        Raises:
            TaggingUnavailable: there is no usable checkpoint.
            StorageFailed: a photo's file is gone or damaged.
        """
        with self._uow() as uow:
            wanted = uow.garments.all(include_archived=True) if ids is None else uow.garments.many(ids)
        for start in range(0, len(wanted), self._batch_size):
            yield from self._retag(wanted[start : start + self._batch_size])

    # Trash

    def trash(self, ids: Sequence[int]) -> None:
        """Move to the trash, from where it can be restored."""
        self._change(ids, {"trashed_at": datetime.now(UTC)})

    def restore(self, ids: Sequence[int]) -> None:
        """Take out of the trash."""
        self._change(ids, {"trashed_at": None})

    def trashed(self) -> tuple[Garment, ...]:
        """What is in the trash, last trashed first; garments that were merged into others are not listed."""
        with self._uow() as uow:
            return uow.garments.trashed()

    def empty_trash(self) -> int:
        """Delete what is in the trash for good; how many garments that were."""
        return self.delete_forever([garment.id for garment in self.trashed()])

    def purge_expired(self, now: datetime | None = None) -> int:
        """Delete for good what has been in the trash for too long; how many garments that were."""
        moment = (now or datetime.now(UTC)) - timedelta(days=self._trash_days)
        with self._uow() as uow:
            expired = uow.garments.trashed_before(moment)
        return self.delete_forever(expired)

    def delete_forever(self, ids: Sequence[int]) -> int:
        """Delete garments, all that is known of them and their files; how many there were.

        A file that cannot be deleted now, because another program shows it, goes the next time.
        """
        with self._uow(writing=True) as uow:
            examples = uow.following.corrected(ids)
            deleted = uow.shredder.delete(ids)
            if examples:
                following.refresh(uow)
            uow.commit()
        self._remove_files()
        return deleted

    # Photographed twice

    def merge(self, keep_id: int, other_ids: Sequence[int]) -> MergeId:
        """Several garments are one: their photos move to ``keep_id``, the emptied ones are put away.

        Raises:
            InvalidEdit: a garment would be merged with itself, or with one that is not in the wardrobe.
        """
        with self._uow(writing=True) as uow:
            merge_id = merging.join(uow, keep_id, other_ids, datetime.now(UTC))
            uow.commit()
        return merge_id

    def unmerge(self, merge_id: MergeId) -> tuple[Garment, ...]:
        """Undo a merge, and what was decided with it; the garments that are back."""
        with self._uow(writing=True) as uow:
            back = uow.garments.many(merging.part(uow, merge_id))
            uow.commit()
        return back

    def merges(self, keep_id: int) -> tuple[MergeId, ...]:
        """The merges into this garment that can be undone, the last one first."""
        with self._uow() as uow:
            return tuple(uow.merges.merges(keep_id))

    def _change(self, ids: Sequence[int], changes: dict[str, Any]) -> None:
        with self._uow(writing=True) as uow:
            uow.garments.change(ids, changes)
            if "trashed_at" in changes:
                following.refresh_after(uow, ids)
            uow.commit()

    def _set_own(self, values: Mapping[int, Tag | None], kind: TagKind) -> Correction:
        """Set, or where the value is None forget, a person's tags; then let look-alikes follow."""
        with self._uow(writing=True) as uow:
            before = {garment.id: _own(garment, kind) for garment in uow.garments.many(list(values))}
            for item_id, tag in values.items():
                if tag is None:
                    uow.garments.forget_own_tag([item_id], kind)
                else:
                    uow.garments.set_own_tag([item_id], kind, tag.value, tag.shade)
            changed = following.refresh_around(uow, values) if kind is TagKind.TYPE else []
            followed = uow.garments.many([item_id for item_id in changed if item_id not in values])
            uow.commit()
        return Correction(kind, before, followed)

    def _retag(self, garments: Sequence[Garment], masked: Mapping[int, bool] | None = None) -> Iterator[Garment]:
        """Tag the garments' photos; ``masked`` records by photo what the owner wants of it from now on."""
        photos = [(garment.id, photo) for garment in garments for photo in garment.photos]
        images = [self._store.open(photo) for _, photo in photos]
        seen = self._tagging.see(images, [photo.masked for _, photo in photos])
        by_garment: dict[int, dict[int, Any]] = {}
        for (item_id, photo), entry, image in zip(photos, seen, images, strict=True):
            by_garment.setdefault(item_id, {})[photo.id] = entry
            if photo.masked:  # where she switched it off, an earlier mask waits for being switched on again
                self._store.keep_mask(photo, image, entry.mask)
        with self._uow(writing=True) as uow:
            for photo_id, wanted in (masked or {}).items():
                uow.garments.set_masked(photo_id, wanted)
            for item_id, entries in by_garment.items():
                uow.garments.set_seen(item_id, entries)
            following.refresh_after(uow, by_garment)
            done = uow.garments.many(list(by_garment))
            uow.commit()
        yield from done

    def _remove_files(self) -> None:
        with self._uow(writing=True) as uow:
            for files in uow.shredder.doomed():
                try:
                    self._store.remove(files)
                except OSError:
                    continue
                uow.shredder.gone(files)
            uow.commit()


def _own(garment: Garment, kind: TagKind) -> Tag | None:
    tag = garment.tags.get(kind)
    return tag if tag is not None and tag.source is TagSource.PERSON else None

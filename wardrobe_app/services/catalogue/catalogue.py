"""Browse the wardrobe and change what is in it. Every use case is one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from db.unit_of_work import Units
from wardrobe_app.domain.catalogue.filters import (
    GarmentEdit,
)
from wardrobe_app.domain.errors import InvalidEdit, NotFound, StorageFailed
from wardrobe_app.domain.garments.availability import Status
from wardrobe_app.domain.garments.garment import Garment, MergeId, TagKind
from wardrobe_app.services.catalogue import own_tags, validation
from wardrobe_app.services.catalogue.change_set import AppliedChanges, ChangeSet, Values, undo
from wardrobe_app.services.catalogue.deletion import Deletion
from wardrobe_app.services.catalogue.preferences import Preferences
from wardrobe_app.services.catalogue.search import Browsing
from wardrobe_app.services.storage.photo_store import PhotoStore
from wardrobe_app.services.tagging.predicting import PhotoPredictor, PredictionEngine
from wardrobe_app.services.tagging.retagging import Retagging, unreadable

Versions = Mapping[int, int]
"""The versions of garments, by id, that somebody saw."""


class Catalogue(Browsing):
    """The garments of one wardrobe. All ids are those of garments; an unknown one raises ``NotFound``.

    Methods that write tags and fields take the versions of the garments that were ``seen``: if one was changed since,
    they raise ``ChangedElsewhere`` and write nothing. Without versions the last change wins. Marks, archive and trash
    take none: they overwrite nothing that was written, and can be undone.
    """

    def __init__(
        self,
        uow_factory: Units,
        store: PhotoStore,
        predictor: PhotoPredictor,
        preferences: Preferences,
        deleting: Deletion,
        *,
        trash_days: int = 30,
    ) -> None:
        super().__init__(uow_factory, store, preferences)
        self._predictor = predictor
        self._retagging = Retagging(uow_factory, store)
        self._deleting = deleting
        self._trash_days = trash_days

    # Change

    def correct(self, ids: Sequence[int], kind: TagKind, value: str, *, seen: Versions | None = None) -> AppliedChanges:
        """Set a tag that no model overwrites; similar garments take over a corrected type.

        Of a kind in ``SEVERAL``, ``value`` may hold several values: "spring|autumn".

        Raises:
            InvalidEdit: ``value`` is none of ``choices(kind)``.
        """
        tag = own_tags.own_tag(kind, value, self.choices(kind))
        return self._change({item: {kind: tag} for item in ids}, seen)

    def add_values(
        self, ids: Sequence[int], kind: TagKind, value: str, *, seen: Versions | None = None
    ) -> AppliedChanges:
        """Add to the values of a kind in ``SEVERAL``; an uncertain prediction is replaced.

        Raises:
            InvalidEdit: ``value`` holds none of ``choices(kind)``.
        """
        with self._uow() as uow:
            garments = uow.garments.many(ids)
        choices = self.choices(kind)
        tags: dict[int, Values] = {one.id: {kind: own_tags.with_values(one, kind, value, choices)} for one in garments}
        return self._change(tags, seen or {one.id: one.version for one in garments})

    def set_colour(self, item_id: int, name: str, shade: str, *, seen: Versions | None = None) -> AppliedChanges:
        """Set the colour to a ``shade``, ``#rrggbb``, under the ``name`` of a colour.

        Raises:
            InvalidEdit: there is no colour of that name, or no such shade.
        """
        tag = own_tags.own_shade(name, shade, self.choices(TagKind.COLOUR))
        return self._change({item_id: {TagKind.COLOUR: tag}}, seen)

    def forget_correction(self, ids: Sequence[int], kind: TagKind, *, seen: Versions | None = None) -> AppliedChanges:
        """Remove a person's tag, so that the model's or a propagated one counts again."""
        return self._change({item: {kind: None} for item in ids}, seen)

    def edit(self, ids: Sequence[int], edit: GarmentEdit, *, seen: Versions | None = None) -> AppliedChanges:
        """Write fields of one or several garments.

        Raises:
            InvalidEdit: a text is too long, or a price is negative or not an amount.
        """
        return self._change(dict.fromkeys(ids, validation.checked(edit)), seen)

    def undo(self, done: AppliedChanges) -> None:
        """Undo a change: set back what still has the value that was set.

        Raises:
            ChangedElsewhere: a value that the owner wrote was changed again since; nothing is undone then.
        """
        undo(self._uow, done)

    def set_status(self, ids: Sequence[int], status: Status | None, lent_to: str = "") -> AppliedChanges:
        """Set where garments are, None for available; ``lent_to`` says who has them and is kept only for lent ones.

        Raises:
            InvalidEdit: ``lent_to`` is too long.
        """
        return self.edit(ids, GarmentEdit(status=status, lent_to=lent_to if status is Status.LENT else ""))

    def set_favourite(self, ids: Sequence[int], favourite: bool) -> AppliedChanges:
        """Add to the favourites, or remove from them."""
        return self._mark(ids, "favourite", favourite)

    def archive(self, ids: Sequence[int]) -> AppliedChanges:
        """Archive: keep garments, but neither show nor compare them."""
        return self._mark(ids, "archived_at", datetime.now(UTC))

    def unarchive(self, ids: Sequence[int]) -> AppliedChanges:
        """Move garments from the archive back to the wardrobe."""
        return self._mark(ids, "archived_at", None)

    def set_masked(self, item_id: int, photo_id: int, masked: bool) -> Garment:
        """Ignore the background of one of a garment's photos, or use the whole photo; it is tagged again.

        Raises:
            NotFound: the garment was deleted, or does not have this photo any more.
            TaggingUnavailable: there is no usable model.
            StorageFailed: the photo's file is missing or damaged.
        """
        found = self.get(item_id)
        if photo_id not in {shot.id for shot in found.photos}:
            raise NotFound(f"{found.title} does not have this photo any more.")
        photos = tuple(replace(shot, masked=masked) if shot.id == photo_id else shot for shot in found.photos)
        lost: list[StorageFailed] = []
        changed = [replace(found, photos=photos)]
        done = self._retagging.store(changed, self._predictor.predict(changed), lost, {photo_id: masked})
        if lost:
            raise lost[0]
        if not done:
            raise NotFound(f"{found.title} was deleted meanwhile.")
        return done[0]

    def retag(self, ids: Sequence[int] | None = None, engine: PredictionEngine | None = None) -> Iterator[Garment]:
        """Tag these garments again, or all outside the trash, yielding each one once stored; a person's tags stay.

        ``engine`` reads and tags their photos; by default this process does.

        Raises:
            TaggingUnavailable: there is no usable model.
            StorageFailed: photo files are missing or damaged; raised when all others are tagged.
        """
        with self._uow() as uow:
            wanted = uow.garments.all(include_archived=True) if ids is None else uow.garments.many(ids)
        lost: list[StorageFailed] = []
        with closing((engine or self._predictor).predict_all(wanted)) as batches:
            for garments, predicted in batches:
                yield from self._retagging.store(garments, predicted, lost)
        if lost:
            raise unreadable(lost)

    # Trash

    def trash(self, ids: Sequence[int]) -> AppliedChanges:
        """Move garments to the trash, from which they can be restored."""
        return self._mark(ids, "trashed_at", datetime.now(UTC))

    def restore(self, ids: Sequence[int]) -> AppliedChanges:
        """Move garments out of the trash.

        Raises:
            InvalidEdit: one of them is part of another garment now; splitting that one restores it.
        """
        return self._mark(ids, "trashed_at", None)

    def trashed(self) -> tuple[Garment, ...]:
        """Return the garments in the trash, last trashed first, without those merged into others."""
        with self._uow() as uow:
            return uow.garments.trashed()

    def purge_expired(self, now: datetime | None = None) -> int:
        """Delete for good what has been in the trash for too long; return how many garments."""
        moment = (now or datetime.now(UTC)) - timedelta(days=self._trash_days)
        return self._deleting.delete(lambda uow: uow.garments.trashed_before(moment))

    def delete_forever(self, ids: Sequence[int]) -> int:
        """Delete garments that are in the trash, with all their data and files; return how many.

        What was restored meanwhile stays. A file that another program uses is deleted the next time.
        """
        wanted = set(ids)
        return self._deleting.delete(lambda uow: [one.id for one in uow.garments.trashed() if one.id in wanted])

    def purge_pending(self) -> None:
        """Delete the files of deleted photos; those that another program uses stay for the next time."""
        self._deleting.remove_files()

    # Merges

    def merges(self, keep_id: int) -> tuple[MergeId, ...]:
        """Return the merges into this garment that can be undone, the last one first."""
        with self._uow() as uow:
            return tuple(uow.merges.merges(keep_id))

    def part_of(self, item_id: int) -> int | None:
        """Return the garment that this one was merged into; None if it was not."""
        with self._uow() as uow:
            return uow.merges.part_of(item_id)

    def _mark(self, ids: Sequence[int], field: str, value: Any) -> AppliedChanges:
        """Set a mark on those of the garments that do not have it.

        Raises:
            InvalidEdit: a garment is part of another one.
        """
        with self._uow(writing=True) as uow:
            for item_id in ids:
                if (whole := uow.merges.part_of(item_id)) is not None:
                    raise InvalidEdit(
                        f"Item {item_id} is part of item {whole} now. Split that first; then this one is back."
                    )
            lacking = [one.id for one in uow.garments.many(ids) if bool(getattr(one, field)) != bool(value)]
            done = ChangeSet({item: {field: value} for item in lacking}).apply(uow)
            uow.commit()
        return done

    def _change(self, garments: Mapping[int, Values], seen: Versions | None = None) -> AppliedChanges:
        """Write values of garments, unless one was changed since it was ``seen``."""
        with self._uow(writing=True) as uow:
            uow.garments.require_versions(seen or {})
            done = ChangeSet(garments).apply(uow)
            uow.commit()
        return done

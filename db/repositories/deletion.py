"""Delete garments for good, and remember which files still have to be deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.engine.session import overwrite_deleted
from db.repositories.garment_loader import MAX_IDS
from db.repositories.outfits.planning import PlanRepository
from db.repositories.outfits.wear_log import OutfitRepository, WearRepository
from db.schema.tables import ItemRow, PendingDeletionRow, PhotoRow, TagRow
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import TagSource
from wardrobe_app.domain.garments.photos import PhotoFiles


class DeletionRepository:
    """Purges garments, and keeps a list of files still to be deleted."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def delete(self, ids: Collection[int]) -> int:
        """Delete the garments, those merged into them, and everything about them; returns how many of ``ids`` existed.

        Their files are pending deletion afterwards. A saved outfit keeps its other garments if there are at least two;
        a rejection is deleted.
        """
        existing = set(self._session.scalars(select(ItemRow.id).where(ItemRow.id.in_(ids))))
        everything = self.with_merged(existing)
        files = self._session.execute(select(PhotoRow.file, PhotoRow.thumbnail).where(PhotoRow.item_id.in_(everything)))
        self._session.add_all([PendingDeletionRow(file=file, thumbnail=thumbnail) for file, thumbnail in files])
        overwrite_deleted(self._session)
        self._forget_examples(everything)
        OutfitRepository(self._session).remove_garments(everything)
        WearRepository(self._session).remove_garments(everything)
        PlanRepository(self._session).remove_garments(everything)
        self._session.execute(delete(ItemRow).where(ItemRow.id.in_(everything)))
        self._session.flush()
        self._session.expire_all()
        return len(existing)

    def with_merged(self, ids: Collection[int]) -> set[int]:
        """Return the garments with all that were merged into them, directly or not."""
        found, last = set(ids), set(ids)
        while last:
            last = set(self._session.scalars(select(ItemRow.id).where(ItemRow.merged_into_id.in_(last)))) - found
            found |= last
        return found

    def mark_for_deletion(self, files: Iterable[PhotoFiles]) -> None:
        """Record that these files, of photos without rows, have to be deleted."""
        known = {row.file for row in self.pending_deletion()}
        self._session.add_all(
            PendingDeletionRow(file=one.file, thumbnail=one.thumbnail) for one in files if one.file not in known
        )
        self._session.flush()

    def pending_deletion(self) -> list[PhotoFiles]:
        """Return the files of deleted photos that may still exist."""
        return [PhotoFiles(row.file, row.thumbnail) for row in self._session.scalars(select(PendingDeletionRow))]

    def mark_deleted(self, removed: Collection[PhotoFiles]) -> None:
        """Record that these files were deleted."""
        for names in batched([files.file for files in removed], MAX_IDS):
            self._session.execute(delete(PendingDeletionRow).where(PendingDeletionRow.file.in_(names)))

    def _forget_examples(self, ids: set[int]) -> None:
        """Delete types propagated from these garments, in the trash too; what holds without them is computed again."""
        propagated = select(TagRow.id, TagRow.examples).where(TagRow.source == TagSource.PROPAGATED.value)
        stale = [tag_id for tag_id, examples in self._session.execute(propagated) if not ids.isdisjoint(examples)]
        for tag_ids in batched(stale, MAX_IDS):
            self._session.execute(delete(TagRow).where(TagRow.id.in_(tag_ids)))

"""Deleting for good, and the owner's verdicts on pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from db.engine.session import overwrite_deleted
from db.repositories.keypoints import CHUNK
from db.repositories.wear_log import OutfitRepository, WearRepository
from db.schema.tables import ItemRow, PendingDeletionRow, PhotoRow, TagRow, VerdictRow
from wardrobe_app.domain.garments.garment import TagSource, Verdict, VerdictRecord
from wardrobe_app.domain.garments.photos import PhotoFiles


class VerdictRepository:
    """What the owner decided about pairs of garments; the order of a pair's ids does not matter."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[VerdictRecord]:
        """Every verdict, the last one first."""
        rows = self._session.scalars(select(VerdictRow).order_by(VerdictRow.decided_at.desc()))
        return [VerdictRecord(row.a_id, row.b_id, Verdict(row.verdict), row.decided_at) for row in rows]

    def set(self, pairs: Iterable[Collection[int]], verdict: Verdict, decided_at: datetime) -> None:
        """Decide about each of the ``pairs`` (two different ids each); an earlier verdict is replaced."""
        ordered = [_ordered(pair) for pair in pairs]
        self.remove(ordered)
        rows = (VerdictRow(a_id=a, b_id=b, verdict=verdict.value, decided_at=decided_at) for a, b in set(ordered))
        self._session.add_all(rows)
        self._session.flush()

    def remove(self, pairs: Iterable[Collection[int]]) -> None:
        """Take back what was decided about each of the ``pairs``."""
        ordered = [_ordered(pair) for pair in pairs]
        self._session.execute(delete(VerdictRow).where(tuple_(VerdictRow.a_id, VerdictRow.b_id).in_(ordered)))


class DeletionRepository:
    """Deletes garments for good, and remembers which files still have to go."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def delete(self, ids: Collection[int]) -> int:
        """Delete the garments, what was merged into them, and everything about them; how many of ``ids`` there were.

        The files of their photos are doomed from now on: see ``doomed``. A saved look stays with what is left of it, as
        long as that makes a look; one that was rejected with them says nothing of the rest, and goes.
        """
        there = set(self._session.scalars(select(ItemRow.id).where(ItemRow.id.in_(ids))))
        everything = self.with_merged(there)
        files = select(PhotoRow.file, PhotoRow.thumbnail).where(PhotoRow.item_id.in_(everything))
        pending_deletion = [
            PendingDeletionRow(file=file, thumbnail=thumbnail) for file, thumbnail in self._session.execute(files)
        ]
        self._session.add_all(pending_deletion)
        overwrite_deleted(self._session)
        self._forget_examples(everything)
        OutfitRepository(self._session).part_with(everything)
        WearRepository(self._session).part_with(everything)
        self._session.execute(delete(ItemRow).where(ItemRow.id.in_(everything)))
        self._session.flush()
        self._session.expire_all()
        return len(there)

    def with_merged(self, ids: Collection[int]) -> set[int]:
        """The garments, and those that were merged into them, and into these, and so on: what goes with them."""
        found, last = set(ids), set(ids)
        while last:
            last = set(self._session.scalars(select(ItemRow.id).where(ItemRow.merged_into_id.in_(last)))) - found
            found |= last
        return found

    def mark_for_deletion(self, files: Iterable[PhotoFiles]) -> None:
        """Remember that these files have to go, of photos whose rows are gone."""
        known = {row.file for row in self.pending_deletion()}
        self._session.add_all(
            PendingDeletionRow(file=one.file, thumbnail=one.thumbnail) for one in files if one.file not in known
        )
        self._session.flush()

    def pending_deletion(self) -> list[PhotoFiles]:
        """The files of photos that were deleted, and that may still be there."""
        return [PhotoFiles(row.file, row.thumbnail) for row in self._session.scalars(select(PendingDeletionRow))]

    def gone(self, removed: Collection[PhotoFiles]) -> None:
        """Record that these files were removed."""
        names = [files.file for files in removed]
        for start in range(0, len(names), CHUNK):
            chunk = PendingDeletionRow.file.in_(names[start : start + CHUNK])
            self._session.execute(delete(PendingDeletionRow).where(chunk))

    def _forget_examples(self, ids: set[int]) -> None:
        """What followed from them goes, also in the trash; what follows without them is computed anew."""
        followed = select(TagRow.id, TagRow.examples).where(TagRow.source == TagSource.PROPAGATED.value)
        stale = [tag_id for tag_id, examples in self._session.execute(followed) if not ids.isdisjoint(examples)]
        for start in range(0, len(stale), CHUNK):
            self._session.execute(delete(TagRow).where(TagRow.id.in_(stale[start : start + CHUNK])))


def _ordered(pair: Collection[int]) -> tuple[int, int]:
    first, second = sorted(pair)
    return first, second

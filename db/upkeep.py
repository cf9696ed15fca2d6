"""Deleting for good, merging, and the owner's verdicts on pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from db.matching import CHUNK
from db.models import DoomedFileRow, ItemRow, MergeRow, PhotoRow, TagRow, VerdictRow
from db.session import overwrite_deleted
from db.wearing import LookRepository, WearRepository
from wardrobe_app.domain.decisions import MergeRecord
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garment import MergeId, TagSource, Verdict, VerdictRecord
from wardrobe_app.domain.intake import PhotoFiles


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


class MergeRepository:
    """Garments that were photographed more than once and are one now."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def merge(
        self, keep_id: int, other_ids: Sequence[int], merged_at: datetime, added: Mapping[int, int] | None = None
    ) -> MergeId:
        """Move the photos of ``other_ids`` behind those of ``keep_id`` and put the emptied garments away.

        ``added`` is how many more there are of ``keep_id`` for each of the others, where it is twins that become one.
        """
        grown = added or {}
        moved: list[dict[str, Any]] = [
            {"item": item_id, "photos": self._photo_ids(item_id), "added": grown.get(item_id, 0)}
            for item_id in other_ids
        ]
        row = MergeRow(keep_id=keep_id, moved=moved, merged_at=merged_at)
        self._session.add(row)
        for entry in moved:
            self._append(keep_id, entry["photos"])
        self._mark(other_ids, keep_id, merged_at)
        self._grow(keep_id, sum(grown.values()))
        self._session.flush()
        self._session.expire_all()
        return MergeId(row.id)

    def unmerge(self, merge_id: MergeId) -> list[int]:
        """Undo a merge, with what it added to the quantity; the ids of the garments that are back.

        Raises:
            NotFound: there is no such merge (any more).
        """
        row = self._session.get(MergeRow, merge_id)
        if row is None:
            raise NotFound("This merge cannot be undone any more.")
        holders = self._holders(row.keep_id)
        here = {photo_id for holder in holders for photo_id in self._photo_ids(holder)}
        for entry in row.moved:
            self._append(entry["item"], [photo_id for photo_id in entry["photos"] if photo_id in here])
        back = [entry["item"] for entry in row.moved]
        self._mark(back, None, None)
        self._shrink(holders, sum(entry.get("added", 0) for entry in row.moved))
        self._session.delete(row)
        self._session.flush()
        self._session.expire_all()
        return back

    def merges(self, keep_id: int) -> list[MergeId]:
        """The merges into this garment that can be undone, the last one first."""
        query = select(MergeRow.id).where(MergeRow.keep_id == keep_id).order_by(MergeRow.id.desc())
        return [MergeId(merge_id) for merge_id in self._session.scalars(query)]

    def all(self) -> list[MergeRecord]:
        """Every merge that can be undone, the last one first."""
        rows = self._session.scalars(select(MergeRow).order_by(MergeRow.id.desc()))
        return [_merge_of(row) for row in rows]

    def _grow(self, item_id: int, by: int) -> None:
        change = update(ItemRow).where(ItemRow.id == item_id)
        self._session.execute(change.values(quantity=ItemRow.quantity + by, version=ItemRow.version + 1))

    def _shrink(self, holders: Sequence[int], by: int) -> None:
        """Take ``by`` off the first of ``holders``, and off those above it as far as they counted it in."""
        below: int | None = None
        for holder in holders:
            if below is not None:
                by = self._count_out(holder, below, by)
            quantity = self._session.scalar(select(ItemRow.quantity).where(ItemRow.id == holder)) or 1
            self._grow(holder, max(1, quantity - by) - quantity)  # its owner may have changed it since
            below = holder

    def _count_out(self, holder: int, item_id: int, by: int) -> int:
        """Let the merge of ``item_id`` into ``holder`` remember ``by`` fewer; by how many fewer that is."""
        for row in self._session.scalars(select(MergeRow).where(MergeRow.keep_id == holder)):
            for entry in row.moved:
                if entry["item"] == item_id:
                    fewer = min(by, entry.get("added", 0))
                    changed = {**entry, "added": entry.get("added", 0) - fewer}
                    row.moved = [changed if one is entry else one for one in row.moved]
                    return int(fewer)
        return 0

    def _holders(self, item_id: int) -> list[int]:
        """The garment, what it was merged into since, what that was merged into, and so on."""
        chain = [item_id]
        while (
            above := self._session.scalar(select(ItemRow.merged_into_id).where(ItemRow.id == chain[-1]))
        ) is not None:
            chain.append(above)
        return chain

    def _photo_ids(self, item_id: int) -> list[int]:
        query = select(PhotoRow.id).where(PhotoRow.item_id == item_id).order_by(PhotoRow.position, PhotoRow.id)
        return list(self._session.scalars(query))

    def _append(self, item_id: int, photo_ids: Sequence[int]) -> None:
        start = len(self._photo_ids(item_id))
        for position, photo_id in enumerate(photo_ids, start):
            change = update(PhotoRow).where(PhotoRow.id == photo_id).values(item_id=item_id, position=position)
            self._session.execute(change)

    def _mark(self, ids: Sequence[int], keep_id: int | None, moment: datetime | None) -> None:
        change = update(ItemRow).where(ItemRow.id.in_(ids))
        values = {"merged_into_id": keep_id, "trashed_at": moment, "version": ItemRow.version + 1}
        self._session.execute(change.values(values))


class Shredder:
    """Deletes garments for good, and remembers which files still have to go."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def delete(self, ids: Collection[int]) -> int:
        """Delete the garments, what was merged into them, and everything about them; how many of ``ids`` there were.

        The files of their photos are doomed from now on: see ``doomed``. A saved look stays with what is left of it, as
        long as that makes a look; one that was rejected with them says nothing of the rest, and goes.
        """
        there = set(self._session.scalars(select(ItemRow.id).where(ItemRow.id.in_(ids))))
        everything = self._with_merged(there)
        files = select(PhotoRow.file, PhotoRow.thumbnail).where(PhotoRow.item_id.in_(everything))
        doomed = [DoomedFileRow(file=file, thumbnail=thumbnail) for file, thumbnail in self._session.execute(files)]
        self._session.add_all(doomed)
        overwrite_deleted(self._session)
        self._forget_examples(everything)
        LookRepository(self._session).part_with(everything)
        WearRepository(self._session).part_with(everything)
        self._session.execute(delete(ItemRow).where(ItemRow.id.in_(everything)))
        self._session.flush()
        self._session.expire_all()
        return len(there)

    def doom(self, files: Iterable[PhotoFiles]) -> None:
        """Remember that these files have to go, of photos whose rows are gone."""
        known = {row.file for row in self.doomed()}
        self._session.add_all(
            DoomedFileRow(file=one.file, thumbnail=one.thumbnail) for one in files if one.file not in known
        )
        self._session.flush()

    def doomed(self) -> list[PhotoFiles]:
        """The files of photos that were deleted, and that may still be there."""
        return [PhotoFiles(row.file, row.thumbnail) for row in self._session.scalars(select(DoomedFileRow))]

    def gone(self, removed: Collection[PhotoFiles]) -> None:
        """Record that these files were removed."""
        names = [files.file for files in removed]
        for start in range(0, len(names), CHUNK):
            chunk = DoomedFileRow.file.in_(names[start : start + CHUNK])
            self._session.execute(delete(DoomedFileRow).where(chunk))

    def _forget_examples(self, ids: set[int]) -> None:
        """What followed from them goes, also in the trash; what follows without them is computed anew."""
        followed = select(TagRow.id, TagRow.examples).where(TagRow.source == TagSource.FOLLOWED.value)
        stale = [tag_id for tag_id, examples in self._session.execute(followed) if not ids.isdisjoint(examples)]
        for start in range(0, len(stale), CHUNK):
            self._session.execute(delete(TagRow).where(TagRow.id.in_(stale[start : start + CHUNK])))

    def _with_merged(self, ids: set[int]) -> set[int]:
        found, last = set(ids), set(ids)
        while last:
            last = set(self._session.scalars(select(ItemRow.id).where(ItemRow.merged_into_id.in_(last)))) - found
            found |= last
        return found


def _merge_of(row: MergeRow) -> MergeRecord:
    moved = {int(entry["item"]): tuple(entry["photos"]) for entry in row.moved}
    return MergeRecord(MergeId(row.id), row.keep_id, moved, row.merged_at)


def _ordered(pair: Collection[int]) -> tuple[int, int]:
    first, second = sorted(pair)
    return first, second

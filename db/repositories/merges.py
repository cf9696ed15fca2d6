"""Store merges of garments: which photos moved where, and what undoing takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.schema.tables import ItemRow, MergeRow, PhotoRow
from wardrobe_app.domain.errors import NotFound
from wardrobe_app.domain.garments.garment import MergeId, Tag, TagKind, VerdictRecord
from wardrobe_app.domain.redundancy import merge_rows
from wardrobe_app.domain.redundancy.merging import Combination, MergeRecord, Said, own_tag
from wardrobe_app.domain.redundancy.verdicts import ends


class MergeRepository:
    """Merges of several garments into one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def merge(
        self,
        keep_id: int,
        other_ids: Sequence[int],
        merged_at: datetime,
        added: Mapping[int, int] | None = None,
        combination: Combination | None = None,
        verdicts: Sequence[VerdictRecord] = (),
    ) -> MergeId:
        """Move the photos of ``other_ids`` behind those of ``keep_id`` and put the emptied garments away.

        The rest is stored as a ``MergeRecord``; nothing else of the garments changes here.
        """
        moved = {item_id: tuple(self._photo_ids(item_id)) for item_id in other_ids}
        row = MergeRow(keep_id=keep_id, moved=[], merged_at=merged_at)
        self._session.add(row)
        self._session.flush()
        record = MergeRecord(MergeId(row.id), keep_id, moved, merged_at, added or {}, combination, tuple(verdicts))
        row.moved = merge_rows.written(record)
        for photo_ids in moved.values():
            self._append(keep_id, photo_ids)
        self._mark(other_ids, keep_id, merged_at)
        self._raise_version(keep_id)
        self._refresh()
        return record.id

    def split(self, merge_id: MergeId) -> list[int]:
        """Give the garments their photos back and delete the merge; returns the ids of the restored garments.

        Raises:
            NotFound: there is no such merge.
        """
        record = self.get(merge_id)
        holders = self._holders(record.keep_id)
        here = {photo_id for holder in holders for photo_id in self._photo_ids(holder)}
        for item_id, photo_ids in record.moved.items():
            self._append(item_id, [photo_id for photo_id in photo_ids if photo_id in here])
        back = list(record.moved)
        self._mark(back, None, None)
        self._raise_version(record.keep_id)
        self._session.delete(self._session.get_one(MergeRow, merge_id))
        self._refresh()
        return back

    def get(self, merge_id: MergeId) -> MergeRecord:
        """Return one merge.

        Raises:
            NotFound: there is no such merge.
        """
        row = self._session.get(MergeRow, merge_id)
        if row is None:
            raise NotFound("This merge cannot be undone any more.")
        return _merge_of(row)

    def merges(self, keep_id: int) -> list[MergeId]:
        """Return the merges into this garment that can be undone, the latest first."""
        query = select(MergeRow.id).where(MergeRow.keep_id == keep_id).order_by(MergeRow.id.desc())
        return [MergeId(merge_id) for merge_id in self._session.scalars(query)]

    def all(self) -> list[MergeRecord]:
        """Return every merge that can be undone, the latest first."""
        rows = self._session.scalars(select(MergeRow).order_by(MergeRow.id.desc()))
        return [_merge_of(row) for row in rows]

    def rewrite(self, records: Iterable[MergeRecord]) -> None:
        """Replace stored merges by these records."""
        for record in records:
            self._session.get_one(MergeRow, record.id).moved = merge_rows.written(record)
        self._session.flush()

    def part_of(self, item_id: int) -> int | None:
        """Return the garment that this one was merged into; None if it was not."""
        *_, last = self._holders(item_id)
        return None if last == item_id else last

    def _holders(self, item_id: int) -> list[int]:
        """Return the garment, the one it was merged into, the one that was merged into, and so on."""
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
        last = self._session.scalar(select(func.max(PhotoRow.position)).where(PhotoRow.item_id == item_id))
        for position, photo_id in enumerate(photo_ids, 0 if last is None else last + 1):
            change = update(PhotoRow).where(PhotoRow.id == photo_id).values(item_id=item_id, position=position)
            self._session.execute(change)

    def _mark(self, ids: Sequence[int], keep_id: int | None, moment: datetime | None) -> None:
        change = update(ItemRow).where(ItemRow.id.in_(ids))
        values = {"merged_into_id": keep_id, "trashed_at": moment, "version": ItemRow.version + 1}
        self._session.execute(change.values(values))

    def _raise_version(self, item_id: int) -> None:
        self._session.execute(update(ItemRow).where(ItemRow.id == item_id).values(version=ItemRow.version + 1))

    def _refresh(self) -> None:
        self._session.flush()
        self._session.expire_all()


def rename_type(session: Session, name: str, new_name: str | None) -> None:
    """Rename or remove a custom type in stored merges; undoing them would bring it back otherwise."""
    for row in session.scalars(select(MergeRow)):
        record = _merge_of(row)
        if (was := record.combination) is not None:
            before, after = (_renamed(one, name, new_name) for one in (was.before, was.after))
            if (before, after) != (was.before, was.after):
                row.moved = merge_rows.written(replace(record, combination=replace(was, before=before, after=after)))
    session.flush()


def _merge_of(row: MergeRow) -> MergeRecord:
    return merge_rows.read(MergeId(row.id), row.keep_id, row.moved, row.merged_at)


def _renamed(said: Said, name: str, new_name: str | None) -> dict[str, Any]:
    tag = said.get(TagKind.TYPE.value)
    if not isinstance(tag, Tag) or tag.value != name:
        return dict(said)
    return {**said, TagKind.TYPE.value: own_tag(TagKind.TYPE, new_name) if new_name else None}


def merged_garments(session: Session) -> dict[int, int]:
    """Return what each merged garment is part of now."""
    query = select(ItemRow.id, ItemRow.merged_into_id).where(ItemRow.merged_into_id.is_not(None))
    return ends({item_id: holder for item_id, holder in session.execute(query) if holder is not None})

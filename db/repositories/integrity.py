"""Read the database as rows and names, to check that it agrees with the files and with itself."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, inspect, select, text, update
from sqlalchemy.orm import Session

from db.repositories.garment_loader import MAX_IDS
from db.repositories.mapping import PHOTO
from db.schema.planning import PlanItemRow, PlanRow
from db.schema.revision import revision_of
from db.schema.tables import (
    Base,
    FeaturesRow,
    ItemRow,
    KeypointsRow,
    MatchRow,
    MergeRow,
    OutfitItemRow,
    OutfitRow,
    PhotoRow,
    StateRow,
    WearItemRow,
    WearRow,
)
from wardrobe_app.domain.batches import batched
from wardrobe_app.domain.garments.garment import Photo
from wardrobe_app.domain.records.integrity import KeptPhoto
from wardrobe_app.domain.redundancy.merge_rows import without_item


class InventoryRepository:
    """Works on rows rather than garments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stored(self, files: Collection[str]) -> set[str]:
        """Return those of these photo file names that a photo row has."""
        parts = batched(sorted(files), MAX_IDS)
        queries = (select(PhotoRow.file).where(PhotoRow.file.in_(part)) for part in parts)
        return {file for query in queries for file in self._session.scalars(query)}

    def photos(self) -> list[KeptPhoto]:
        """Return every photo, oldest first."""
        query = (
            select(*PHOTO, FeaturesRow.model)
            .outerjoin(FeaturesRow, FeaturesRow.photo_id == PhotoRow.id)
            .order_by(PhotoRow.id)
        )
        return [KeptPhoto(item_id, Photo(*photo), model) for item_id, *photo, model in self._session.execute(query)]

    def without_photos(self) -> list[int]:
        """Return the garments that have no photo and were not merged into another one."""
        query = select(ItemRow.id).where(ItemRow.merged_into_id.is_(None), ~ItemRow.photos.any())
        return list(self._session.scalars(query.order_by(ItemRow.id)))

    def schema_revision(self) -> str | None:
        """Return the version of the schema."""
        return revision_of(self._session.connection())

    def damage(self) -> list[str]:
        """Return what SQLite's integrity check reports, and on any database the missing tables and columns."""
        missing = list(_missing(self._session))
        if not self._is_sqlite:
            return missing
        reported = self._session.execute(text("PRAGMA integrity_check")).scalars()
        return missing + [str(line) for line in reported if line != "ok"]

    def dangling(self) -> list[str]:
        """Describe each row that refers to a missing one. PostgreSQL never lets that happen."""
        keys = [f"{table} row {row} names a {parent} that is gone" for table, row, parent, _ in self._violations()]
        return keys + [f"merge {merge} names item {item}, which is gone" for merge, item in self._dangling_in_merges()]

    def repair_dangling(self) -> None:
        """Delete dangling rows; where a row has a meaning of its own, only clear the reference."""
        while violations := self._violations():
            for table, row, _, number in violations:
                self._repair(table, row, number)
        for merge_id, item_id in self._dangling_in_merges():
            merge = self._session.get_one(MergeRow, merge_id)
            merge.moved = without_item(merge.moved, item_id)
            if not merge.moved:
                self._session.delete(merge)
            self._session.flush()
        self._session.expire_all()

    def outdated(self, method: str) -> int:
        """Count obsolete rows: keypoints and matches of another ``method``; outfits, wears, plans without garments."""
        return sum(
            self._session.scalar(select(func.count()).select_from(table).where(condition)) or 0
            for table, condition in _outdated(method)
        )

    def drop_outdated(self, method: str) -> None:
        """Delete obsolete rows."""
        for table, condition in _outdated(method):
            self._session.execute(delete(table).where(condition))

    def has_revision(self) -> bool:
        """Return whether the revision row exists."""
        return self._session.scalar(select(func.count()).select_from(StateRow)) == 1

    def create_revision(self) -> None:
        """Create the revision row."""
        self._session.add(StateRow(id=1, token=uuid.uuid4().hex))
        self._session.flush()

    @property
    def _is_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"

    def _violations(self) -> list[tuple[str, int, str, int]]:
        if not self._is_sqlite:
            return []
        found = self._session.execute(text("PRAGMA foreign_key_check"))
        return [(str(table), int(row), str(parent), int(number)) for table, row, parent, number in found]

    def _repair(self, table: str, row: int, number: int) -> None:
        keys = self._session.execute(text(f'PRAGMA foreign_key_list("{table}")')).mappings()
        key = next(key for key in keys if key["id"] == number)
        rows = Base.metadata.tables[table]
        this = text("rowid = :row").bindparams(row=row)
        if rows.c[key["from"]].nullable:
            self._session.execute(update(rows).where(this).values({key["from"]: None}))
        else:
            self._session.execute(delete(rows).where(this))

    def _dangling_in_merges(self) -> list[tuple[int, int]]:
        there = set(self._session.scalars(select(ItemRow.id)))
        rows: Sequence[Any] = self._session.execute(select(MergeRow.id, MergeRow.moved)).all()
        return [(merge, entry["item"]) for merge, moved in rows for entry in moved if entry["item"] not in there]


def _outdated(method: str) -> list[tuple[Any, ColumnElement[bool]]]:
    return [
        (KeypointsRow, KeypointsRow.method != method),
        (MatchRow, MatchRow.method != method),
        (OutfitRow, ~select(OutfitItemRow).where(OutfitItemRow.outfit_id == OutfitRow.id).exists()),
        (WearRow, ~select(WearItemRow).where(WearItemRow.wear_id == WearRow.id).exists()),
        (PlanRow, ~select(PlanItemRow).where(PlanItemRow.plan_id == PlanRow.id).exists()),
    ]


def _missing(session: Session) -> Iterator[str]:
    inspector = inspect(session.connection())
    for table in Base.metadata.tables.values():
        if not inspector.has_table(table.name):
            yield f"there is no table {table.name}"
            continue
        there = {column["name"] for column in inspector.get_columns(table.name)}
        yield from (f"there is no column {table.name}.{name}" for name in set(table.columns.keys()) - there)
